"""From the criteria of a search to the list that the page shows and to what the map draws: always the same set.

Two ways to ask. Around a position, the nearest ones, and the map draws exactly the list. Without a position, all that an
area holds, in pages, and the map draws the counts of the same area; asked for what is open, which no index can
answer, the area is read up to a bound and the map draws the page.

Places and Wi-Fi points are counted by the database. Stops are not: whether one is shown depends on the hour, and they are
some dozens (docs/adr/010-clusters.md). The page reads those of its area, and gives the map all of them beside the counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet, Value
from django.db.models.fields import CharField
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend import words
from frontend.cards import Card, card_of_place, card_of_wifi, cards_of_found, markers
from frontend.criteria import MOBILE_ONLY, Criteria
from frontend.tours.results import around_by_day, stops_in_area
from mapservice.questions.nearest import NearestAnswer, NearestQuery, find_nearest
from mapservice.questions.search import Suggestion, search
from mapservice.questions.sources import QueryKind
from mobile_units.models import Stop
from places.enums import PlaceKind, Service
from places.functions import SearchKey
from places.hours import PARIS
from places.models import Place, WifiPoint
from places.querysets import PlaceQuerySet, PublishedQuerySet, WifiPointQuerySet
from places.territories import name_key

PAGE_SIZE = 20
NEAREST_MAX = 100
ALTERNATIVES = 3
# How many records are read to answer « what is open in this area? »; more asks for a position.
OPEN_SCAN_MAX = 2_000


@dataclass(frozen=True)
class Results:
    """`total` is exact, except around a position, where it is the number shown.

    `stops` are all those of an area, whatever the page: what the map adds to the counts.
    """

    criteria: Criteria
    cards: list[Card]
    total: int
    at: datetime
    now: datetime
    has_next: bool = False
    unlocated: int = 0
    notice: str = ""
    alternatives: tuple[Suggestion, ...] = ()
    stops: tuple[Card, ...] = ()

    @property
    def first_rank(self) -> int:
        return 1 if self.criteria.has_position else (self.criteria.page - 1) * PAGE_SIZE + 1

    @property
    def last_rank(self) -> int:
        return self.first_rank + len(self.cards) - 1

    @property
    def has_previous(self) -> bool:
        return self.criteria.page > 1 and not self.criteria.has_position

    @property
    def previous_query(self) -> str:
        return self.criteria.query(page=self.criteria.page - 1)

    @property
    def next_query(self) -> str:
        return self.criteria.query(page=self.criteria.page + 1)

    @property
    def day_words(self) -> str:
        """The chosen day, in Paris."""
        return words.long_date(self.at.astimezone(PARIS).date())

    @property
    def hour_words(self) -> str:
        """The chosen hour, in Paris."""
        return words.clock(self.at.astimezone(PARIS).time())

    @property
    def area_query(self) -> str:
        """The same filters over the whole territory."""
        return self.criteria.query(q="", label="", lat=None, lon=None, bbox=None)

    def for_map(self) -> dict[str, object]:
        """What the map reads: markers of the list, or the area and the filters whose counts it asks for."""
        criteria = self.criteria
        is_listed = criteria.has_position or criteria.only_open or criteria.kinds == MOBILE_ONLY
        shows_counts = not is_listed
        return {
            "mode": "counts" if shows_counts else "list",
            "bbox": list(criteria.bbox or settings.TERRITORY["extent"]),
            "isArea": not criteria.has_position,
            "position": [criteria.lat, criteria.lon] if criteria.has_position else None,
            "kinds": sorted(criteria.kinds),
            "services": sorted(criteria.services),
            "markers": markers(self.cards, self.at),
            "stops": markers(self.stops, self.at) if shows_counts else [],
            "selected": criteria.selected,
        }


def find_results(criteria: Criteria) -> Results:
    """Answers a search. What was typed is turned into a position first."""
    now = timezone.now()
    alternatives: tuple[Suggestion, ...] = ()
    notice = ""
    if criteria.q and not criteria.has_position:
        found = search(criteria.q)
        if found:
            best, *others = found
            is_named = name_key(best.label) == name_key(criteria.q)
            alternatives = () if is_named else tuple(others[:ALTERNATIVES])
            criteria = replace(criteria, q=best.label).at(best.lat, best.lon, best.label)
        else:
            notice = _(
                "Nous n'avons pas trouvé « %(text)s ». Vérifiez l'orthographe ou essayez le nom d'une commune."
            ) % {"text": criteria.q}
    results = around(criteria, now) if criteria.has_position else in_area(criteria, now)
    return replace(results, alternatives=alternatives, notice=notice or results.notice)


def around(criteria: Criteria, now: datetime) -> Results:
    """The nearest ones; each further page lengthens the list, up to a bound."""
    at = criteria.instant(now)
    limit = min(criteria.page * PAGE_SIZE, NEAREST_MAX)
    if criteria.kinds == MOBILE_ONLY and criteria.open == "at":
        cards, notice = around_by_day(criteria, at), ""
        has_next = len(cards) > limit
        cards = cards[:limit]
    else:
        answer = ask_nearest(criteria, at, limit)
        cards, notice = cards_of_found(answer.found), answer.notice
        has_next = len(cards) == limit < NEAREST_MAX
    return Results(
        criteria=criteria,
        cards=cards,
        total=len(cards),
        at=at,
        now=now,
        has_next=has_next,
        notice=notice,
    )


def ask_nearest(criteria: Criteria, at: datetime, limit: int) -> NearestAnswer:
    lat, lon = criteria.position
    query = NearestQuery(
        lat=lat,
        lon=lon,
        at=at,
        open=criteria.only_open,
        kinds=criteria.kinds,
        services=criteria.services,
        limit=limit,
        sort=criteria.sort,
    )
    return find_nearest(query)


def in_area(criteria: Criteria, now: datetime) -> Results:
    """All that the area holds, by commune and by name."""
    at = criteria.instant(now)
    if criteria.kinds == MOBILE_ONLY:
        return stops_of_area(criteria, at=at, now=now)
    places, wifi_points = area_of(criteria)
    stops = stops_among(criteria, at)
    rows = listed(places, wifi_points, Stop.objects.filter(pk__in=stops))
    if criteria.only_open:
        return open_in_area(criteria, rows, stops, at=at, now=now)
    start = (criteria.page - 1) * PAGE_SIZE
    keys = list(rows[start : start + PAGE_SIZE])
    total = places.count() + wifi_points.count() + len(stops)
    unlocated = places.filter(location=None).count() + wifi_points.filter(location=None).count()
    return Results(
        criteria=criteria,
        cards=cards_of(keys, at, stops),
        total=total,
        at=at,
        now=now,
        has_next=start + len(keys) < total,
        unlocated=unlocated,
        stops=tuple(stops.values()),
    )


def stops_among(criteria: Criteria, at: datetime) -> dict[UUID, Card]:
    """The cards of the area's stops that a unit visits in the days to come, unless other kinds only are wanted."""
    if criteria.kinds and QueryKind.MOBILE not in criteria.kinds:
        return {}
    return {UUID(card.id): card for card in stops_in_area(criteria, at)}


