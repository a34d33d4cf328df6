"""What somebody means by what they typed: communes, places, stops, and addresses when a geocoder answers.

Accents, capitals, hyphens and `st` for `saint` do not count. The trigram indexes answer what resembles by words (`%>`)
and words that begin so, in their order. Communes are found by their former names too, with their words joined, and with
one letter missing, added, wrong or swapped, which an index of the names less one letter answers:
it finds all of those, and a few that differ by a letter less here and another one less there.

Order: a name that is exactly this, then one that begins so, one that has this word, one that differs by one letter, one
of which a word begins so, then the addresses, then what resembles. Within each, what lies where the text says
(`commercy 55`, `55200 commercy`), communes before places before stops, the served territory first, names of today
before former ones, then by population.
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
# How many records of one kind are ranked.
MAX_RECORDS = 200

_POSTAL_CODE = re.compile(r"[0-9]{5}")
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f]")
_CODE = r"\(?(?P<area>[0-9]{5}|[0-9]{2}|2[abAB])\)?"
_NAME = r"(?P<name>.*[^\W\d_].*?)"
_WITH_AREA = (re.compile(rf"{_NAME}[\s,]+{_CODE}"), re.compile(rf"(?P<area>[0-9]{{5}})[\s,]+{_NAME}"))
# What our own labels say between brackets: « Creuë (Vigneulles-lès-Hattonchâtel) ».
_BRACKETS = re.compile(r"(?<=\S)\s*\([^()]*\)$")
# Ranks that the statement gives.
_SAME, _BEGINS, _HAS_WORD, _NEARLY, _WORD_BEGINS, _RESEMBLES = 6, 5, 4, 3, 2, 1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that has a point. `kind`: commune, place, stop or address; `url` is its page, "" when it has none.

    `is_demo`: invented for a demonstration, which whoever shows it must say.
    """

    kind: str
    id: str
    label: str
    context: str
    lon: float
    lat: float
    url: str
    is_demo: bool = False


# The key of a text holds letters, digits and spaces only: nothing in it means something to LIKE.
_KEY = "places_search_key(%(name)s)"
_JOINED = f"replace({_KEY}, ' ', '')"
_NEAR = f"places_near_keys({_JOINED})"
# Words that begin so, in their order. Inside a word, two letters have no trigram and the whole index would be read.
_WORDS = f"replace({_KEY}, ' ', '%% ') || '%%'"
MATCHES = f"""({_KEY} <> '' AND (r.search_key %%> {_KEY} OR r.search_key LIKE {_WORDS}
    OR r.search_key LIKE '%% ' || {_WORDS}))"""
# The names of a commune with their words joined, the one of today first.
_NAMES = "places_name_keys(r.name, r.former_names)"
NAMED = f"""({_JOINED} <> '' AND ({_NAMES} %%> {_JOINED} OR {_NAMES} LIKE {_JOINED} || '%%'
    OR {_NAMES} LIKE '%% ' || {_JOINED} || '%%' OR places_near_keys({_NAMES}) && {_NEAR}))"""
IS_CODE = "r.postal_codes @> ARRAY[%(name)s]::varchar[]"

