"""What can be near: each kind of record is one `Source`, and an answer is the union of all that apply.

A source says in SQL where its records lie, which ones anybody may see, which filters it answers, and what each row
tells. To add one, describe it with the same columns, as `passages` does; nothing else changes.
Its table needs a GiST index on the geography cast of `location` (mapservice/geo), or the answer scans it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from places.enums import PlaceKind, Service

# The columns every source gives, in the order in which they are read. `{r}` stands for the row of the source.
COLUMNS = (
    "slug",
    "name",
    "kinds",
    "host_kind",
    "services",
    "address",
    "postal_code",
    "commune_name",
    "is_demo",
    "hours",
    "periods",
    "closures",
    "is_down",
    "passages",
)
# Closures that are over by `at` change nothing any more; those later than the look-ahead are few.
CLOSURES = """
(SELECT json_agg(json_build_array(c.starts_on, c.ends_on, c.reason) ORDER BY c.starts_on)
 FROM places_temporaryclosure c WHERE c.place_id = {place} AND c.ends_on >= %(since)s)
"""


class QueryKind(TextChoices):
    """What may be asked for: the kinds of places, Wi-Fi points, the passages of mobile units."""

    CONNECTED_SPACE = "connected_space", _("Espace connecté")
    THIRD_PLACE = "third_place", _("Tiers-lieu")
    WIFI = "wifi", _("Borne Wi-Fi")
    MOBILE = "mobile", _("Unité mobile")


@dataclass(frozen=True, slots=True)
class Filters:
    """Plain filters. `kinds`: one of them is enough, none given means all. `services`: every one is needed.

    `window`: from when to when what has a date is wanted; without it, nothing that has a date is.
    """

    kinds: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    window: tuple[datetime, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of record.

    `visible` is the SQL condition of publication, on the row `r`. `applies` tells whether any record can pass the
    filters, `condition` the SQL of those filters with the parameters `kinds` and `services`. `columns` gives an
    expression for each of COLUMNS, `joins` what they need beside `r`.
    """

    kind: str
    table: str
    visible: str
    applies: Callable[[Filters], bool]
    condition: Callable[[Filters], str]
    columns: Mapping[str, str]
    joins: str = ""

    def where(self, filters: Filters) -> str:
        """Published, located and passing the filters."""
        parts = [self.visible, "r.location IS NOT NULL", self.condition(filters)]
        return " AND ".join(part for part in parts if part)

    def selected(self) -> str:
        return ", ".join(f"{self.columns[name]} AS {name}" for name in COLUMNS)


def _place_condition(filters: Filters) -> str:
    kinds = "r.kinds && %(kinds)s::varchar[]" if filters.kinds else ""
    services = "r.services @> %(services)s::varchar[]" if filters.services else ""
    return " AND ".join(part for part in (kinds, services) if part)


PLACES = Source(
    kind="place",
    table="places_place",
    visible="r.status = 'published'",
    applies=lambda filters: not filters.kinds or bool(filters.kinds & set(PlaceKind.values)),
    condition=_place_condition,
    columns={
        **{name: f"r.{name}" for name in COLUMNS[:9]},
        "hours": "r.opening_hours",
        "periods": "r.admission_periods",
        "closures": CLOSURES.format(place="r.id"),
        "is_down": "false",
        "passages": "NULL::json",
    },
)

# Indoors one gets in through the host: its hours when the point has none, its closures always. A host that is not
# published says nothing. The same rule as `places.availability.schedule_of_wifi`, and a test holds both together.
WIFI_POINTS = Source(
    kind="wifi_point",
    table="places_wifipoint",
    visible="r.status = 'published' AND r.state <> 'disabled'",
    applies=lambda filters: (
        (not filters.kinds or QueryKind.WIFI in filters.kinds)
        and filters.services <= {Service.INTERNET_ACCESS}
    ),
    condition=lambda _filters: "",
    joins="LEFT JOIN places_place host ON host.id = r.place_id AND host.status = 'published' AND r.setting = 'indoor'",
    columns={
        "slug": "r.slug",
        "name": "r.name",
        "kinds": "ARRAY['wifi']::varchar[]",
        "host_kind": "coalesce(host.host_kind, '')",
        "services": "ARRAY['internet_access']::varchar[]",
        "address": "r.address",
        "postal_code": "r.postal_code",
        "commune_name": "r.commune_name",
        "is_demo": "r.is_demo",
        "hours": "coalesce(nullif(r.opening_hours, ''), host.opening_hours, '')",
        "periods": "coalesce(host.admission_periods, '{}')",
        "closures": CLOSURES.format(place="host.id"),
        "is_down": "r.state = 'down'",
        "passages": "NULL::json",
    },
)

SOURCES = (PLACES, WIFI_POINTS)

_URL_NAMES = {"place": "place", "wifi_point": "wifi-point", "passage": "stop"}


def page_of(kind: str) -> tuple[str, str]:
    """What stands before and after the slug in the address of a record's page."""
    before, after = reverse(_URL_NAMES[kind], args=["slug"]).split("slug")
    return before, after
