"""The logic of the modules, asked in the browser that runs them."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page().go("/mentions-legales/")


def call(page: Page, module: str, function: str, *arguments: Any) -> Any:
    """What an exported function returns, as JSON."""
    code = """async ([url, name, given]) => {
        const result = (await import(url))[name](...given);
        return result instanceof URLSearchParams ? result.toString() : result;
    }"""
    return page.evaluate(code, [f"/static/frontend/js/{module}", function, list(arguments)])


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ""),
        ([["q", ""], ["open", ""], ["sort", "distance"]], ""),
        ([["q", "Verdun"], ["sort", "soonest"]], "q=Verdun&sort=soonest"),
        ([["kinds", "wifi"], ["kinds", "third_place"]], "kinds=wifi&kinds=third_place"),
        ([["open", "now"], ["date", "2026-12-01"], ["time", "14:00"]], "open=now"),
        ([["open", "at"], ["date", "2026-12-01"]], "open=at&date=2026-12-01"),
        ([["q", "a"], ["lat", "48"], ["lon", "5"], ["label", "a"]], "q=a&lat=48&lon=5&label=a"),
        ([["q", "b"], ["lat", "48"], ["lon", "5"], ["label", "a"]], "q=b"),
        ([["q", ""], ["lat", "48"], ["lon", "5"], ["label", ""]], "lat=48&lon=5"),
        ([["q", "b"], ["bbox", "1,2,3,4"]], "q=b"),
        ([["q", ""], ["bbox", "1,2,3,4"]], "bbox=1%2C2%2C3%2C4"),
    ],
)
def test_search_query(page: Page, entries: list[list[str]], expected: str) -> None:
    assert call(page, "lib/address.js", "searchQuery", entries) == expected


def test_degrees_say_no_more_than_a_metre(page: Page) -> None:
    assert call(page, "lib/address.js", "degrees", 5.123456789) == "5.12346"


def test_group_near_keeps_every_record_once(page: Page) -> None:
    groups = page.evaluate(
        """async () => {
            const { groupNear } = await import("/static/frontend/js/map/markers.js");
            const records = [[0, 0], [10, 0], [100, 0], [100, 29], [0, 31]].map(([x, y]) => ({ x, y }));
            return groupNear(records, (record) => record).map((group) => group.map(({ x, y }) => [x, y]));
        }"""
    )
    assert groups == [[[0, 0], [10, 0]], [[100, 0], [100, 29]], [[0, 31]]]


def test_suggestions_without_a_point_are_left_out(page: Page) -> None:
    answer = [{"label": "a", "lat": 48, "lon": 5}, {"label": "b", "lat": None, "lon": None}, {"label": "c"}]
    found = call(page, "panels/suggestions.js", "readSuggestions", answer)
    assert [item["label"] for item in found] == ["a"]


def test_clusters_query(page: Page) -> None:
    filters = {"kinds": ["wifi", "third_place"], "services": []}
    query = call(page, "map/layers.js", "clustersQuery", [4.85, 48.36, 5.9, 49.66], 9, filters)
    assert query == "bbox=4.85000%2C48.36000%2C5.90000%2C49.66000&zoom=9&kinds=wifi%2Cthird_place"


def test_request_says_what_went_wrong(page: Page) -> None:
    kinds = page.evaluate(
        """async () => {
            const { Latest, isAbort, requestJson } = await import("/static/frontend/js/lib/request.js");
            const failure = async (url, options) => {
                try { await requestJson(url, options); } catch (error) { return isAbort(error) ? "abort" : error.kind; }
            };
            const latest = new Latest();
            const first = failure("/carte/contours.json", { signal: latest.start() });
            latest.start();
            return [
                await failure("/nulle-part/"),
                await failure("/mentions-legales/"),
                await failure("http://127.0.0.1:9/"),
                await first,
            ];
        }"""
    )
    assert kinds == ["http", "format", "network", "abort"]
