"""The fast road: features leave PostGIS as text, one statement a page.

The careful road, `mapservice.api.serializers`, gives the same features one by one; a test compares both for every
collection and every field. What both follow: a text that is not known is null, a list that is empty is [], instants
are in UTC to the second, coordinates have six decimals (ten centimetres).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet, TextField
from django.db.models.expressions import RawSQL

from mapservice.api.collections import Collection, PublicField

DECIMALS = 6
# One row whatever the page holds: how many match, how many are here, the features, and the key to go on from.
_PAGE = """
WITH page AS MATERIALIZED (SELECT key, feature, row_number() OVER (ORDER BY key) AS rank FROM ({page}) AS rows (key, feature))
SELECT (SELECT count(*) FROM ({matching}) AS matching),
       count(*) FILTER (WHERE rank <= %s),
       coalesce(string_agg(feature, ',' ORDER BY rank) FILTER (WHERE rank <= %s), ''),
       (SELECT key FROM page WHERE rank = %s AND EXISTS (SELECT FROM page WHERE rank > %s))
FROM page
"""

# jsonb_build_object takes fifty properties at most, and sorts them: a row has neither bound nor disorder.
_FEATURE = """'{{"type":"Feature","id":' || to_json({key})::text
|| ',"geometry":' || coalesce(ST_AsGeoJSON({geometry}, {decimals}, 0), 'null')
|| ',"properties":' || (SELECT row_to_json(properties) FROM (SELECT {properties}) AS properties)::text
|| '}}'"""


@dataclass(frozen=True, slots=True)
class Page:
    """Features as JSON text, separated by commas. `next_after` is the key to continue after, None on the last page."""

    features: str
    matched: int
    returned: int
    next_after: Any = None


def read_page(
    collection: Collection, rows: "QuerySet[Any]", *, limit: int, after: Any = None, names: Iterable[str] = ()
) -> Page:
    """One page of the rows in the order of their keys, in one statement. `names` chooses properties; all without it.

    Keys are random and never change: rows added or removed meanwhile neither repeat nor hide another.
    """
    following = rows if after is None else rows.filter(pk__gt=after)
    page = following.order_by("pk").values_list("pk", feature_text(collection, names))[: limit + 1]
    try:
        page_sql, page_params = page.query.sql_with_params()
        matching_sql, matching_params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Page("", 0, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            _PAGE.format(page=page_sql, matching=matching_sql), [*page_params, *matching_params, *[limit] * 4]
        )
        matched, returned, features, next_after = cursor.fetchone()
    return Page(features, matched, returned, next_after)


def stream_features(collection: Collection, rows: "QuerySet[Any]") -> Iterator[str]:
    """Every feature of the rows as JSON text, in the order of their keys, through a server-side cursor."""
    texts = rows.order_by("pk").values_list(feature_text(collection), flat=True)
    return texts.iterator(chunk_size=1000)


def feature_text(collection: Collection, names: Iterable[str] = ()) -> RawSQL:
    """A GeoJSON Feature as text, for a queryset whose first table is the collection's own."""
    table = _name(collection.model._meta.db_table)
    geometry = collection.shape.format(row=table) or _reached(collection, table, collection.geometry)
    chosen = [field for field in collection.fields if not names or field.name in names]
    properties = ", ".join(f"{_value(collection, table, field)} AS {_name(field.name)}" for field in chosen)
    feature = _FEATURE.format(
        key=f"{table}.{_name(collection.key)}", geometry=geometry, decimals=DECIMALS, properties=properties
    )
    return RawSQL(feature, (), output_field=TextField())  # noqa: S611 - names of our own columns only


def _value(collection: Collection, table: str, field: PublicField) -> str:
    if field.parts:
        return _related(collection, table, field)
    column = _reached(collection, table, collection.paths.get(field.name, field.name))
    if field.name in collection.references:
        named = _name(collection.references[field.name]._meta.db_table)
        return f"(SELECT named.id FROM {named} AS named WHERE named.id = {column} AND named.status = 'published')"  # noqa: S608
    return _said(column, field)


def _said(column: str, field: PublicField) -> str:
    if field.json_type == "string":
        return f"nullif({column}::text, '')"
    if field.json_type == "date-time":
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    return column


def _related(collection: Collection, table: str, field: PublicField) -> str:
    """The list of the related records, in the order that their model gives; [] without any."""
    relation: Any = collection.model._meta.get_field(field.name)
    model, owner = relation.related_model, relation.field.column

    def of(name: str) -> str:
        return f"related.{_name(_column(model, name))}"

    members = ", ".join(f"'{part.name}', {_said(of(part.name), part)}" for part in field.parts)
    order = ", ".join(of(name) for name in model._meta.ordering)
    return (
        f"coalesce((SELECT json_agg(json_build_object({members}) ORDER BY {order}) "  # noqa: S608
        f"FROM {_name(model._meta.db_table)} AS related "
        f"WHERE related.{_name(owner)} = {table}.{_name(_column(collection.model, collection.key))}), '[]')"
    )


def _reached(collection: Collection, table: str, path: str) -> str:
    """A column of the row, or of the record that one of its references names (`unit.name`)."""
    reference, _dot, name = path.rpartition(".")
    if not reference:
        return f"{table}.{_name(_column(collection.model, name))}"
    foreign: Any = collection.model._meta.get_field(reference)
    related = foreign.related_model
    return (
        f"(SELECT reached.{_name(_column(related, name))} FROM {_name(related._meta.db_table)} AS reached "  # noqa: S608
        f"WHERE reached.{_name(related._meta.pk.column)} = {table}.{_name(foreign.column)})"
    )


def _column(model: type[Model], name: str) -> str:
    columns = {each.attname: each.column for each in model._meta.concrete_fields}
    columns["pk"] = model._meta.pk.column
    return str(columns[name])


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
