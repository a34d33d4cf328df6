"""What each kind of proposal needs as a whole: a commune, days, an organisation, a host."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from places.proposals.values import check_values
from tests.factories import CommuneFactory, PlaceFactory
from tests.places.proposals.checked import CHANGE, one_problem

pytestmark = pytest.mark.django_db


def test_a_new_place_needs_a_name_a_kind_and_a_commune_or_a_point() -> None:
    checked = check_values("new_place", {"phone": "", "services": []}, partial=False)

    assert checked.values == {}
    assert [problem.field for problem in checked.problems] == ["name", "kinds", "insee_code"]
    assert check_values("new_place", {"phone": "03 29 45 00 00"}, partial=True).problems == ()


def test_a_new_place_leaves_out_what_is_empty() -> None:
    CommuneFactory()
    raw = {
        "name": "Lieu",
        "kinds": ["third_place"],
        "insee_code": "55029",
        "phone": "",
        "services": [],
        "has_wifi": None,
    }

    assert check_values("new_place", raw, partial=False).values == {
        "name": "Lieu",
        "kinds": ["third_place"],
        "postal_code": "55000",
        "commune_name": "Bar-le-Duc",
        "insee_code": "55029",
    }


@pytest.mark.parametrize(
    "told",
    [
        {"insee_code": "55029", "commune_name": "Verdun"},
        {"commune_name": "BAR LE DUC"},
        {"commune_name": "Bar-le-Duc", "postal_code": "55100"},
        {"location": [5.16, 48.77]},
    ],
)
def test_a_commune_is_found_by_its_code_its_name_or_the_point(told: dict[str, Any]) -> None:
    CommuneFactory()
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"], centre=Point(5.38, 49.16, srid=4326))

    values = check_values(
        "new_place", {"name": "Lieu", "kinds": ["third_place"], **told}, partial=False
    ).values

    assert (values["insee_code"], values["commune_name"], values["postal_code"]) == (
        "55029",
        "Bar-le-Duc",
        "55000",
    )


def test_a_commune_that_is_not_known_is_told_with_the_nearest_name() -> None:
    CommuneFactory()

    (misspelt,) = check_values(CHANGE, {"commune_name": "Bar-le-Dut"}).problems
    assert (misspelt.field, misspelt.nearest) == ("commune_name", "Bar-le-Duc")
    (unknown,) = check_values(CHANGE, {"insee_code": "55999"}).problems
    assert (unknown.field, unknown.nearest) == ("insee_code", "")
    (malformed,) = check_values(CHANGE, {"insee_code": "abcde"}).problems
    assert malformed.field == "insee_code"


def test_a_commune_of_another_departement_stays_as_written() -> None:
    CommuneFactory()
    elsewhere = {"commune_name": "Saint-Dizier", "postal_code": "52100"}

    assert check_values(CHANGE, elsewhere).values == elsewhere


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        (0, 0, None),
        (10, 376, None),
        (-3, 2, None),
        (5, 4, "ends_on"),
        (-5, -1, "ends_on"),
        (0, 367, "ends_on"),
        (800, 810, "starts_on"),
    ],
)
def test_a_closure_is_a_span_of_days_to_come(starts: int, ends: int, field: str | None) -> None:
    today = timezone.localdate()
    raw = {
        "starts_on": (today + timedelta(days=starts)).isoformat(),
        "ends_on": (today + timedelta(days=ends)).isoformat(),
        "reason": "Travaux",
    }

    checked = check_values("temporary_closure", raw, partial=False)

    assert [problem.field for problem in checked.problems] == ([field] if field else [])
    assert (checked.values == raw) is (field is None)


def test_a_closure_needs_its_days_and_its_reason() -> None:
    checked = check_values("temporary_closure", {"starts_on": "demain", "ends_on": ""}, partial=False)

    assert [problem.field for problem in checked.problems] == ["starts_on", "ends_on", "reason"]


def test_a_claim_names_an_organisation() -> None:
    checked = check_values("claim", {"organisation_name": "Mairie de Stenay", "siret": ""}, partial=False)

    assert (checked.values, checked.problems) == ({"organisation_name": "Mairie de Stenay"}, ())
    assert one_problem("claim", {"siret": "35600000000048"}, partial=False)[0] == "organisation_name"


def test_a_wifi_point_hangs_on_a_published_place() -> None:
    host = PlaceFactory()
    draft = PlaceFactory(status="draft")

    assert check_values(
        "new_wifi_point", {"name": "Wi-Fi", "place_id": str(host.pk)}, partial=False
    ).values == {
        "name": "Wi-Fi",
        "place_id": str(host.pk),
    }
    for wrong in (str(draft.pk), "x", 3):
        assert (
            one_problem("new_wifi_point", {"name": "Wi-Fi", "place_id": wrong}, partial=False)[0]
            == "place_id"
        )


def test_checking_costs_no_query_unless_an_address_is_told(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    CommuneFactory()
    with django_assert_num_queries(0):
        check_values(CHANGE, {"name": "Lieu", "services": ["leisure"], "location": [5.16, 48.77]})
    # A file brings two thousand codes: reading the names of all communes for each took most of its time.
    with django_assert_num_queries(1):
        check_values(CHANGE, {"insee_code": "55029", "postal_code": "55000"})
    with django_assert_num_queries(2):
        check_values(CHANGE, {"commune_name": "Bar-le-Duc", "postal_code": "55000"})
