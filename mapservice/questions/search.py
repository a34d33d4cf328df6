"""What somebody means by what they typed: communes, places, stops, and addresses when a geocoder answers.

Accents, capitals, hyphens and `st` for `saint` do not count; a letter wrong or two do not matter. The trigram indexes
answer: what resembles by words (`%>`), what begins so, what holds the words in their order.

Order: a name that is exactly this, then one that begins so, then one of which a word begins so, then the addresses,
then what resembles. Within each, communes before places before stops, the served territory first, then by population.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from mapservice.questions.geocoder import Address, find_addresses

MIN_LENGTH = 2
MAX_LENGTH = 100
# Below, an address cannot be meant yet, and every letter typed would be an asking.
MIN_ADDRESS_LENGTH = 4
# One letter wrong in a name of six leaves 0.5 or more; under 0.45 anything resembles anything.
SIMILARITY = 0.45

_POSTAL_CODE = re.compile(r"[0-9]{5}")
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f]")
# Ranks that the statement gives.
_SAME, _BEGINS, _WORD_BEGINS, _RESEMBLES = 4, 3, 2, 1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that has a point. `kind`: commune, place, stop or address; `url` is its page, "" when it has none."""

    kind: str
    id: str
    label: str
    context: str
    lon: float
    lat: float
    url: str


# The key of a text holds letters, digits and spaces only: nothing in it means something to LIKE.
_KEY = "places_search_key(%(q)s)"
_WORDS = f"'%%' || replace({_KEY}, ' ', '%%') || '%%'"
MATCHES = f"({_KEY} <> '' AND (r.search_key %%> {_KEY} OR r.search_key LIKE {_KEY} || '%%' OR r.search_key LIKE {_WORDS}))"

IS_CODE = "r.postal_codes @> ARRAY[%(q)s]::varchar[]"

_COMMUNES = """
SELECT 'commune' AS kind, 1 AS kind_rank, r.insee AS id, r.insee AS slug, r.name AS label,
       concat_ws(' · ', r.postal_codes[1], d.name) AS context,
       ST_X(coalesce(r.town_hall, r.centre)) AS lon, ST_Y(coalesce(r.town_hall, r.centre)) AS lat,
       r.population, r.departement_id = ANY(%(departements)s::varchar[]) AS is_ours, r.search_key
FROM places_commune r JOIN places_departement d ON d.code = r.departement_id
WHERE {condition}
"""
_RECORDS = """
SELECT '{kind}', {rank}, r.id::text, r.slug, r.name,
       concat_ws(', ', nullif(r.address, ''), nullif(concat_ws(' ', nullif(r.postal_code, ''), r.commune_name), '')),
       ST_X(r.location), ST_Y(r.location), 0, true, r.search_key
FROM {table} r WHERE r.status = 'published' AND r.location IS NOT NULL AND {condition}
"""
_STATEMENT = """
SELECT set_config('pg_trgm.word_similarity_threshold', %(similarity)s, true);
WITH found AS ({found}),
ranked AS (
    SELECT found.*, word_similarity({key}, search_key) AS likeness,
        CASE WHEN places_search_key(label) = {key} OR {is_code} THEN {same}
             WHEN places_search_key(label) LIKE {key} || '%%' THEN {begins}
             WHEN places_search_key(label) LIKE '%% ' || {key} || '%%' THEN {word_begins}
             ELSE {resembles} END AS rank
    FROM found
)
SELECT rank, kind, id, slug, label, context, lon, lat FROM ranked
ORDER BY rank DESC, CASE WHEN rank = {resembles} THEN round(likeness::numeric, 1) END DESC,
         kind_rank, is_ours DESC, population DESC, likeness DESC, label, id
LIMIT %(limit)s
"""


def search(q: str, limit: int = 8) -> list[Suggestion]:
    """What the text may mean, best first. One query, and one asking of the geocoder when our own names do not do."""
    text = " ".join(_UNWANTED.sub(" ", q)[:MAX_LENGTH].split())
    if len(text) < MIN_LENGTH:
        return []
    ranked = _known(text, limit)
    strong = [suggestion for rank, suggestion in ranked if rank > _RESEMBLES]
    weak = [suggestion for rank, suggestion in ranked if rank == _RESEMBLES]
    is_named = bool(ranked) and ranked[0][0] >= _BEGINS
    addresses = [] if is_named or len(text) < MIN_ADDRESS_LENGTH else find_addresses(text, limit)
    return [*strong, *map(_of_address, addresses), *weak][:limit]


def _known(text: str, limit: int) -> list[tuple[int, Suggestion]]:
    with connection.cursor() as cursor:
        cursor.execute(statement(text), parameters(text, limit))
        rows: Iterable[tuple[Any, ...]] = cursor.fetchall()
    return [
        (rank, Suggestion(kind, id_, label, context, lon, lat, _url(kind, slug)))
        for rank, kind, id_, slug, label, context, lon, lat in rows
    ]


def statement(text: str) -> str:
    """Two statements in one round trip: how alike is alike enough, until the end of this transaction, and the search."""
    is_code = bool(_POSTAL_CODE.fullmatch(text))
    return _STATEMENT.format(
        found=" UNION ALL ".join(_parts(is_code=is_code)),
        key=_KEY,
        is_code="kind = 'commune'" if is_code else "false",
        same=_SAME,
        begins=_BEGINS,
        word_begins=_WORD_BEGINS,
        resembles=_RESEMBLES,
    )


def _parts(*, is_code: bool) -> list[str]:
    if is_code:
        return [_COMMUNES.format(condition=IS_CODE)]
    return [
        _COMMUNES.format(condition=MATCHES),
        _RECORDS.format(kind="place", rank=2, table="places_place", condition=MATCHES),
        _RECORDS.format(kind="stop", rank=3, table="mobile_units_stop", condition=MATCHES),
    ]


def parameters(text: str, limit: int) -> dict[str, Any]:
    return {
        "q": text,
        "limit": limit,
        "similarity": str(SIMILARITY),
        "departements": list(settings.TERRITORY["departements"]),
    }


def _of_address(address: Address) -> Suggestion:
    return Suggestion("address", address.id, address.label, address.context, address.lon, address.lat, "")


def _url(kind: str, slug: str) -> str:
    """The page; stops have none yet."""
    return reverse(kind, args=[slug]) if kind in ("commune", "place") else ""
