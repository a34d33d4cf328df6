"""Form fields of the admin: a point on a map, lists as lines or as boxes to tick."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.geos import Point
from django.contrib.postgres.forms import SimpleArrayField
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# Six decimals are ten centimetres; two positions that show the same are the same.
DECIMALS = 6


def degrees_as_shown(point: Point | None) -> list[str]:
    """(latitude, longitude) as texts: the order in which people say and copy them."""
    if point is None:
        return ["", ""]
    return [f"{ordinate:.{DECIMALS}f}".rstrip("0").rstrip(".") for ordinate in (point.y, point.x)]


class PointWidget(forms.MultiWidget):
    """Latitude and longitude as two boxes, which a map completes when scripts run.

    The widget of django-leaflet writes scripts into the page, which our content policy forbids (ADR 011): this one
    brings a file of its own and hands it its settings through data attributes.
    """

    template_name = "places/admin/point.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        box = {"inputmode": "decimal", "autocomplete": "off", "size": 12, **(attrs or {})}
        super().__init__({"lat": forms.TextInput(box), "lon": forms.TextInput(box)})

    @property
    def media(self) -> forms.Media:
        return forms.Media(
            css={"screen": ["leaflet/leaflet.css", "places/admin/point.css"]},
            js=["leaflet/leaflet.js", Script("places/admin/point.js", type="module")],  # type: ignore[list-item]  # a Script is accepted
        )

    def decompress(self, value: Point | None) -> list[str]:
        return degrees_as_shown(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["map"] = json.dumps(
            {
                "extent": settings.TERRITORY["extent"],
                "tiles": settings.BASEMAP["url"],
                "attribution": settings.BASEMAP["attribution"],
                "max_zoom": settings.BASEMAP["max_zoom"],
                "outlines": reverse("admin:places_commune_outlines"),
            }
        )
        return context


class DecimalDegreesField(forms.FloatField):
    """Degrees, with a decimal comma or point."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PointField(forms.MultiValueField):
    """A Point(lon, lat) in EPSG:4326 from two numbers; both or neither."""

    widget = PointWidget
    default_error_messages = {"incomplete": _("Donnez la latitude et la longitude, ou aucune des deux.")}

    def __init__(self, **kwargs: Any) -> None:
        degrees = (
            DecimalDegreesField(min_value=-90, max_value=90, localize=False),
            DecimalDegreesField(min_value=-180, max_value=180, localize=False),
        )
        super().__init__(degrees, **{**kwargs, "require_all_fields": False})

    def clean(self, value: Any) -> Point | None:
        filled = [bool(str(part or "").strip()) for part in (value or ["", ""])]
        if any(filled) and not all(filled):
            raise forms.ValidationError(self.error_messages["incomplete"], "incomplete")
        return super().clean(value)

    def compress(self, data_list: list[float]) -> Point | None:
        return Point(data_list[1], data_list[0], srid=4326) if data_list else None

    def has_changed(self, initial: Point | None, data: Any) -> bool:
        """Whether the position moved as shown: a stored point has more decimals than its boxes."""
        shown = degrees_as_shown(initial)
        return shown != [str(part or "").strip().replace(",", ".") for part in (data or ["", ""])]


class LinesField(SimpleArrayField):
    """A list of texts, one a line; empty lines do not count."""

    widget = forms.Textarea

    def __init__(self, base_field: forms.Field, **kwargs: Any) -> None:
        super().__init__(base_field, delimiter="\n", **kwargs)
        self.widget.attrs.update(rows=2, cols=50)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(line.strip() for line in value.splitlines() if line.strip())
        return super().to_python(value)


class CodesField(forms.MultipleChoiceField):
    """Codes of a controlled list, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple
