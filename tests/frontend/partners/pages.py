"""What the tests of the partners' desk share: reading pages, and sending back the form of a record as a browser would."""

from typing import Any

from django.test import Client
from django.urls import reverse

from places.models import Organisation, Place, WifiPoint


def trust(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(is_trusted=True)


def text_of(response: Any) -> str:
    return response.content.decode().replace("\xa0", " ").replace("&#x27;", "'")


def form_of(client: Client, record: Place | WifiPoint) -> dict[str, Any]:
    """What a browser would send of the edit form, untouched."""
    name = "partner-edit" if isinstance(record, Place) else "partner-wifi-edit"
    response = client.get(reverse(name, args=[record.pk]))
    assert response.status_code == 200
    context = response.context
    data: dict[str, Any] = {"version": context["version"], context["sealed_name"]: context["sealed"]}
    for field in context["form"]:
        value = field.value()
        if value is not None and value != "":
            data[field.html_name] = _typed(field.field.prepare_value(value))
    return data | hours_of(context["hours"])


def _typed(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def hours_of(hours: Any) -> dict[str, Any]:
    data = {f"{hours.prefix}-holidays": hours.holidays, f"{hours.prefix}-note": hours.note}
    for day in hours.days:
        if day.is_closed:
            data[f"{day.name}-closed"] = "1"
        for line in day.filled:
            data |= {f"{line.name}-start": line.start, f"{line.name}-end": line.end}
    return data


def send(client: Client, record: Place | WifiPoint, do: str = "send", **changes: Any) -> Any:
    data = form_of(client, record) | changes
    name = "partner-edit" if isinstance(record, Place) else "partner-wifi-edit"
    return client.post(reverse(name, args=[record.pk]), data | {"do": do})