def stops_of_area(criteria: Criteria, *, at: datetime, now: datetime) -> Results:
    """The stops of the area that a unit visits, by the date of the next passage; the map draws the page."""
    cards = stops_in_area(criteria, at)
    start = (criteria.page - 1) * PAGE_SIZE
    page = cards[start : start + PAGE_SIZE]
    has_next = start + len(page) < len(cards)
    return Results(criteria=criteria, cards=page, total=len(cards), at=at, now=now, has_next=has_next)


def open_in_area(
    criteria: Criteria,
    rows: QuerySet,
    stops: dict[UUID, Card],
    *,
    at: datetime,
    now: datetime,
) -> Results:
    """Reads the area up to a bound, says so when that was not enough."""
    keys = list(rows[: OPEN_SCAN_MAX + 1])
    scanned = cards_of(keys[:OPEN_SCAN_MAX], at, stops)
    open_cards = [card for card in scanned if card.availability.state == "open"]
    start = (criteria.page - 1) * PAGE_SIZE
    page = open_cards[start : start + PAGE_SIZE]
    return Results(
        criteria=criteria,
        cards=page,
        total=len(open_cards),
        at=at,
        now=now,
        has_next=start + len(page) < len(open_cards),
        unlocated=sum(card.lon is None for card in open_cards),
        notice=_("Cette zone est trop grande pour tout vérifier : indiquez une commune.")
        if len(keys) > OPEN_SCAN_MAX
        else "",
    )


def area_of(criteria: Criteria) -> tuple[PlaceQuerySet, WifiPointQuerySet]:
    """The published records of the area that pass the filters. Those of the territory without a point belong to it."""
    box = Polygon.from_bbox(criteria.bbox or settings.TERRITORY["extent"])
    box.srid = 4326
    inside = Q(location__coveredby=box)
    if criteria.bbox is None:
        inside |= Q(location=None, commune__departement__in=settings.TERRITORY["departements"])
    places = Place.objects.published().filter(inside)
    wifi_points = WifiPoint.objects.published().usable().filter(inside)
    wanted = criteria.kinds & set(PlaceKind.values)
    if criteria.services:
        places = places.offering(criteria.services)
    if criteria.kinds:
        places = places.of_kinds(wanted) if wanted else places.none()
    # A Wi-Fi point offers access to the internet and nothing else, as around a position.
    offers_all = criteria.services <= {Service.INTERNET_ACCESS}
    if not offers_all or (criteria.kinds and "wifi" not in criteria.kinds):
        wifi_points = wifi_points.none()
    return places, wifi_points


def listed(places: PublishedQuerySet, wifi_points: PublishedQuerySet, stops: PublishedQuerySet) -> QuerySet:
    """(kind, id) of all, by commune and by name, as people sort them: accents and capitals do not count."""

    def keys(records: PublishedQuerySet, kind: str) -> QuerySet:
        return (
            records.order_by()
            .annotate(kind=Value(kind, output_field=CharField()), commune_key=SearchKey("commune_name"))
            .values_list("kind", "pk", "commune_key", "search_key")
        )

    together = keys(places, "place").union(keys(wifi_points, "wifi_point"), keys(stops, "passage"), all=True)
    return together.order_by("commune_key", "search_key", "pk")


def cards_of(
    keys: list[tuple[str, UUID, str, str]], at: datetime, stops: dict[UUID, Card] | None = None
) -> list[Card]:
    """The cards of the (kind, id, …) rows, in their order: one query for each kind and what it needs. `stops` are read."""
    wanted = {kind: [key[1] for key in keys if key[0] == kind] for kind in ("place", "wifi_point")}
    cards: dict[UUID, Card] = dict(stops or {})
    if wanted["place"]:
        places = Place.objects.filter(pk__in=wanted["place"]).prefetch_related("closures")
        cards |= {place.pk: card_of_place(place, at) for place in places}
    if wanted["wifi_point"]:
        points = WifiPoint.objects.filter(pk__in=wanted["wifi_point"])
        points = points.select_related("place").prefetch_related("place__closures")
        cards |= {point.pk: card_of_wifi(point, at) for point in points}
    return [cards[key[1]] for key in keys if key[1] in cards]