_COMMUNES = """
SELECT 'commune' AS kind, 1 AS kind_rank, r.insee AS id, r.insee AS slug, r.name || r.former_names AS names,
       concat_ws(' · ', r.postal_codes[1], d.name) AS context,
       ST_X(coalesce(r.town_hall, r.centre)) AS lon, ST_Y(coalesce(r.town_hall, r.centre)) AS lat,
       r.population, r.departement_id = ANY(%(departements)s::varchar[]) AS is_ours,
       r.departement_id = %(area)s OR %(area)s = ANY(r.postal_codes) AS is_there, r.search_key, false AS is_demo
FROM places_commune r JOIN places_departement d ON d.code = r.departement_id
WHERE {condition}
"""
# A name may be that of thousands: those that can come first are kept, by what is cheap to tell. The key begins with the
# name, so that of those that begin so the shortest names are the same.
_RECORDS = """
(SELECT '{kind}', {rank}, r.id::text, r.slug, ARRAY[r.name],
       concat_ws(', ', nullif(r.address, ''), nullif(concat_ws(' ', nullif(r.postal_code, ''), r.commune_name), '')),
       ST_X(r.location), ST_Y(r.location), 0, true, %(area)s <> '' AND starts_with(r.postal_code, %(area)s), r.search_key,
       r.is_demo
FROM {table} r WHERE r.status = 'published' AND r.location IS NOT NULL AND {condition}
ORDER BY starts_with(r.search_key, {key}) DESC, word_similarity({key}, r.search_key) DESC, length(r.name), r.id
LIMIT {kept})
"""
# A record is told by the one of its names that answers best. OFFSET 0 makes each key once instead of at every mention.
_STATEMENT = """
SELECT set_config('pg_trgm.word_similarity_threshold', %(similarity)s, true);
WITH found AS ({found}),
ranked AS (
    SELECT found.*, best.* FROM found CROSS JOIN LATERAL (
        SELECT CASE WHEN place = 1 THEN name ELSE name || ' (' || names[1] || ')' END AS label, place > 1 AS is_former,
            CASE WHEN joined = {joined} OR {is_code} THEN {same}
                 WHEN joined LIKE {joined} || '%%' THEN {begins}
                 WHEN ' ' || key || ' ' LIKE '%% ' || {key} || ' %%' THEN {has_word}
                 WHEN kind = 'commune' AND places_near_keys(joined) && {near} THEN {nearly}
                 WHEN key LIKE '%% ' || {key} || '%%' THEN {word_begins}
                 ELSE {resembles} END AS rank,
            greatest(word_similarity({joined}, joined),
                     word_similarity({key}, CASE WHEN place = 1 THEN search_key ELSE key END)) AS likeness
        FROM unnest(names) WITH ORDINALITY AS each (name, place),
             LATERAL (SELECT places_search_key(name) OFFSET 0) AS k (key),
             LATERAL (SELECT replace(key, ' ', '')) AS j (joined)
        ORDER BY rank DESC, likeness DESC, place LIMIT 1
    ) AS best
)
SELECT rank, kind, id, slug, label, context, lon, lat, is_demo FROM ranked
ORDER BY rank DESC, CASE WHEN rank = {resembles} THEN round(likeness::numeric, 1) END DESC,
         is_there DESC, kind_rank, is_ours DESC, is_former, population DESC, likeness DESC, label, id
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
        (rank, Suggestion(kind, id_, label, context, lon, lat, _url(kind, slug), is_demo))
        for rank, kind, id_, slug, label, context, lon, lat, is_demo in rows
    ]


def statement(text: str) -> str:
    """Two statements in one round trip: how alike is alike enough, until the end of this transaction, and the search."""
    is_code = bool(_POSTAL_CODE.fullmatch(text))
    return _STATEMENT.format(
        found=" UNION ALL ".join(_parts(is_code=is_code)),
        key=_KEY,
        joined=_JOINED,
        near=_NEAR,
        is_code="kind = 'commune'" if is_code else "false",
        same=_SAME,
        begins=_BEGINS,
        has_word=_HAS_WORD,
        nearly=_NEARLY,
        word_begins=_WORD_BEGINS,
        resembles=_RESEMBLES,
    )


def _parts(*, is_code: bool) -> list[str]:
    if is_code:
        return [_COMMUNES.format(condition=IS_CODE)]
    return [
        _COMMUNES.format(condition=f"({MATCHES} OR {NAMED})"),
        _records("place", 2, "places_place"),
        _records("stop", 3, "mobile_units_stop"),
    ]


def _records(kind: str, rank: int, table: str) -> str:
    return _RECORDS.format(kind=kind, rank=rank, table=table, condition=MATCHES, key=_KEY, kept=MAX_RECORDS)


def parameters(text: str, limit: int) -> dict[str, Any]:
    name, area = _read(text)
    return {
        "name": name,
        "area": area,
        "limit": limit,
        "similarity": str(SIMILARITY),
        "departements": list(settings.TERRITORY["departements"]),
    }


def _read(text: str) -> tuple[str, str]:
    """The name meant, and the postal code or the code of the département that stands beside it, or ""."""
    for form in _WITH_AREA:
        if found := form.fullmatch(text):
            return found["name"], found["area"].upper()
    return _BRACKETS.sub("", text), ""


def _of_address(address: Address) -> Suggestion:
    return Suggestion("address", address.id, address.label, address.context, address.lon, address.lat, "")


def _url(kind: str, slug: str) -> str:
    """The page; an address has none."""
    return reverse(kind, args=[slug]) if kind in ("commune", "place", "stop") else ""
