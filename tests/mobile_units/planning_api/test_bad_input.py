"""No input breaks the planning API: each bad one gets a sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobile_units.models import Itinerary, Stop
from tests.factories import StopFactory
from tests.mobile_units.planning_api.client import ROOT, TODAY, body_of, create, monday, published, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"valid_until": None}, "no_end"),
        ({"valid_from": "1999-12-31"}, "date_absurd"),
        ({"calls": [{"arrival": "09:00", "minutes": 0}]}, "call_zero"),
        ({"calls": [{"arrival": "09:00", "departure": "09:00"}]}, "call_zero"),
        ({"calls": [{"arrival": "09:00", "minutes": 1800}]}, "call_crosses_midnight"),
        ({"calls": [{"arrival": "22:00", "departure": "01:00"}]}, "call_crosses_midnight"),
        (
            {"calls": [{"arrival": "09:00", "minutes": 60}, {"arrival": "09:30", "minutes": 60}]},
            "calls_overlap",
        ),
        ({"valid_until": "2001-01-01"}, "validity_reversed"),
        ({"name": "  "}, "name_missing"),
    ],
)
def test_bad_input_gets_a_sentence(planner: Client, values: dict[str, Any], code: str) -> None:
    stop = StopFactory()
    if "calls" in values:
        values = {**values, "calls": [{"stop": str(stop.pk), **call} for call in values["calls"]]}
    told = send(planner, "POST", "preview", body_of(**values)).json()
    assert code in [finding["code"] for finding in told["findings"]]


def test_ten_thousand_dates(planner: Client) -> None:
    dates = [(TODAY + timedelta(days=n)).isoformat() for n in range(10_000)]
    told = send(planner, "POST", "preview", body_of(rhythm="dates", dates=dates)).json()
    (finding,) = told["findings"]
    assert (finding["code"], finding["count"]) == ("too_many_dates", 10_000)


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b" " * 400_001, "application/json", 413),
        (b'{"nom": "x"}', "application/json", 400),
        (b'{"name": "a\\u0000"}', "application/json", 400),
        (b'{"name": "\\ud800"}', "application/json", 400),
    ],
    ids=range(10),
)
def test_bodies_that_cannot_be_read(planner: Client, data: bytes, content_type: str, status: int) -> None:
    response = planner.post(
        f"{ROOT}/units", data, content_type=content_type, headers={"Idempotency-Key": "x" * 9}
    )
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["9999-12-31", "0001-01-01", "2027-03-28", "02:30", "23:59", "00:00", "dates", "odd"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
DAYS = st.dates().map(lambda day: day.isoformat()) | st.sampled_from(
    ["2027-03-28", "2027-10-31", "9999-12-31"]
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "name": JSON,
        "valid_from": DAYS,
        "valid_until": DAYS | st.none(),
        "rhythm": st.sampled_from(["weekly", "every_n_weeks", "iso_weeks", "nth_weekday", "dates"]) | JSON,
        "weekday": st.integers(-2, 8) | JSON,
        "interval_weeks": st.integers(-2, 30) | JSON,
        "anchor_on": DAYS | JSON,
        "parity": st.sampled_from(["odd", "even", ""]) | JSON,
        "nths": st.lists(st.integers(-1, 5), max_size=6) | JSON,
        "dates": st.lists(DAYS, max_size=6) | JSON,
        "public_holidays": st.sampled_from(["skip", "keep", "decide"]) | JSON,
        "school_holidays": st.sampled_from(["skip", "keep", "decide"]) | JSON,
        "calls": JSON,
        "from_date": DAYS | JSON,
        "overrides": JSON,
        "digest": JSON,
    },
)
HYPOTHESIS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


@HYPOTHESIS
@given(fields=FIELDS)
def test_no_itinerary_breaks_the_preview(planner: Client, fields: dict[str, Any]) -> None:
    base = getattr(test_no_itinerary_breaks_the_preview, "base", None) or body_of()
    if not Stop.objects.filter(pk=base["calls"][0]["stop"]).exists():
        base = body_of()
    test_no_itinerary_breaks_the_preview.base = base  # type: ignore[attr-defined]  # kept between examples
    body = {**base, "valid_until": "2027-12-31", **fields}
    assert send(planner, "POST", "preview", body).status_code in {200, 400}
    assert create(planner, "itineraries", {**body, "from_date": None}).status_code == 400
    body.pop("from_date", None)
    assert create(planner, "itineraries", body).status_code in {201, 400, 422}


@HYPOTHESIS
@given(
    fields=st.fixed_dictionaries(
        {"kind": st.sampled_from(["cancel", "move", "retime", "add", "keep"]), "on_date": DAYS},
        optional={
            "reason": JSON | st.just("Neige"),
            "new_date": DAYS | JSON,
            "arrival": st.sampled_from(["02:30", "23:59", "10:00", "25:00"]),
            "departure": st.sampled_from(["02:30", "23:59", "10:00", None]),
            "shift_minutes": st.integers(-1500, 1500) | JSON,
        },
    ),
    with_call=st.booleans(),
    with_stop=st.booleans(),
    on_rule=st.booleans(),
)
def test_no_exception_breaks_the_plan(
    planner: Client, fields: dict[str, Any], with_call: bool, with_stop: bool, on_rule: bool
) -> None:
    kept = Itinerary.objects.first()
    itinerary = send(planner, "GET", f"itineraries/{kept.pk}").json() if kept else published(planner)
    body = {
        **fields,
        **({"call": itinerary["calls"][0]["id"]} if with_call else {}),
        **({"stop": itinerary["calls"][1]["stop"]} if with_stop else {}),
        **({"on_date": monday(3).isoformat()} if on_rule else {}),
    }
    response = create(
        planner, f"itineraries/{itinerary['id']}/exceptions", body, version=itinerary["version"]
    )
    assert response.status_code in {201, 400, 422}, response.content
