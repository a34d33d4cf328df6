"""Which representation a request gets: `f` when given, else the best of its `Accept` header."""

from collections.abc import Mapping

from django.http.request import MediaType

from mapservice.api.problems import not_acceptable

JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA_JSON = "application/schema+json"
OPENAPI_JSON = "application/vnd.oai.openapi+json;version=3.0"
HTML = "text/html"
# Who asks for JSON takes any of its kinds: they are all JSON.
_KINDS_OF_JSON = (GEOJSON, SCHEMA_JSON, OPENAPI_JSON)
MAX_RANGES = 50


def choose_format(formats: Mapping[str, str], code: str | None, accept: str) -> str:
    """The media type to answer in. Without preference, the first of `formats`; raises `Problem` 406 if none will do."""
    if code:
        return formats[code]
    ranges = [MediaType(text) for text in accept.split(",")[:MAX_RANGES] if text.strip()]
    if not ranges:
        return next(iter(formats.values()))
    scores = {media_type: _score(media_type, ranges) for media_type in formats.values()}
    best = max(scores, key=lambda media_type: scores[media_type])
    if scores[best] <= 0:
        raise not_acceptable(list(formats.values()))
    return best


def _score(media_type: str, ranges: list[MediaType]) -> float:
    """The quality that the most specific matching range gives to the media type (RFC 9110, 12.5.1)."""
    names = (media_type, JSON) if media_type in _KINDS_OF_JSON else (media_type,)
    matching = [asked for asked in ranges if any(_matches(asked, name) for name in names)]
    return max(matching, key=lambda asked: asked.specificity).quality if matching else 0.0


def _matches(asked: MediaType, name: str) -> bool:
    offered = MediaType(name)
    return asked.main_type in ("*", offered.main_type) and asked.sub_type in ("*", offered.sub_type)
