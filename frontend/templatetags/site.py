"""What templates say and draw. Nothing here trusts its input: templates escape what these tags return."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from urllib.parse import quote

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from frontend import plain, words
from frontend.criteria import Criteria
from mapservice.questions.search import Suggestion
from places import enums
from places.availability import Availability

register = template.Library()

register.filter("distance", words.distance)
register.filter("ago", words.ago)
register.filter("phone", words.phone)
register.filter("grouped", words.grouped)
register.filter("duration", words.duration)
register.filter("long_date", words.long_date)
register.filter("full_date", words.full_date)

_LISTS = {
    choices.__name__: choices
    for choices in (
        enums.AccessMode,
        enums.Audience,
        enums.Fee,
        enums.HostKind,
        enums.LocationOrigin,
        enums.ManagementMode,
        enums.PlaceKind,
        enums.SchoolPeriod,
        enums.SpecialSupport,
        enums.SupportMode,
        enums.ThirdPlaceFamily,
        enums.WheelchairAccess,
    )
}
_PLAIN = {
    "service": plain.SERVICES,
    "wifi-access": plain.WIFI_ACCESS,
    "wifi-state": plain.WIFI_STATE,
    "admission": plain.ADMISSION,
}
_SCRIPT_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_AVAILABILITY_ICONS = {"open": "check", "closed": "moon", "unknown": "question"}


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.simple_tag
def operator() -> str:
    return settings.TERRITORY["operator"]


@register.simple_tag
def territory() -> str:
    return settings.TERRITORY["name"]


@register.simple_tag
def contact_email() -> str:
    return settings.CONTACT_EMAIL


@register.simple_tag
def languages() -> list[dict[str, str]]:
    """Code and own name of each language, in the order of the settings."""
    return [
        {"code": code, "name": get_language_info(code)["name_local"]} for code, _name in settings.LANGUAGES
    ]


@register.inclusion_tag("frontend/parts/icon.html")
def icon(name: str) -> dict[str, str]:
    """A decorative drawing of img/icons.svg; the words beside it say the same."""
    return {"name": name}


@register.inclusion_tag("frontend/parts/availability.html")
def availability(value: Availability, now: datetime, *, large: bool = False) -> dict[str, object]:
    """The state in words, with its icon and its colour."""
    return {
        "state": value.state,
        "icon": _AVAILABILITY_ICONS[value.state],
        "sentence": words.availability_sentence(value, now),
        "large": large,
    }


@register.filter
def label(code: str, choices: str) -> str:
    """The translated label of a code of a controlled list; an unknown code shows as it is."""
    known = dict(_LISTS[choices].choices)
    return _(str(known[code])) if code in known else code


@register.filter
def labels(codes: Iterable[str], choices: str) -> list[str]:
    return [label(code, choices) for code in codes]


@register.filter("plain")
def plain_words(code: str, subject: str) -> dict[str, str]:
    """`title`, `detail` and `icon` of a code, translated."""
    found = _PLAIN[subject].get(code)
    if found is None:
        return {"title": code, "detail": "", "icon": "info"}
    return {"title": _(found.title), "detail": _(found.detail) if found.detail else "", "icon": found.icon}


@register.filter
def clock(at: time) -> str:
    return words.clock(at)


@register.filter
def ranges(day_ranges: Iterable[tuple[time, time]]) -> list[str]:
    return [words.time_range(start, end) for start, end in day_ranges]


@register.filter
def web(url: str) -> str:
    """The address when it leads to the web, else nothing: validators say so too, a link must not trust them."""
    return url if url.startswith(("https://", "http://")) else ""


@register.filter
def host_of(url: str) -> str:
    """A web address as people say it: without scheme, `www.` and final slash."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")


@register.simple_tag
def json_ld(document: dict[str, object]) -> SafeString:
    """A JSON-LD block: data, never run. What could end the block early is written as escapes, as `json_script` does."""
    text = json.dumps(document, ensure_ascii=False).translate(_SCRIPT_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))


@register.simple_tag
def mail_link(subject: str, body: str) -> str:
    """A mailto: address to the service, with its subject and its text."""
    return f"mailto:{settings.CONTACT_EMAIL}?subject={quote(subject)}&body={quote(body)}"


@register.filter
def coordinate(value: float) -> str:
    """Six decimals, ten centimetres, whatever the language: for attributes and addresses of maps."""
    return f"{value:.6f}"


@register.simple_tag
def search_link(criteria: Criteria, suggestion: Suggestion) -> str:
    """The query string of the same search around a suggestion."""
    return replace(criteria, q=suggestion.label).at(suggestion.lat, suggestion.lon, suggestion.label).query()
