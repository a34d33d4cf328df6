"""Whole files for the State, the Region and anybody: always the same data in the same order, streamed."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any, ClassVar

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from mapservice.api.changes import validators_of
from mapservice.api.collections import Collection
from mapservice.api.endpoints import Endpoint
from mapservice.api.features import stream_features
from mapservice.api.formats import GEOJSON, JSON
from mapservice.api.parameters import Query
from mapservice.api.validators import Validators
from mapservice.ogc.registry import COLLECTIONS
from places.exports.national import COLUMNS, Options, left_out, records
from places.models import Place, TemporaryClosure

CSV = "text/csv"
# Rows are sent in parcels of about this many characters: one by one they would cost more to carry than to write.
PARCEL = 64_000
# What a spreadsheet runs instead of showing it; telephones and degrees begin with a sign and are numbers.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.]+\Z)", re.ASCII)


class File(Endpoint):
    """A file to take whole. Its name tells its format: `Accept` is not asked."""

    tag = "Fichiers"
    is_negotiated = False
    max_age_s = 300

    def texts(self) -> Iterator[str]:
        """The content, piece by piece."""
        raise NotImplementedError

    def file_name(self) -> str:
        raise NotImplementedError

    def answer(self, query: Query, media_type: str) -> StreamingHttpResponse:
        response = StreamingHttpResponse(parcels(self.texts()), content_type=f"{media_type}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.file_name()}"'
        if settings.EXPORT["demo"]:
            response["X-Demonstration"] = "true"
        return response


class NationalFile(File):
    """The inventory in the national schema. `X-Left-Out` counts the places that lack something it demands."""

    extension: ClassVar[str] = ""

    def choices(self) -> Options:
        export = settings.EXPORT
        year = timezone.localdate().year if export["dated_holidays"] else None
        return Options(export["default_pivot"], export["demo"], year)

    def validators(self, query: Query) -> Validators | None:
        found = validators_of([Place, TemporaryClosure])
        return found and Validators(f"{found.stamp} {self.choices()}", found.changed_at)

    def file_name(self) -> str:
        """The name that the standard gives, dated by the last change: the same content has the same name."""
        found = validators_of([Place, TemporaryClosure])
        day = timezone.localdate(found.changed_at if found and found.changed_at else None).isoformat()
        owner = settings.EXPORT["operator_siret"] or settings.EXPORT["default_pivot"] or "sans-siret"
        name = f"{day}_{owner}_lieux-de-mediation-numerique_{plain_word(settings.TERRITORY['name'])}"
        return f"{'demonstration_' if settings.EXPORT['demo'] else ''}{name}.{self.extension}"

    def answer(self, query: Query, media_type: str) -> StreamingHttpResponse:
        response = super().answer(query, media_type)
        counts = left_out(self.choices())
        response["X-Left-Out"] = ", ".join(f"{name}={count}" for name, count in sorted(counts.items()))
        return response


class NationalCsv(NationalFile):
    operation_id = "exportNationalCsv"
    summary = _("Lieux au schéma national (CSV)")
    formats = {"csv": CSV}
    extension = "csv"

    def texts(self) -> Iterator[str]:
        yield csv_line(COLUMNS)
        for record in records(self.choices()):
            yield csv_line(safe_cell(record.get(column, "")) for column in COLUMNS)


class NationalJson(NationalFile):
    operation_id = "exportNationalJson"
    summary = _("Lieux au schéma national (JSON)")
    formats = {"json": JSON}
    extension = "json"

    def texts(self) -> Iterator[str]:
        lines = (json.dumps(record, ensure_ascii=False) for record in records(self.choices()))
        yield from enclosed("[", lines, "]\n")


class CollectionGeoJson(File):
    """A whole collection, written by PostGIS."""

    collection: Collection = COLLECTIONS[0]
    operation_id = "exportGeoJson"
    summary = _("Collection entière (GeoJSON)")
    formats = {"geojson": GEOJSON}

    def validators(self, query: Query) -> Validators | None:
        found = validators_of(self.collection.depends_on)
        return found and Validators(f"{found.stamp} {settings.EXPORT['demo']}", found.changed_at)

    def file_name(self) -> str:
        return f"{'demonstration_' if settings.EXPORT['demo'] else ''}{self.collection.id}.geojson"

    def texts(self) -> Iterator[str]:
        rows: Any = self.collection.rows()
        rows = rows if settings.EXPORT["demo"] else rows.filter(is_demo=False)
        features = stream_features(self.collection, rows)
        yield from enclosed('{"type":"FeatureCollection","features":[\n', features, "]}\n")


def enclosed(start: str, items: Iterable[str], end: str) -> Iterator[str]:
    """The items, one a line, separated by commas."""
    yield start
    for rank, item in enumerate(items):
        yield f",\n{item}" if rank else item
    yield f"\n{end}"


def safe_cell(cell: object) -> object:
    """The cell behind an apostrophe when a spreadsheet would run it; the file in JSON has every word as it is."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def csv_line(cells: Iterable[object]) -> str:
    """A line of RFC 4180: commas, double quotes where needed, CR LF."""
    line = StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def parcels(texts: Iterable[str]) -> Iterator[bytes]:
    """The texts in UTF-8, gathered into parcels."""
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= PARCEL:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def plain_word(text: str) -> str:
    """Lower case, without accents, hyphens for the rest."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
