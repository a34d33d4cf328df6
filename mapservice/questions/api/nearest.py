"""GET nearest: the nearest places and Wi-Fi points as GeoJSON. Positions are neither stored nor logged nor cached."""

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _

from mapservice.api import readers
from mapservice.api.endpoints import Endpoint
from mapservice.api.formats import GEOJSON
from mapservice.api.parameters import Parameter, Query
from mapservice.questions.api.parameters import KINDS, LAT, LON, SERVICES, read_moment
from mapservice.questions.nearest import MAX_LIMIT, MAX_SEARCH_RADIUS_M, Found, NearestQuery, find_nearest
from mapservice.questions.passages import MAX_WITHIN_DAYS, Dated, Visits
from mobile_units.enums import PassageStatus
from places.availability import Availability

SORTS = ["distance", "soonest"]
COORDINATE_DECIMALS = 6

_AVAILABILITY_SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["state", "until", "next_open"],
    "properties": {
        "state": {"type": "string", "enum": ["open", "closed", "unknown"]},
        "until": {"type": "string", "format": "date-time", "nullable": True},
        "next_open": {"type": "string", "format": "date-time", "nullable": True},
        "reason": {"type": "string"},
    },
}
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_DATED: dict[str, dict[str, object]] = {
    "unit": {"type": "string"},
    "start": {"type": "string", "format": "date-time"},
    "end": {"type": "string", "format": "date-time"},
    "status": {"type": "string", "enum": list(PassageStatus.values)},
    "reason": {"type": "string"},
}
_PROPERTIES_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "kind": {"type": "string", "enum": ["place", "wifi_point", "passage"]},
        "name": _TEXT,
        "distance_m": {"type": "number"},
        "availability": _AVAILABILITY_SCHEMA,
        "url": {"type": "string", "format": "uri"},
        "slug": _TEXT,
        "kinds": _TEXTS,
        "host_kind": _TEXT,
        "services": _TEXTS,
        "address": _TEXT,
        "postal_code": _TEXT,
        "commune_name": _TEXT,
        "is_demo": {"type": "boolean"},
        # Of passages only.
        **_DATED,
        "stop": _TEXT,
        "next": {"type": "object", "nullable": True, "properties": _DATED},
    },
}


class Nearest(Endpoint):
    operation_id = "get_nearest"
    tag = "questions"
    summary = _("Le plus proche")
    description = _(
        "Les lieux, les bornes Wi-Fi et les passages d'unités mobiles les plus proches d'une position, avec leur "
        "disponibilité. Un passage annulé le dit, avec son motif et le suivant (« next »). "
        "« complete » vaut false lorsqu'une meilleure réponse peut exister au-delà de ce qui a été "
        "examiné ; « notice » le dit."
    )
    formats = {"json": GEOJSON}
    parameters = (
        LAT,
        LON,
        Parameter(
            "at",
            _("Instant voulu (RFC 3339), maintenant à défaut ; sans décalage, à l'heure de Paris."),
            read_moment,
            {"type": "string"},
            example="2026-12-01T14:00",
        ),
        Parameter(
            "within_days",
            _("Nombre de jours, à partir de l'instant voulu, dont les passages d'unités mobiles comptent."),
            readers.integer(1, MAX_WITHIN_DAYS),
            {"type": "integer", "minimum": 1, "maximum": MAX_WITHIN_DAYS, "default": 14},
            default=14,
        ),
        Parameter(
            "open",
            _("true : seulement ce que l'on sait ouvert à cet instant."),
            readers.boolean,
            {"type": "boolean", "default": False},
            default=False,
        ),
        KINDS,
        SERVICES,
        Parameter(
            "radius_m",
            _("Distance à ne pas dépasser, en mètres."),
            readers.number(1, MAX_SEARCH_RADIUS_M),
            {"type": "number", "minimum": 1, "maximum": MAX_SEARCH_RADIUS_M},
        ),
        Parameter(
            "limit",
            _("Nombre de réponses."),
            readers.integer(1, MAX_LIMIT),
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 20},
            default=20,
        ),
        Parameter(
            "sort",
            _("distance, ou soonest : le meilleur compromis entre la route et l'attente (docs/nearest.md)."),
            readers.choice(SORTS),
            {"type": "string", "enum": SORTS, "default": "distance"},
            default="distance",
        ),
    )
    schema = {
        "type": "object",
        "required": ["type", "features", "complete", "notice"],
        "properties": {
            "type": {"type": "string", "enum": ["FeatureCollection"]},
            "complete": {"type": "boolean"},
            "notice": _TEXT,
            "features": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "type": {"type": "string", "enum": ["Feature"]},
                        "id": {"type": "string", "format": "uuid"},
                        "geometry": {"type": "object"},
                        "properties": _PROPERTIES_SCHEMA,
                    },
                },
            },
        },
    }

    def answer(self, query: Query, media_type: str) -> HttpResponse:
        answer = find_nearest(NearestQuery(**query))
        document = {
            "type": "FeatureCollection",
            "complete": answer.is_complete,
            "notice": answer.notice,
            "features": [feature(found, self.request) for found in answer.found],
        }
        text = json.dumps(document, ensure_ascii=False)
        # What somebody found around their home belongs in no cache, not even their own.
        return HttpResponse(text, content_type=media_type, headers={"Cache-Control": "private, no-store"})


def feature(found: Found, request: HttpRequest) -> dict[str, Any]:
    """A GeoJSON feature; distances to the decimetre, coordinates to ten centimetres."""
    lon, lat = found.location
    return {
        "type": "Feature",
        "id": str(found.id),
        "geometry": {
            "type": "Point",
            "coordinates": [round(lon, COORDINATE_DECIMALS), round(lat, COORDINATE_DECIMALS)],
        },
        "properties": {
            "kind": found.kind,
            "name": found.name,
            "distance_m": round(found.distance_m, 1),
            "availability": availability_json(found.availability),
            "url": request.build_absolute_uri(found.url),
            "slug": found.slug,
            "kinds": list(found.kinds),
            "host_kind": found.host_kind,
            "services": list(found.services),
            "address": found.address,
            "postal_code": found.postal_code,
            "commune_name": found.commune_name,
            "is_demo": found.is_demo,
            **(visits_json(found.visits) if found.visits else {}),
        },
    }


def visits_json(visits: Visits) -> dict[str, Any]:
    """The first passage that is not over; `next`, the one that takes place when it does not."""
    following = dated_json(visits.next) if visits.next else None
    return {**dated_json(visits.first), "stop": visits.stop, "next": following}


def dated_json(passage: Dated) -> dict[str, Any]:
    return {
        "unit": passage.unit,
        "start": _instant(passage.start),
        "end": _instant(passage.end),
        "status": passage.status,
        "reason": passage.reason,
    }


def availability_json(availability: Availability) -> dict[str, Any]:
    """Instants in RFC 3339 with the offset of Paris, or null."""
    return {
        "state": availability.state,
        "until": _instant(availability.until),
        "next_open": _instant(availability.next_open),
        "reason": availability.reason,
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
