"""The list, the map and the nearest show the same records, whatever is asked. Their addresses name them."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.gis.geos import Point
from django.utils import timezone

from frontend.criteria import Criteria
from frontend.results import PAGE_SIZE, Results, find_results
from mapservice.questions.clusters import clusters
from mapservice.questions.nearest import NearestQuery, find_nearest
from mapservice.questions.sources import Filters
from mobile_units.enums import PassageStatus
from places.enums import PlaceKind, Service, Status, WifiState
from places.hours import PARIS
from tests.factories.places import BAR_LE_DUC, PlaceFactory, WifiPointFactory
from tests.factories.units import MobileUnitFactory, PassageFactory, StopFactory

pytestmark = pytest.mark.django_db

KINDS = [*PlaceKind.values, "wifi"]
ASKED = [
    Criteria(),
    *[Criteria(kinds=frozenset({kind})) for kind in KINDS],
    *[Criteria(services=frozenset({service})) for service in Service.values],
    *[Criteria(kinds=frozenset({kind}), services=frozenset({"internet_access"})) for kind in KINDS],
    Criteria(services=frozenset({"internet_access", "leisure"})),
    Criteria(kinds=frozenset({"mobile", "wifi"})),
]
WEDNESDAY = datetime(2026, 11, 25, 10, tzinfo=PARIS)
OPEN = [
    Criteria(open="now"),
    Criteria(open="at", day=WEDNESDAY.date(), hour=WEDNESDAY.time()),
    Criteria(open="at", day=WEDNESDAY.date(), hour=WEDNESDAY.time(), services=frozenset({"internet_access"})),
    Criteria(open="at", day=WEDNESDAY.date(), hour=WEDNESDAY.time(), kinds=frozenset({"wifi"})),
]


@pytest.fixture
def catalogue() -> None:
    """Three pages of records of all sorts within 30 km, some that nobody may see."""
    rng = random.Random(7)
    for number in range(3 * PAGE_SIZE):
        values = {
            "location": Point(
                BAR_LE_DUC.x + rng.uniform(-0.2, 0.2), BAR_LE_DUC.y + rng.uniform(-0.2, 0.2), srid=4326
            ),
            "opening_hours": rng.choice(["", "Mo-Su 00:00-24:00", "We 09:00-12:00", "Th 09:00-12:00", "off"]),
            "status": Status.DRAFT if number % 10 == 0 else Status.PUBLISHED,
        }
        if number % 3:
            kinds = rng.sample(PlaceKind.values, rng.choice([1, 2]))
            PlaceFactory(kinds=kinds, services=rng.sample(Service.values, rng.randrange(5)), **values)
        else:
            WifiPointFactory(state=rng.choice(WifiState.values), **values)


@pytest.fixture
def visited_stops(catalogue: None) -> None:
    """Stops with a passage today, soon, at the hour asked, cancelled; and some that nobody may see any more or yet."""
    rng = random.Random(11)
    units = [
        MobileUnitFactory(services=["internet_access"]),
        MobileUnitFactory(services=["internet_access", "leisure"]),
    ]
    draft = MobileUnitFactory(status=Status.DRAFT, services=["internet_access"])
    today = timezone.now().replace(minute=0, second=0, microsecond=0)
    for number in range(PAGE_SIZE):
        stop = StopFactory(
            location=Point(
                BAR_LE_DUC.x + rng.uniform(-0.2, 0.2), BAR_LE_DUC.y + rng.uniform(-0.2, 0.2), srid=4326
            ),
            status=Status.DRAFT if number % 10 == 9 else Status.PUBLISHED,
        )
        # Each on a day of its own: a unit is never in two places at once.
        is_cancelled = number % 5 == 3
        PassageFactory(
            unit=draft if number % 10 == 8 else units[number % 2],
            stop=stop,
            start=today + timedelta(days=number, hours=2),
            status=PassageStatus.CANCELLED if is_cancelled else PassageStatus.SCHEDULED,
            reason="Neige" if is_cancelled else "",
        )
    for start in (timezone.now() - timedelta(minutes=30), WEDNESDAY):
        PassageFactory(stop=StopFactory(name="Là"), start=start, end=start + timedelta(minutes=50))


def pages(criteria: Criteria) -> list[Results]:
    """Every page of the list."""
    found = [find_results(criteria)]
    while found[-1].has_next:
        found.append(find_results(Criteria(**{**vars(criteria), "page": len(found) + 1})))
    return found


def of_list(found: list[Results]) -> list[tuple[str, str]]:
    return sorted((card.kind, card.url) for results in found for card in results.cards)


def of_map(results: Results) -> list[tuple[str, str]]:
    """What the map asks with what the page tells it, and the stops of the page, as the script does."""
    asked: dict[str, Any] = results.for_map()
    assert asked["mode"] == "counts"
    filters = Filters(frozenset(asked["kinds"]), frozenset(asked["services"]))
    answer = json.loads(clusters(tuple(asked["bbox"]), 12, filters))
    counted = [(each["properties"]["kind"], each["properties"]["url"]) for each in answer["features"]]
    return sorted(counted + [(each["kind"], each["url"]) for each in asked["stops"]])


def of_nearest(criteria: Criteria, at: datetime) -> list[tuple[str, str]]:
    query = NearestQuery(
        lat=BAR_LE_DUC.y,
        lon=BAR_LE_DUC.x,
        at=at,
        open=criteria.only_open,
        kinds=criteria.kinds,
        services=criteria.services,
        limit=100,
    )
    return sorted((each.kind, each.url) for each in find_nearest(query).found)


@pytest.mark.parametrize("criteria", ASKED, ids=lambda criteria: criteria.query() or "all")
@pytest.mark.usefixtures("visited_stops")
def test_list_map_and_nearest_are_the_same(criteria: Criteria) -> None:
    assert settings.TERRITORY["extent"][0] < BAR_LE_DUC.x - 0.2
    found = pages(criteria)
    listed = of_list(found)
    assert listed == of_map(found[0]) == of_nearest(criteria, found[0].at)
    assert len(listed) == found[0].total


@pytest.mark.parametrize("criteria", OPEN, ids=lambda criteria: criteria.query())
@pytest.mark.usefixtures("visited_stops")
def test_what_is_open_is_drawn_from_the_list(criteria: Criteria) -> None:
    found = pages(criteria)
    listed = of_list(found)
    assert listed == of_nearest(criteria, found[0].at)
    assert len(listed) == found[0].total > 0
    for results in found:
        asked: dict[str, Any] = results.for_map()
        assert asked["mode"] == "list"
        drawn = [(each["kind"], each["url"]) for each in asked["markers"]]
        assert drawn == [(card.kind, card.url) for card in results.cards]


@pytest.mark.parametrize("criteria", [*ASKED, *OPEN], ids=lambda criteria: criteria.query() or "all")
@pytest.mark.usefixtures("visited_stops")
def test_around_a_position_the_map_draws_the_nearest(criteria: Criteria) -> None:
    results = find_results(
        Criteria(**{**vars(criteria), "lat": BAR_LE_DUC.y, "lon": BAR_LE_DUC.x, "page": 5})
    )
    asked: dict[str, Any] = results.for_map()
    assert asked["mode"] == "list"
    drawn = sorted((each["kind"], each["url"]) for each in asked["markers"])
    assert drawn == of_list([results]) == of_nearest(criteria, results.at)


@pytest.mark.usefixtures("visited_stops")
def test_samples_leave_nothing_untested() -> None:
    """Each filter keeps some and drops some, so that forgetting one shows."""
    everything = len(of_list(pages(Criteria())))
    assert everything > 2 * PAGE_SIZE
    kept = {criteria.query(): len(of_list(pages(criteria))) for criteria in ASKED[1:]}
    assert {query for query, count in kept.items() if not 0 < count < everything} == set()
