"""Lists of features: what is in them, their pages, their filters, and how few queries they cost."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from places.enums import HostKind, PlaceKind, Service, Status, WifiState
from places.models import Place
from tests.factories.places import CommuneFactory, PlaceFactory, WifiPointFactory
from tests.factories.units import ItineraryFactory, PassageFactory, StopFactory
from tests.mapservice.ogc import BY_ID, ROOT, bare_place, get_json, ids

pytestmark = pytest.mark.django_db
MAKERS: dict[str, Any] = {
    "places": PlaceFactory,
    "wifi-points": WifiPointFactory,
    "stops": StopFactory,
    "communes": CommuneFactory,
    "itineraries": ItineraryFactory,
    "passages": PassageFactory,
}


def make(collection_id: str, count: int) -> list[Any]:
    if collection_id == "communes":
        return [CommuneFactory(insee=f"55{n:03}") for n in range(1, count + 1)]
    return MAKERS[collection_id].create_batch(count)


def follow(client: Client, path: str) -> list[dict[str, Any]]:
    """Every page from `path` on, by its `next` links alone."""
    pages = [get_json(client, path)]
    while following := [link["href"] for link in pages[-1]["links"] if link["rel"] == "next"]:
        pages.append(get_json(client, following[0].removeprefix(f"http://testserver{ROOT}/")))
        assert len(pages) < 50
    return pages


@pytest.mark.parametrize("collection_id", BY_ID)
@pytest.mark.parametrize(
    ("count", "limit", "sizes"), [(0, 3, [0]), (1, 3, [1]), (3, 3, [3]), (7, 3, [3, 3, 1])]
)
def test_pages_give_every_feature_once(
    client: Client, collection_id: str, count: int, limit: int, sizes: list[int]
) -> None:
    records = make(collection_id, count)
    pages = follow(client, f"collections/{collection_id}/items?limit={limit}")
    assert [page["numberReturned"] for page in pages] == sizes
    assert [len(page["features"]) for page in pages] == sizes
    assert {page["numberMatched"] for page in pages} == {count}
    assert [each for page in pages for each in ids(page)] == sorted(str(record.pk) for record in records)


@pytest.mark.parametrize("collection_id", BY_ID)
@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_three_queries(
    client: Client, collection_id: str, count: int, django_assert_num_queries: Any
) -> None:
    make(collection_id, count)
    # Two short ones tell whether anything changed; the page, its count and its `next` are one statement.
    with django_assert_num_queries(3):
        get_json(client, f"collections/{collection_id}/items?limit=2&bbox=5,48,6,49")


@pytest.mark.parametrize("collection_id", BY_ID)
def test_a_feature_costs_three_queries_and_one_for_its_closures(
    client: Client, collection_id: str, django_assert_num_queries: Any
) -> None:
    record = make(collection_id, 1)[0]
    with django_assert_num_queries(4 if collection_id == "places" else 3):
        get_json(client, f"collections/{collection_id}/items/{record.pk}")


def test_pages_hold_while_records_come_and_go(client: Client) -> None:
    def key(n: int) -> uuid.UUID:
        return uuid.UUID(int=n)

    for n in (10, 20, 30, 40):
        PlaceFactory(id=key(n))
    first = get_json(client, "collections/places/items?limit=2")
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    PlaceFactory(id=key(5))
    PlaceFactory(id=key(35))
    Place.objects.filter(id=key(20)).update(status=Status.CLOSED, closed_on="2026-11-01")
    second = get_json(client, following.removeprefix(f"http://testserver{ROOT}/"))
    assert ids(first) == [str(key(10)), str(key(20))]
    assert ids(second) == [str(key(30)), str(key(35))]
    assert second["numberMatched"] == 5


def test_default_and_largest_limit(client: Client) -> None:
    PlaceFactory.create_batch(12)
    assert get_json(client, "collections/places/items")["numberReturned"] == 10
    assert get_json(client, "collections/places/items?limit=999999999")["numberReturned"] == 12


@pytest.mark.parametrize("collection_id", ["places", "wifi-points", "stops"])
def test_only_what_is_published_is_listed(client: Client, collection_id: str) -> None:
    make_one = MAKERS[collection_id]
    published = make_one()
    draft = make_one(status=Status.DRAFT)
    closed = make_one()
    type(closed).objects.filter(pk=closed.pk).update(status=Status.CLOSED, closed_on="2026-05-04")
    assert ids(get_json(client, f"collections/{collection_id}/items")) == [str(published.pk)]
    gone = client.get(f"{ROOT}/collections/{collection_id}/items/{closed.pk}")
    assert (gone.status_code, gone.json()["closed_on"]) == (410, "2026-05-04")
    assert gone.json()["detail"] == "Cette fiche a été fermée pour de bon le 4 mai 2026."
    for absent in (draft.pk, uuid.uuid4(), "x", "55029"):
        answer = client.get(f"{ROOT}/collections/{collection_id}/items/{absent}")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_closed_without_having_been_public_is_not_known(client: Client) -> None:
    never = PlaceFactory(status=Status.CLOSED, closed_on="2026-05-04")
    assert client.get(f"{ROOT}/collections/places/items/{never.pk}").status_code == 404


@pytest.mark.parametrize(
    ("bbox", "names"),
    [
        ("5,48,6,49", ["corner", "inside", "nowhere"]),
        ("5,48,0,6,49,100", ["corner", "inside", "nowhere"]),
        ("5.5,48.5,5.5,48.5", ["inside", "nowhere"]),
        ("5.5,48,5.5,49", ["inside", "nowhere"]),
        ("-180,-90,180,90", ["corner", "inside", "nowhere", "outside"]),
        ("-400,-200,400,200", ["corner", "inside", "nowhere", "outside"]),
        ("6.000001,48,6.5,49", ["nowhere"]),
        ("6,49,6.0000011,49.0000011", ["corner", "nowhere", "outside"]),
    ],
)
def test_bbox_edges_are_inside(client: Client, bbox: str, names: list[str]) -> None:
    PlaceFactory(name="inside", location=Point(5.5, 48.5))
    PlaceFactory(name="corner", location=Point(6, 49))
    PlaceFactory(name="outside", location=Point(6.000001, 49.000001))
    bare_place(name="nowhere")
    answer = get_json(client, f"collections/places/items?bbox={bbox}")
    assert sorted(each["properties"]["name"] for each in answer["features"]) == names


def test_bbox_of_communes_meets_their_outline(client: Client) -> None:
    CommuneFactory()
    inside = get_json(client, "collections/communes/items?bbox=5.17,48.78,5.171,48.781")
    beside = get_json(client, "collections/communes/items?bbox=5.19,48.78,5.2,48.781")
    assert (ids(inside), ids(beside)) == (["55029"], [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kinds=third_place", ["both", "third"]),
        ("kinds=third_place,connected_space", ["both", "school", "third"]),
        ("services=leisure,safe_use", ["both"]),
        ("host_kind=college", ["school"]),
        ("host_kind=college,library", ["both", "school"]),
        ("commune=55029", ["both", "school"]),
        ("commune=55545", ["third"]),
        ("postal_code=55100", ["third"]),
        ("has_wifi=true", ["school"]),
        ("has_wifi=false", ["both"]),
        ("is_demo=true", ["third"]),
        ("slug=third-slug&kinds=third_place", ["third"]),
        ("kinds=third_place&host_kind=college", []),
    ],
)
def test_filters_of_places(client: Client, query: str, expected: list[str]) -> None:
    commune = CommuneFactory()
    PlaceFactory(name="school", host_kind=HostKind.COLLEGE, has_wifi=True, commune=commune)
    PlaceFactory(
        name="both",
        kinds=list(PlaceKind.values),
        host_kind=HostKind.LIBRARY,
        services=[Service.LEISURE, Service.SAFE_USE],
        has_wifi=False,
    )
    PlaceFactory(
        name="third",
        slug="third-slug",
        kinds=[PlaceKind.THIRD_PLACE],
        services=[Service.LEISURE],
        insee_code="55545",
        postal_code="55100",
        is_demo=True,
    )
    answer = get_json(client, f"collections/places/items?{query}")
    assert sorted(each["properties"]["name"] for each in answer["features"]) == expected
    assert answer["numberMatched"] == len(expected)


def test_filters_of_wifi_points(client: Client) -> None:
    down = WifiPointFactory(state=WifiState.DOWN)
    running = WifiPointFactory(state=WifiState.IN_SERVICE, is_free=True)
    assert ids(get_json(client, "collections/wifi-points/items?state=down")) == [str(down.pk)]
    assert ids(get_json(client, "collections/wifi-points/items?is_free=true&state=in_service")) == [
        str(running.pk)
    ]


def test_filters_of_communes(client: Client) -> None:
    CommuneFactory()
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"])
    assert ids(get_json(client, "collections/communes/items?postal_codes=55100")) == ["55545"]
    assert ids(get_json(client, "collections/communes/items?name=Bar-le-Duc")) == ["55029"]


def test_datetime_asks_about_the_last_change(client: Client) -> None:
    place = PlaceFactory()
    place.refresh_from_db()
    told = datetime.fromisoformat(
        get_json(client, f"collections/places/items/{place.pk}")["properties"]["updated_at"]
    )
    second = timedelta(seconds=1)

    def found(text: str) -> int:
        return get_json(client, "collections/places/items?datetime=" + text.replace("+00:00", "Z"))[
            "numberMatched"
        ]

    assert found(told.isoformat()) == 1
    assert found((told + second).isoformat()) == 0
    assert found(f"{(told - second).isoformat()}/{told.isoformat()}") == 1
    assert found(f"../{(told - second).isoformat()}") == 0
    assert found(f"{told.isoformat()}/..") == 1
    assert found(f"{told.isoformat()}/") == 1
    assert found(f"{told.astimezone(UTC).date() + timedelta(days=2)}/..") == 0
    assert found("2020-02-29") == 0


def test_features_without_time_match_every_datetime(client: Client) -> None:
    CommuneFactory()
    assert get_json(client, "collections/communes/items?datetime=1999-01-01")["numberMatched"] == 1


def test_links_of_a_page_keep_its_parameters(client: Client) -> None:
    PlaceFactory.create_batch(2)
    answer = get_json(client, "collections/places/items?limit=1&kinds=connected_space,third_place&f=json")
    links = {link["rel"]: link for link in answer["links"]}
    assert sorted(links) == ["alternate", "collection", "next", "self"]
    assert links["next"]["type"] == "application/geo+json"
    assert "kinds=connected_space,third_place" in links["next"]["href"]
    assert "limit=1" in links["next"]["href"]
    assert links["alternate"]["type"] == "text/html"
    assert links["self"]["href"].startswith("http://testserver/api/v1/collections/places/items?")
