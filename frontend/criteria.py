"""What the visitor asks, read from the address of the page: every part of the search lives there."""

import datetime as dt
import math
import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from frontend import words
from mapservice.questions.nearest import Sort
from places.enums import PlaceKind, Service
from places.hours import PARIS

KINDS = [*PlaceKind.choices, ("wifi", _("Borne Wi-Fi")), ("mobile", _("Unité mobile"))]
MOBILE_ONLY = frozenset({"mobile"})
MAX_PAGE = 200
NOON = dt.time(12)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Criteria:
    """One search. `lat`, `lon` and `bbox` (west, south, east, north) are degrees, EPSG:4326; `at` is an instant."""

    q: str = ""
    label: str = ""
    lat: float | None = None
    lon: float | None = None
    bbox: Box | None = None
    kinds: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    open: str = ""
    day: dt.date | None = None
    hour: dt.time | None = None
    sort: Sort = "distance"
    page: int = 1
    selected: str = ""
    ignored: tuple[str, ...] = field(default=())

    @property
    def has_position(self) -> bool:
        return self.lat is not None and self.lon is not None

    @property
    def position(self) -> tuple[float, float]:
        """Latitude and longitude of a search that has them."""
        if self.lat is None or self.lon is None:
            raise ValueError("this search has no position")
        return self.lat, self.lon

    @property
    def only_open(self) -> bool:
        return self.open in {"now", "at"}

    @property
    def bbox_text(self) -> str:
        return ",".join(f"{side:.5f}" for side in self.bbox or ())

    def instant(self, now: dt.datetime) -> dt.datetime:
        """When the visitor wants to go: now, unless a day or an hour was chosen."""
        if self.open != "at":
            return now
        local = now.astimezone(PARIS)
        if self.day is None and self.hour is None:
            return now
        same_hour = local.time() if self.day in (None, local.date()) else NOON
        return dt.datetime.combine(self.day or local.date(), self.hour or same_hour, tzinfo=PARIS)

    def at(self, lat: float, lon: float, label: str) -> "Criteria":
        """The same search around a position, called `label`."""
        return replace(self, lat=lat, lon=lon, label=label, bbox=None)

    def query(self, **changes: Any) -> str:
        """The query string of this search with some changes; what is usual is left out, so that addresses stay short."""
        asked = replace(self, **{"page": 1, "selected": "", **changes})
        pairs: list[tuple[str, str]] = [("q", asked.q)] if asked.q else []
        if asked.has_position:
            pairs += [("lat", f"{asked.lat:.5f}"), ("lon", f"{asked.lon:.5f}"), ("label", asked.label)]
        elif asked.bbox:
            pairs.append(("bbox", asked.bbox_text))
        pairs += [("kinds", kind) for kind in sorted(asked.kinds)]
        pairs += [("services", service) for service in sorted(asked.services)]
        pairs += asked.when_pairs()
        if asked.sort != "distance":
            pairs.append(("sort", asked.sort))
        if asked.page > 1:
            pairs.append(("page", str(asked.page)))
        return urlencode(pairs)

    def when_pairs(self) -> list[tuple[str, str]]:
        """The day and the hour as the address says them."""
        if self.open != "at":
            return [("open", self.open)] if self.open else []
        day = [("date", self.day.isoformat())] if self.day else []
        hour = [("time", self.hour.strftime("%H:%M"))] if self.hour else []
        return [("open", "at"), *day, *hour]


class BoxField(forms.CharField):
    """`west,south,east,north` in degrees."""

    def to_python(self, value: str | None) -> Box | None:  # type: ignore[override]  # no longer a text
        if not value:
            return None
        if not re.fullmatch(r"-?\d{1,3}(\.\d{1,12})?(,-?\d{1,3}(\.\d{1,12})?){3}", value, re.ASCII):
            raise forms.ValidationError(_("Cette zone ne se lit pas."))
        west, south, east, north = map(float, value.split(","))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise forms.ValidationError(_("Cette zone est impossible."))
        return west, south, east, north

    def run_validators(self, value: object) -> None:
        """The form of the text was the whole rule."""


class Degrees(forms.FloatField):
    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # any value comes
        number = super().to_python(value)
        if number is not None and not math.isfinite(number):
            raise forms.ValidationError(_("Cette position ne se lit pas."))
        return number


class SearchForm(forms.Form):
    """The search of the home page. A field that cannot be read is left out and named, never an error page."""

    q = forms.CharField(label=_("lieu cherché"), max_length=200, required=False)
    label = forms.CharField(label=_("position"), max_length=200, required=False)
    lat = Degrees(label=_("latitude"), min_value=-90, max_value=90, required=False)
    lon = Degrees(label=_("longitude"), min_value=-180, max_value=180, required=False)
    bbox = BoxField(label=_("zone"), required=False)
    kinds = forms.MultipleChoiceField(label=_("genre de lieu"), choices=KINDS, required=False)
    services = forms.MultipleChoiceField(label=_("services"), choices=Service.choices, required=False)
    open = forms.ChoiceField(
        label=_("ouverture"), choices=[("", ""), ("now", ""), ("at", "")], required=False
    )
    date = forms.DateField(label=_("jour"), input_formats=["%Y-%m-%d"], required=False)
    time = forms.TimeField(label=_("heure"), input_formats=["%H:%M"], required=False)
    sort = forms.ChoiceField(label=_("tri"), choices=[("distance", ""), ("soonest", "")], required=False)
    page = forms.IntegerField(label=_("page"), min_value=1, max_value=MAX_PAGE, required=False)
    selected = forms.UUIDField(label=_("sélection"), required=False)

    def clean_date(self) -> dt.date | None:
        """A day that opening hours can be asked about: years far away would only waste time."""
        day = self.cleaned_data["date"]
        if day and abs((day - words.today()).days) > 400:
            raise forms.ValidationError(_("Choisissez un jour à moins d'un an d'ici."))
        return day


def read_criteria(query: QueryDict) -> Criteria:
    """The search that a query string asks for; never raises."""
    form = SearchForm(query)
    form.is_valid()
    read = form.cleaned_data
    lat, lon = read.get("lat"), read.get("lon")
    # A position belongs to the words it was found for: other words ask for another one.
    stale = read.get("q", "") != read.get("label", "")
    has_position = lat is not None and lon is not None and not (stale and not is_bare(read))
    return Criteria(
        q=read.get("q", ""),
        label=read.get("label", ""),
        lat=lat if has_position else None,
        lon=lon if has_position else None,
        bbox=read.get("bbox") if not has_position else None,
        kinds=frozenset(read.get("kinds", ())),
        services=frozenset(read.get("services", ())),
        open=read.get("open", ""),
        day=read.get("date"),
        hour=read.get("time"),
        sort="soonest" if read.get("sort") == "soonest" else "distance",
        page=read.get("page") or 1,
        selected=str(read.get("selected") or ""),
        ignored=tuple(str(form.fields[name].label) for name in form.errors),
    )


def is_bare(read: dict[str, object]) -> bool:
    """A position given alone, by a link for instance."""
    return not read.get("q") and not read.get("label")
