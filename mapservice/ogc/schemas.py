"""JSON Schemas of the answers (OpenAPI 3.0 flavour), made from the descriptions of the collections."""

from mapservice.api.collections import Collection, PublicField

Schema = dict[str, object]

LINK: Schema = {
    "type": "object",
    "required": ["href", "rel", "type"],
    "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title")},
}
LINKS: Schema = {"type": "array", "items": LINK}
_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}

LANDING_SCHEMA: Schema = {
    "type": "object",
    "required": ["title", "links"],
    "properties": {"title": _TEXT, "description": _TEXT, "links": LINKS},
}
CONFORMANCE_SCHEMA: Schema = {
    "type": "object",
    "required": ["conformsTo"],
    "properties": {"conformsTo": _TEXTS, "links": LINKS},
}
_EXTENT: Schema = {
    "type": "object",
    "properties": {
        "spatial": {
            "type": "object",
            "properties": {
                "bbox": {
                    "type": "array",
                    "items": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
                },
                "crs": _TEXT,
            },
        },
        "temporal": {
            "type": "object",
            "properties": {
                "interval": {
                    "type": "array",
                    "items": {"type": "array", "items": {"type": "string", "nullable": True}},
                },
                "trs": _TEXT,
            },
        },
    },
}
COLLECTION_SCHEMA: Schema = {
    "type": "object",
    "required": ["id", "links"],
    "properties": {
        **dict.fromkeys(("id", "title", "description", "itemType"), _TEXT),
        "links": LINKS,
        "extent": _EXTENT,
        "crs": _TEXTS,
    },
}
COLLECTIONS_SCHEMA: Schema = {
    "type": "object",
    "required": ["links", "collections"],
    "properties": {"links": LINKS, "collections": {"type": "array", "items": COLLECTION_SCHEMA}},
}


def feature_schema(collection: Collection) -> Schema:
    return {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": dict(collection.key_schema),
            "geometry": _geometry_schema(collection),
            "properties": {
                "type": "object",
                "required": [field.name for field in collection.fields],
                "properties": {field.name: _property_schema(field) for field in collection.fields},
                "additionalProperties": False,
            },
            "links": LINKS,
        },
    }


def feature_collection_schema(collection: Collection) -> Schema:
    return {
        "type": "object",
        "required": ["type", "features", "links", "numberMatched", "numberReturned", "timeStamp"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "features": {"type": "array", "items": feature_schema(collection)},
            "numberMatched": {"type": "integer", "minimum": 0},
            "numberReturned": {"type": "integer", "minimum": 0},
            "timeStamp": {"type": "string", "format": "date-time"},
            "links": LINKS,
        },
    }


def _property_schema(field: PublicField) -> Schema:
    """What is not known is null, except lists, which are then empty."""
    schema = dict(field.json_schema)
    if field.json_type == "array":
        return schema
    codes = schema.get("enum")
    return {**schema, "nullable": True, **({"enum": [*codes, None]} if isinstance(codes, list) else {})}


# How deep the arrays of coordinates are, and the name in GeoJSON.
_GEOMETRIES = {
    "geometry-point": (1, "Point"),
    "geometry-multipoint": (2, "MultiPoint"),
    "geometry-multipolygon": (4, "MultiPolygon"),
}


def _geometry_schema(collection: Collection) -> Schema:
    depth, name = _GEOMETRIES[collection.geometry_format]
    coordinates: Schema = {"type": "number"}
    for level in range(depth):
        bounds: Schema = {"minItems": 2, "maxItems": 2} if level == 0 else {}
        coordinates = {"type": "array", "items": coordinates, **bounds}
    return {
        "type": "object",
        "nullable": True,
        "required": ["type", "coordinates"],
        "properties": {"type": {"type": "string", "enum": [name]}, "coordinates": coordinates},
    }
