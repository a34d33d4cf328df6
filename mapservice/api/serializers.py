"""The careful road: one record as a Feature, by djangorestframework-gis, from the same descriptions as the lists."""

from datetime import UTC
from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework_gis.fields import GeometryField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from mapservice.api.collections import Collection, PublicField
from mapservice.api.features import DECIMALS


class KnownText(serializers.CharField):
    """A text that is not known is null."""

    def to_representation(self, value: Any) -> Any:
        return str(value) or None


class PublishedReference(serializers.Field):
    """The id of a related record while it is published; null otherwise: a draft is not even known to exist."""

    def to_representation(self, value: Any) -> str | None:
        return str(value.pk) if value.status == "published" else None


@cache
def serializer_of(collection: Collection) -> type[GeoFeatureModelSerializer]:
    """The serializer of a collection, made once."""
    names = [field.name for field in collection.fields]
    geometry_name = collection.geometry.rpartition(".")[2]
    meta = type(
        "Meta",
        (),
        {
            "model": collection.model,
            "geo_field": geometry_name,
            "id_field": collection.key,
            "fields": [collection.key, geometry_name, *names],
        },
    )
    declared = {field.name: _serializer_field(collection, field) for field in collection.fields}
    reached = {"source": collection.geometry} if "." in collection.geometry else {}
    geometry = GeometryField(precision=DECIMALS, allow_null=True, **reached)
    bases = (GeoFeatureModelSerializer,)
    return type(f"{collection.id}-feature", bases, {**declared, geometry_name: geometry, "Meta": meta})


_PLAIN_FIELDS: dict[str, type[serializers.Field]] = {
    "boolean": serializers.BooleanField,
    "date": serializers.DateField,
    "integer": serializers.IntegerField,
    "number": serializers.FloatField,
}


def _serializer_field(collection: Collection, field: PublicField) -> serializers.Field:
    if field.name in collection.references:
        return PublishedReference(source=field.name.removesuffix("_id"))
    if field.parts:
        return _parts_serializer(collection, field)
    if field.json_type == "array":
        return serializers.ListField(child=serializers.CharField())
    if field.json_type in _PLAIN_FIELDS:
        return _PLAIN_FIELDS[field.json_type](allow_null=True)
    if field.json_type == "date-time":
        return serializers.DateTimeField(format="%Y-%m-%dT%H:%M:%SZ", default_timezone=UTC)
    return KnownText(source=collection.paths.get(field.name))


def _parts_serializer(collection: Collection, field: PublicField) -> serializers.BaseSerializer[Any]:
    """The list of the related records, as objects."""
    declared = {part.name: _serializer_field(collection, part) for part in field.parts}
    made: type[serializers.Serializer[Any]] = type(field.name, (serializers.Serializer,), declared)
    return made(many=True)


def find_feature(collection: Collection, key: Any) -> dict[str, Any] | None:
    """The Feature of a public record, or None."""
    paths = (*collection.paths.values(), collection.geometry)
    references = {name.removesuffix("_id") for name in collection.references}
    references |= {path.rpartition(".")[0] for path in paths if "." in path}
    rows = collection.rows().filter(pk=key)
    lists = [field.name for field in collection.fields if field.parts]
    record = (rows.select_related(*references) if references else rows).prefetch_related(*lists).first()
    if record is None:
        return None
    return dict(serializer_of(collection)(record).data)
