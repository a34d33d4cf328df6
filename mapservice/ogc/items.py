"""The features: a page of a collection, and one feature."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.api.changes import validators_of
from mapservice.api.collections import Collection
from mapservice.api.features import Page, read_page
from mapservice.api.formats import GEOJSON, HTML
from mapservice.api.parameters import Invalid, Parameter, Query
from mapservice.api.problems import Problem, not_found
from mapservice.api.serializers import find_feature
from mapservice.api.standard import BBOX, DATETIME, DURING, LIMIT, Interval, cursor_parameter, write_cursor
from mapservice.api.validators import Validators
from mapservice.ogc.links import Link, api_url, link, with_parameters
from mapservice.ogc.registry import COLLECTIONS
from mapservice.ogc.resources import Resource
from mapservice.ogc.schemas import feature_collection_schema, feature_schema


class CollectionResource(Resource):
    """A resource of one collection, given when its address is declared."""

    collection: Collection = COLLECTIONS[0]
    formats = {"json": GEOJSON, "html": HTML}

    def page_context(self, document: dict[str, Any]) -> dict[str, Any]:
        return {
            **super().page_context(document),
            "collection": self.collection,
            "title": gettext(self.collection.title),
        }


class Items(CollectionResource):
    template = "mapservice/api/items.html"
    description = _(
        "Les objets publiés de la collection, page par page : suivez le lien « next » jusqu'à ce qu'il n'y en ait plus."
    )

    @property
    def operation_id(self) -> str:  # type: ignore[override]  # read only
        return f"get_{self.collection.id}"

    @property
    def summary(self) -> str:  # type: ignore[override]  # read only
        return self.collection.title

    @property
    def schema(self) -> dict[str, object]:  # type: ignore[override]  # read only
        return feature_collection_schema(self.collection)

    @property
    def parameters(self) -> tuple[Parameter, ...]:  # type: ignore[override]  # read only
        own = (each.parameter for each in self.collection.filters)
        when = DURING if self.collection.during else DATETIME
        return (BBOX, when, LIMIT, cursor_parameter(self.collection.read_key), *own)

    def validators(self, query: Query) -> Validators | None:
        return validators_of(self.collection.depends_on)

    def answer(self, query: Query, media_type: str) -> HttpResponse:
        if media_type == HTML:
            return super().answer(query, media_type)
        return HttpResponse("".join(self._texts(query, media_type)), content_type=media_type)

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        return json.loads("".join(self._texts(query, media_type)))

    def _texts(self, query: Query, media_type: str) -> Iterator[str]:
        page = read_page(self.collection, self._rows(query), limit=query["limit"], after=query["cursor"])
        about = {
            "numberMatched": page.matched,
            "numberReturned": page.returned,
            "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "links": self._page_links(page, media_type),
        }
        yield '{"type":"FeatureCollection","features":['
        yield page.features
        yield "],"
        yield json.dumps(about, ensure_ascii=False)[1:]

    def _rows(self, query: Query) -> Any:
        rows = self.collection.rows()
        if query["bbox"] is not None:
            rows = in_bbox(self.collection, rows, query["bbox"])
        if query["datetime"] is not None:
            rows = in_interval(self.collection, rows, query["datetime"])
        for each in self.collection.filters:
            if (value := query[each.parameter.name]) is not None:
                rows = each.narrow(rows, value)
        return rows

    def _page_links(self, page: Page, media_type: str) -> list[Link]:
        path = f"collections/{self.collection.id}"
        links = [*self.links(media_type), link(api_url(self.request, path), "collection", "application/json")]
        if page.next_after is not None:
            following = with_parameters(self.request, cursor=write_cursor(page.next_after))
            links.append(link(following, "next", media_type, gettext("Page suivante")))
        return links


class Item(CollectionResource):
    template = "mapservice/api/item.html"
    description = _(
        "Un objet par son identifiant. Fusionné avec un autre, il y mène (301) ; fermé pour de bon, il répond 410 avec"
        " la date ; jamais publié, 404."
    )
    problems = {
        "301": _("La fiche a été fusionnée avec une autre, à l'adresse de l'en-tête Location."),
        "410": _("La fiche a été fermée pour de bon."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.path_schemas = {"fid": self.collection.key_schema}

    @property
    def operation_id(self) -> str:  # type: ignore[override]  # read only
        return f"get_{self.collection.id}_feature"

    @property
    def summary(self) -> str:  # type: ignore[override]  # read only
        return self.collection.title

    @property
    def schema(self) -> dict[str, object]:  # type: ignore[override]  # read only
        return feature_schema(self.collection)

    def validators(self, query: Query) -> Validators | None:
        return validators_of(self.collection.depends_on)

    def document(self, query: Query, media_type: str) -> dict[str, Any]:
        feature = find_feature(self.collection, self._key())
        if feature is None:
            raise self._absence()
        collection_url = api_url(self.request, f"collections/{self.collection.id}")
        links = [*self.links(media_type), link(collection_url, "collection", "application/json")]
        return {**feature, "id": str(feature["id"]), "links": links}

    def page_context(self, document: dict[str, Any]) -> dict[str, Any]:
        known = document["properties"]
        rows = [(field, shown(known[field.name])) for field in self.collection.fields]
        return {
            **super().page_context(document),
            "rows": [
                {"name": each.name, "label": gettext(each.label), "value": value} for each, value in rows
            ],
        }

    def _key(self) -> Any:
        try:
            return self.collection.read_key(self.kwargs["fid"])
        except Invalid:
            raise not_found() from None

    def _absence(self) -> Problem:
        kept = self.collection.moved(self._key())
        if kept is not None:
            return self._removal(str(kept))
        closed_on = self.collection.gone(self._key())
        if not closed_on:
            return not_found()
        day = date_format(date.fromisoformat(closed_on), "DATE_FORMAT")
        sentence = gettext("Cette fiche a été fermée pour de bon le %(date)s.") % {"date": day}
        return Problem(sentence, status=410, members={"closed_on": closed_on})

    def _removal(self, kept: str) -> Problem:
        """301, which every client follows; 308 is not known to the older ones. The question stays: format and all."""
        url = api_url(self.request, f"collections/{self.collection.id}/items/{kept}")
        asked = self.request.GET.urlencode()
        sentence = gettext("Cette fiche a été fusionnée avec une autre : %(id)s.") % {"id": kept}
        return Problem(
            sentence,
            status=301,
            members={"id": kept},
            headers={"Location": f"{url}?{asked}" if asked else url},
        )


def shown(value: Any) -> str:
    """A value of a property as the page says it."""
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    if isinstance(value, list):
        return ", ".join(map(shown, value)) or "–"
    if isinstance(value, dict):
        return " · ".join(map(shown, value.values()))
    return "–" if value is None else str(value)


def in_bbox(collection: Collection, rows: Any, box: Any) -> Any:
    """Rows that touch the box, and those without geometry, which OGC API lets match every box."""
    inside = {f"{collection.geometry_lookup}__intersects": box}
    missing = {f"{collection.geometry_lookup}__isnull": True}
    return rows.filter(**inside) | rows.filter(**missing)


def in_interval(collection: Collection, rows: Any, interval: Interval) -> Any:
    """Rows whose instant, or some instant of which, lies in the interval; without an instant, all match."""
    if collection.during:
        return collection.during(rows, interval.start, interval.end)
    if collection.time and interval.start:
        rows = rows.filter(**{f"{collection.time}__gte": interval.start})
    if collection.time and interval.end:
        rows = rows.filter(**{f"{collection.time}__lt": interval.end})
    return rows
