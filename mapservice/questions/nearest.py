"""What is nearest, open, or usable soonest around a position.

Positions are used and forgotten: nothing here stores or logs them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from mapservice.questions.candidates import Candidate, nearest_candidates
from mapservice.questions.passages import Visits, until_of
from mapservice.questions.soonest import NEVER, availability_when, effort_minutes, least_effort_minutes
from mapservice.questions.sources import Filters, page_of
from places.availability import Availability, Schedule
from places.hours import PARIS
from places.words import grouped

Sort = Literal["distance", "soonest"]

MAX_LIMIT = 100
# Whether a place is open is no column: it is asked of each candidate, in batches that grow and end.
FIRST_BATCH = 100
GROWTH = 4
MAX_CANDIDATES = 3_200
# Nobody drives further for a computer, and an empty night must not read the whole country.
MAX_SEARCH_RADIUS_M = 100_000.0


@dataclass(frozen=True, slots=True)
class NearestQuery:
    """`lat`, `lon` in degrees (WGS 84); `at` an aware instant, None meaning now.

    `open` keeps what is known to be open at `at`. `within_days`: how far ahead of `at` passages are looked for. `kinds`: one is enough, none means all; `services`: all are needed.
    """

    lat: float
    lon: float
    at: datetime | None = None
    open: bool = False
    kinds: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    radius_m: float | None = None
    limit: int = 20
    sort: Sort = "distance"
    within_days: int = 14


@dataclass(frozen=True, slots=True)
class Found:
    """A record, how far it is and whether it is open at the instant asked for. `location` is (lon, lat).

    Of a passage, `id` is its own, `slug` its stop's, and `visits` tells the rest; `visits` is None for the others.
    """

    kind: str
    id: UUID
    slug: str
    name: str
    kinds: tuple[str, ...]
    host_kind: str
    services: tuple[str, ...]
    address: str
    postal_code: str
    commune_name: str
    location: tuple[float, float]
    distance_m: float
    availability: Availability
    is_demo: bool
    visits: Visits | None = None

    @property
    def url(self) -> str:
        """The page of the record."""
        before, after = page_of(self.kind)
        return f"{before}{self.slug}{after}"


@dataclass(frozen=True, slots=True)
class NearestAnswer:
    """`is_complete` is False when a better record may exist beyond what was examined; `notice` then says so."""

    found: list[Found]
    is_complete: bool
    notice: str


class _Examined(NamedTuple):
    """The nearest candidates, nearest first: all there are within `reach_m` metres.

    `is_all`: there is no other one in the radius asked for.
    """

    candidates: list[Candidate]
    reach_m: float
    is_all: bool


Availabilities = Callable[[Schedule | Visits], Availability]


def find_nearest(query: NearestQuery) -> NearestAnswer:
    """Exactly the `limit` nearest on the spheroid, or the best of them by `open` and `sort`.

    One statement for the nearest; for `open` and `soonest`, one for each batch examined, at most four.
    """
    at = query.at or timezone.now()
    known: dict[Schedule | Visits, Availability] = {}

    def availability(schedule: Schedule | Visits) -> Availability:
        if schedule not in known:
            known[schedule] = availability_when(schedule, at)
        return known[schedule]

    if query.sort == "soonest":
        return _soonest(query, at, availability)
    if query.open:
        return _nearest_open(query, at, availability)
    candidates = _fetch(query, at, query.limit, query.radius_m)
    return NearestAnswer([_found(each, availability) for each in candidates], is_complete=True, notice="")


def _nearest_open(query: NearestQuery, at: datetime, availability: Availabilities) -> NearestAnswer:
    """The nearest that are open; how many of unknown hours were passed over is said."""
    opened: list[Candidate] = []
    examined = _Examined([], 0.0, is_all=True)
    for examined in _batches(query, at):
        opened = [each for each in examined.candidates if availability(each.schedule).state == "open"]
        if len(opened) >= query.limit:
            break
    opened = opened[: query.limit]
    is_complete = len(opened) == query.limit or examined.is_all
    reach_m = opened[-1].distance_m if len(opened) == query.limit else float("inf")
    unknown = sum(
        availability(each.schedule).state == "unknown"
        for each in examined.candidates
        if each.distance_m <= reach_m
    )
    return NearestAnswer(
        [_found(each, availability) for each in opened],
        is_complete,
        _notice(unknown, is_complete=is_complete, is_short=len(opened) < query.limit),
    )


def _soonest(query: NearestQuery, at: datetime, availability: Availabilities) -> NearestAnswer:
    """The least effort first (see `soonest`); what is not known to open comes last, by distance.

    Effort is never less than the way there. Once the n-th best effort is less than the way to the farthest candidate
    examined, nothing farther can be better: the answer is complete without having seen everything.
    """
    ranked: list[tuple[float, Candidate]] = []
    is_proven = False
    examined = _Examined([], 0.0, is_all=True)
    efforts: dict[tuple[str, UUID], float] = {}
    for examined in _batches(query, at):
        ranked = _ranked(query, at, examined.candidates, availability, efforts)
        nth_effort = ranked[query.limit - 1][0] if len(ranked) >= query.limit else NEVER
        is_proven = nth_effort < least_effort_minutes(examined.reach_m)
        if is_proven:
            break
    best = [each for _effort, each in ranked[: query.limit]]
    is_complete = is_proven or examined.is_all
    notice = _notice(0, is_complete=is_complete, is_short=len(best) < query.limit)
    return NearestAnswer([_found(each, availability) for each in best], is_complete, notice)


def _ranked(
    query: NearestQuery,
    at: datetime,
    candidates: list[Candidate],
    availability: Availabilities,
    efforts: dict[tuple[str, UUID], float],
) -> list[tuple[float, Candidate]]:
    ranked = []
    for each in candidates:
        if query.open and availability(each.schedule).state != "open":
            continue
        key = (each.kind, each.id)
        if key not in efforts:
            efforts[key] = effort_minutes(each.schedule, each.distance_m, at)
        ranked.append((efforts[key], each))
    return sorted(ranked, key=lambda pair: (pair[0], pair[1].distance_m, pair[1].kind, pair[1].id))


def _batches(query: NearestQuery, at: datetime) -> Iterator[_Examined]:
    """The nearest candidates in growing numbers, until all were given or the bound is reached.

    Each batch is asked for whole: records may change between two statements, and half of an older answer joined to
    half of a newer one could miss some.
    """
    radius_m = min(query.radius_m or MAX_SEARCH_RADIUS_M, MAX_SEARCH_RADIUS_M)
    is_own_radius = query.radius_m is not None and query.radius_m <= MAX_SEARCH_RADIUS_M
    n = max(FIRST_BATCH, query.limit)
    while True:
        candidates = _fetch(query, at, n, radius_m)
        has_ended = len(candidates) < n
        reach_m = radius_m if has_ended else candidates[-1].distance_m
        yield _Examined(candidates, reach_m, is_all=has_ended and is_own_radius)
        if has_ended or n >= MAX_CANDIDATES:
            return
        n = min(n * GROWTH, MAX_CANDIDATES)


def _fetch(query: NearestQuery, at: datetime, n: int, radius_m: float | None) -> list[Candidate]:
    return nearest_candidates(
        query.lat,
        query.lon,
        n,
        filters=Filters(query.kinds, query.services, (at, until_of(at, query.within_days))),
        on=at.astimezone(PARIS).date(),
        radius_m=radius_m,
    )


def _found(candidate: Candidate, availability: Availabilities) -> Found:
    visits = candidate.schedule if isinstance(candidate.schedule, Visits) else None
    return Found(
        kind=candidate.kind,
        id=visits.first.id if visits else candidate.id,
        slug=candidate.slug,
        name=candidate.name,
        kinds=candidate.kinds,
        host_kind=candidate.host_kind,
        services=candidate.services,
        address=candidate.address,
        postal_code=candidate.postal_code,
        commune_name=candidate.commune_name,
        location=(candidate.lon, candidate.lat),
        distance_m=candidate.distance_m,
        availability=availability(candidate.schedule),
        is_demo=candidate.is_demo,
        visits=visits,
    )


def _notice(unknown: int, *, is_complete: bool, is_short: bool) -> str:
    """The sentences that the reader needs to judge the list; "" when there is nothing to say."""
    sentences = []
    if unknown:
        text = ngettext(
            "%(count)s lieu plus proche a des horaires inconnus et n'est pas dans cette liste.",
            "%(count)s lieux plus proches ont des horaires inconnus et ne sont pas dans cette liste.",
            unknown,
        )
        sentences.append(text % {"count": grouped(unknown)})
    if not is_complete and is_short:
        sentences.append(
            gettext("La recherche s'est arrêtée à %(km)s km ou aux %(count)s fiches les plus proches.")
            % {"km": round(MAX_SEARCH_RADIUS_M / 1000), "count": grouped(MAX_CANDIDATES)}
        )
    elif not is_complete:
        sentences.append(
            gettext("Seules les %(count)s fiches les plus proches ont été comparées.")
            % {"count": grouped(MAX_CANDIDATES)}
        )
    return " ".join(sentences)
