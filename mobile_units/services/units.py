"""Mobile units: saved, published, withdrawn from service."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mobile_units.models import Itinerary, MobileUnit, Passage
from mobile_units.plan import PARIS
from mobile_units.services.conflicts import expand_or_explain
from mobile_units.services.expand import Expansion
from mobile_units.services.writing import Refused, current, writing
from places.enums import Status

WRITTEN = (
    "name",
    "kind",
    "summary",
    "description",
    "operator",
    "services",
    "wheelchair",
    "access_note",
    "phone",
    "emails",
    "websites",
    "colour",
)


def save_unit(
    *,
    user: Any,
    values: Mapping[str, Any],
    now: datetime,
    unit_id: uuid.UUID | None = None,
    version: int | None = None,
) -> MobileUnit:
    """Creates a draft unit, or changes the given fields (of WRITTEN) of one. Raises Missing, StaleVersion, Refused."""
    with writing(user=user, unit_ids=[unit_id] if unit_id else []):
        unit = current(MobileUnit, unit_id, version) if unit_id else MobileUnit()
        for name in WRITTEN:
            if name in values:
                setattr(unit, name, values[name])
        unit.slug = unit.slug or _slug(unit.name)
        unit.edited_on = now.astimezone(PARIS).date()
        try:
            unit.clean_fields()
            unit.validate_constraints()
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        unit.save()
        unit.refresh_from_db()
        return unit


def _slug(name: str) -> str:
    base = slugify(name)[:100].strip("-") or "unite"
    taken = set(MobileUnit.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )


def publish_unit(*, user: Any, unit_id: uuid.UUID, version: int, now: datetime) -> MobileUnit:
    """Puts a draft or withdrawn unit in service. Raises Missing, StaleVersion."""
    with writing(user=user, unit_ids=[unit_id]):
        unit = current(MobileUnit, unit_id, version)
        unit.status, unit.closed_on = Status.PUBLISHED, None
        unit.save(update_fields=["status", "closed_on"])
        expand_or_explain(unit_id=unit_id, now=now)
        unit.refresh_from_db()
        return unit


def withdraw_unit(
    *,
    user: Any,
    unit_id: uuid.UUID,
    version: int,
    now: datetime,
    reason: str = "",
    cancel_passages: bool = False,
) -> tuple[MobileUnit, Expansion]:
    """Takes a unit out of service for good, and ends its published itineraries.

    With passages to come: refused, or with `cancel_passages` they go, the announced ones cancelled with the reason.

    Raises:
        Missing, StaleVersion, Refused.
    """
    with writing(user=user, unit_ids=[unit_id]):
        unit = current(MobileUnit, unit_id, version)
        coming = Passage.objects.happening().filter(unit=unit, start__gt=now).count()
        if coming and not cancel_passages:
            raise Refused(_coming_sentence(unit, coming))
        if coming and not reason.strip():
            raise Refused(_("Donnez un motif : les habitants le liront."))
        today = now.astimezone(PARIS).date()
        unit.status, unit.closed_on = Status.CLOSED, today
        unit.save(update_fields=["status", "closed_on"])
        Itinerary.objects.filter(unit=unit).published().update(status=Status.CLOSED, closed_on=today)
        expansion = expand_or_explain(unit_id=unit_id, now=now, drop_reason=reason.strip())
        unit.refresh_from_db()
        return unit, expansion


def _coming_sentence(unit: MobileUnit, coming: int) -> str:
    sentence = ngettext(
        "%(unit)s a encore %(count)s passage à venir : demandez de l'annuler, avec un motif, pour la retirer.",
        "%(unit)s a encore %(count)s passages à venir : demandez de les annuler, avec un motif, pour la retirer.",
        coming,
    )
    return sentence % {"unit": unit.name, "count": coming}
