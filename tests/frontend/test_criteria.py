"""The search as the address says it."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from frontend.criteria import Criteria, SearchForm, read_criteria

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=PARIS)


def read(query: str) -> Criteria:
    return read_criteria(QueryDict(query))


def test_empty_address_asks_for_everything() -> None:
    assert read("") == Criteria()


def test_position_is_kept_with_its_words() -> None:
    criteria = read("q=Verdun&label=Verdun&lat=49.16&lon=5.38")
    assert (criteria.lat, criteria.lon, criteria.has_position) == (49.16, 5.38, True)


def test_position_is_dropped_when_the_words_changed() -> None:
    assert not read("q=Commercy&label=Verdun&lat=49.16&lon=5.38").has_position
    assert not read("q=&label=Verdun&lat=49.16&lon=5.38").has_position


def test_position_alone_is_a_link() -> None:
    assert read("lat=49.16&lon=5.38").has_position


@pytest.mark.parametrize(
    ("query", "ignored"),
    [
        ("lat=abc&lon=5", "latitude"),
        ("lat=nan&lon=5", "latitude"),
        ("lat=91&lon=5", "latitude"),
        ("kinds=castle", "genre de lieu"),
        ("services=massage", "services"),
        ("open=maybe", "ouverture"),
        ("open=at&date=2026-02-30", "jour"),
        ("open=at&date=1900-01-01", "jour"),
        ("time=25:00", "heure"),
        ("sort=beauty", "tri"),
        ("page=0", "page"),
        ("bbox=1,2,3", "zone"),
        ("bbox=6,48,5,49", "zone"),
        ("bbox=nan,48,5,49", "zone"),
        ("selected=x", "sélection"),
        ("q=%00", "lieu cherché"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_named(query: str, ignored: str) -> None:
    assert read(query).ignored == (ignored,)


def test_instant() -> None:
    assert read("open=now").instant(NOW) == NOW
    assert read("open=at").instant(NOW) == NOW
    chosen = Criteria(open="at", day=date(2026, 11, 26), hour=time(14))
    assert chosen.instant(NOW) == datetime(2026, 11, 26, 14, tzinfo=PARIS)
    assert Criteria(open="at", day=date(2026, 11, 26)).instant(NOW).time() == time(12)
    assert Criteria(open="at", hour=time(9)).instant(NOW) == datetime(2026, 11, 24, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=Verdun&lat=49.16000&lon=5.38000&label=Verdun&kinds=third_place&kinds=wifi&open=now&sort=soonest",
        "bbox=4.85000,48.36000,5.90000,49.66000&services=safe_use&page=3",
        "open=at&time=14:30",
    ],
)
def test_address_and_search_say_the_same(query: str) -> None:
    criteria = read(query)
    assert read(criteria.query(page=criteria.page)) == criteria


@given(
    st.dictionaries(
        st.sampled_from(list(SearchForm.base_fields)),
        st.one_of(st.text(max_size=30), st.floats().map(str), st.integers().map(str)),
    )
)
def test_any_address_is_read(values: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(values)
    criteria = read_criteria(query)
    assert read_criteria(QueryDict(criteria.query(page=criteria.page))).kinds == criteria.kinds
