"""The public description of each record names real columns, and none of the private ones."""

import pytest
from django.db.models import Model

from mobile_units.fields import STOP_FIELDS
from mobile_units.models import Stop
from places.fields import COMMUNE_FIELDS, PLACE_FIELDS, WIFI_FIELDS, Field
from places.models import Commune, Place, WifiPoint

TABLES = [(Place, PLACE_FIELDS), (WifiPoint, WIFI_FIELDS), (Commune, COMMUNE_FIELDS), (Stop, STOP_FIELDS)]
# What a table of columns holds beside what it publishes: keys, points, machinery, and what stays private.
KEPT = {
    Place: {"contact_name", "contact_email", "contact_phone", "internal_notes", "review_months"},
    WifiPoint: {"internal_notes", "review_months"},
    Stop: {"parking_advice"},
    Commune: {"former_insee_codes", "former_names", "centre", "town_hall", "outline", "insee"},
}
MACHINERY = {
    "id",
    "location",
    "commune_id",
    "created_at",
    "version",
    "first_published_at",
    "search_key",
}


@pytest.mark.parametrize(("model", "fields"), TABLES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_column_is_described_or_kept_on_purpose(model: type[Model], fields: tuple[Field, ...]) -> None:
    columns = {field.attname for field in model._meta.concrete_fields}
    described = [field.name for field in fields]
    assert len(described) == len(set(described))
    assert columns - set(described) == KEPT[model] | (MACHINERY & columns)
    assert set(described) <= columns
