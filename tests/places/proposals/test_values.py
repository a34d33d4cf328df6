"""Proposed values: read, checked and written in one form; what may not be proposed is refused by name."""

import math
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from places.enums import LocationOrigin, ProposalKind, Service, StateOrigin
from places.models import Place, WifiPoint
from places.proposals.texts import as_line, as_lines
from places.proposals.values import (
    PROPOSABLE,
    check_values,
    proposable,
    read_values,
    same_value,
    write_values,
)
from tests.factories import CommuneFactory, PlaceFactory, WifiPointFactory

CHANGE = ProposalKind.CHANGE
# Columns that decide on a record's life, its identity or its privacy.
FORBIDDEN = (
    *("id", "slug", "status", "closed_on", "is_demo", "source_name", "edited_on", "confirmed_on"),
    *("created_at", "updated_at", "version", "first_published_at", "review_months", "search_key"),
    *("internal_notes", "commune", "commune_id", "location_origin", "location_precision", "location_score"),
    *("location_on", "state_on", "state_origin", "place", "events", "pk", "__class__", "_state"),
)
pytestmark = pytest.mark.django_db


def one_problem(kind: str, raw: dict[str, Any], **more: Any) -> tuple[str, str]:
    """Field and sentence of the only problem."""
    (problem,) = check_values(kind, raw, **more).problems
    return problem.field, problem.message


# --- what may be proposed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.parametrize("model", [Place, WifiPoint])
def test_what_may_not_be_proposed_is_refused_by_name(name: str, model: Any) -> None:
    checked = check_values(CHANGE, {name: "x", "name": "Un nom"}, model=model)

    assert checked.values == {"name": "Un nom"}
    (problem,) = checked.problems
    assert (problem.field, problem.message.replace("\u00a0", " ")) == (
        name,
        f"Le champ « {name} » ne peut pas être proposé.",
    )


def test_every_column_of_records_is_proposable_or_forbidden() -> None:
    """A new column of a record does not become proposable, nor forgotten, by accident."""
    for model in (Place, WifiPoint):
        columns = {field.attname for field in model._meta.concrete_fields}
        assert columns - set(FORBIDDEN) == set(proposable(CHANGE, model)) - set(FORBIDDEN)
        assert not set(proposable(CHANGE, model)) & set(FORBIDDEN)


def test_kinds_without_values_take_none() -> None:
    assert {kind: names for kind, names in PROPOSABLE.items() if len(names) < 4} == {
        "temporary_closure": ("starts_on", "ends_on", "reason"),
        "permanent_closure": ("closed_on",),
        "claim": ("organisation_name", "siret"),
        "merge": (),
        "photo": (),
    }
    assert set(PROPOSABLE) == set(ProposalKind.values)
    assert one_problem("merge", {"name": "x"})[0] == "name"


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw", "kept"),
    [
        ("name", "  Média\u200bthèque\x00\n\tde  Stenay ", "Médiathèque de Stenay"),
        ("name", "Cafe\u0301", "Café"),
        ("description", "Un\r\n\r\n\r\ndeux \u202etrois\u202c", "Un\n\ndeux trois"),
        ("phone", "03 29 45 00 00", "+33329450000"),
        ("phone", "03.29.45.00.00", "+33329450000"),
        ("phone", "", ""),
        ("phone", None, ""),
        ("siret", "356 000 000 00048", "35600000000048"),
        ("postal_code", "55 000", "55000"),
        ("emails", ["Mairie@Exemple.fr", "mairie@exemple.fr", ""], ["mairie@exemple.fr"]),
        (
            "websites",
            ["www.exemple.fr", "http://exemple.fr/a?b=c"],
            ["https://www.exemple.fr", "http://exemple.fr/a?b=c"],
        ),
        ("accesslibre_url", "acceslibre.beta.gouv.fr/x", "https://acceslibre.beta.gouv.fr/x"),
        ("services", ["leisure", "employment", "leisure"], ["employment", "leisure"]),
        ("services", None, []),
        ("opening_hours", "Mo-Fr  9:00-12:00; ", "Mo-Fr 09:00-12:00"),
        ("has_printer", True, True),
        ("has_printer", None, None),
        ("workstations", 0, 0),
        ("location", (5.12345678, 48.7654321), [5.123457, 48.765432]),
        ("location", None, None),
        ("wheelchair", "limited", "limited"),
        ("host_kind", "", ""),
    ],
)
def test_values_are_kept_in_one_form(name: str, raw: Any, kept: Any) -> None:
    checked = check_values(CHANGE, {name: raw})

    assert (checked.values, checked.problems) == ({name: kept}, ())


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("name", ""),
        ("name", " \u200b "),
        ("name", "x" * 201),
        pytest.param("name", "x" * 1_000_000, id="name-huge"),
        ("name", 12),
        ("name", ["x"]),
        ("name", {"$ne": 1}),
        ("description", "x" * 5001),
        ("phone", "12"),
        ("phone", "javascript:alert(1)"),
        ("contact_phone", "au secrétariat"),
        ("contact_email", "a@b.fr\nBcc: c@d.fr"),
        ("emails", ["pas une adresse"]),
        ("emails", "mairie@exemple.fr"),
        ("emails", [f"a{n}@exemple.fr" for n in range(21)]),
        ("websites", ["javascript:alert(1)"]),
        ("websites", ["https://user:secret@exemple.fr"]),
        ("appointment_url", "ftp://exemple.fr"),
        ("siret", "12345678901234"),
        ("rna", "W1"),
        ("postal_code", "5500"),
        ("services", ["internet"]),
        ("services", "leisure"),
        ("services", [["leisure"]]),
        ("kinds", []),
        ("opening_hours", "Mo-Fr 9h-12h"),
        ("mediator_hours", "24/7"),
        ("has_printer", "oui"),
        ("has_printer", 1),
        ("workstations", -1),
        ("workstations", 501),
        ("workstations", 2.5),
        ("workstations", True),
        pytest.param("workstations", 10**5000, id="workstations-huge"),
        ("wheelchair", ""),
        ("wheelchair", "peut-être"),
        ("typologies", ["'; DROP TABLE"]),
        ("location", [48.77, 5.16]),
        ("location", [0, 0]),
        ("location", [math.nan, 48.0]),
        pytest.param("location", [10**5000, 1], id="location-huge"),
        ("location", "POINT(5 48)"),
        ("location", [5.1]),
        ("location", [True, False]),
    ],
)
def test_values_that_do_not_fit_are_told_in_words(name: str, raw: Any) -> None:
    checked = check_values(CHANGE, {name: raw, "address": "1 rue"})

    assert checked.values == {"address": "1 rue"}
    assert {problem.field for problem in checked.problems} == {name}
    assert all(problem.message and len(problem.value) <= 120 for problem in checked.problems)


def test_the_models_own_sentences_are_said_in_the_readers_language() -> None:
    hours = {"opening_hours": "Mo-Fr 9h00-12h00"}

    assert one_problem(CHANGE, hours) == ("opening_hours", "Écrivez 09:00 plutôt que 9h00.")
    assert "characters" in one_problem(CHANGE, {"name": "x" * 201}, language="en")[1]
    assert "caractères" in one_problem(CHANGE, {"name": "x" * 201})[1]


@pytest.mark.parametrize(
    ("name", "raw", "nearest"),
    [
        ("services", ["internet_acces"], "internet_access"),
        ("services", ["accès internet et matériel informatique"], "internet_access"),
        ("wheelchair", "limitd", "limited"),
        ("services", ["zzzzzz"], ""),
    ],
)
def test_the_nearest_allowed_code_is_named(name: str, raw: Any, nearest: str) -> None:
    (problem,) = check_values(CHANGE, {name: raw}).problems

    assert problem.nearest == nearest
    assert (nearest in problem.message) is True


def test_each_unknown_code_of_a_list_has_its_own_problem() -> None:
    checked = check_values(CHANGE, {"services": ["leisur", "leisure", "parentin"]})

    assert [(each.value, each.nearest) for each in checked.problems] == [
        ("leisur", "leisure"),
        ("parentin", "parenting"),
    ]


# --- wholes ---------------------------------------------------------------------------------------------------------


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
    with django_assert_num_queries(2):
        check_values(CHANGE, {"insee_code": "55029", "postal_code": "55000"})


# --- records --------------------------------------------------------------------------------------------------------


def test_values_of_a_record_come_back_as_they_were() -> None:
    """Every column, through JSON forms and back."""
    place = PlaceFactory(
        commune=CommuneFactory(),
        location_origin="surveyed",
        location_score=0.5,
        location_on=date(2026, 1, 2),
        has_wifi=False,
    )
    wifi = WifiPointFactory(place=place, state="down", state_on=date(2026, 1, 3), ssids=["55"])
    for record in (place, wifi):
        names = [
            f.name
            for f in record._meta.concrete_fields
            if not f.generated and f.name not in ("id", "created_at")
        ]
        names = [name for name in names if name not in ("updated_at", "first_published_at")]
        copy = type(record)()
        write_values(copy, read_values(record, names))
        assert {name: getattr(copy, name) for name in names} == {
            name: getattr(record, name) for name in names
        }


def test_checked_values_are_read_back_equal() -> None:
    CommuneFactory()
    raw = {
        "name": "Lieu",
        "kinds": ["third_place", "connected_space"],
        "insee_code": "55029",
        "location": [5.16, 48.77],
        "opening_hours": "Mo 09:00-12:00",
        "workstations": 3,
        "has_printer": True,
    }
    values = check_values("new_place", raw, partial=False).values
    place = Place()

    write_values(place, values)

    assert read_values(place, values) == values
    assert place.commune_id == "55029"


def test_what_follows_from_a_value_is_written_with_it() -> None:
    CommuneFactory()
    place = PlaceFactory(insee_code="", commune_name="", postal_code="", location=None)

    names = write_values(place, {"location": [5.16, 48.77]})

    assert set(names) == {
        *("location", "location_origin", "location_precision", "location_score", "location_on"),
        *("commune", "commune_name", "insee_code", "postal_code"),
    }
    assert (place.commune_id, place.location_origin, place.location_on) == (
        "55029",
        LocationOrigin.PLACED,
        timezone.localdate(),
    )
    wifi = WifiPointFactory()
    assert set(write_values(wifi, {"state": "down"})) == {"state", "state_on", "state_origin"}
    assert (wifi.state_on, wifi.state_origin) == (timezone.localdate(), StateOrigin.PERSON)


def test_a_record_moves_to_another_commune_by_code_or_by_name() -> None:
    CommuneFactory()
    CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"], centre=Point(5.38, 49.16, srid=4326))
    for values in ({"insee_code": "55545"}, {"commune_name": "Verdun", "postal_code": "55100"}):
        place = PlaceFactory(commune_id="55029")
        write_values(place, values)
        assert (place.commune_id, place.insee_code, place.commune_name, place.postal_code) == (
            "55545",
            "55545",
            "Verdun",
            "55100",
        )


def test_a_point_alone_moves_no_place_to_another_commune() -> None:
    """Eleven town halls stand outside the outline of their commune."""
    CommuneFactory()
    place = PlaceFactory(
        commune=CommuneFactory(insee="55545", name="Verdun", centre=Point(5.38, 49.16, srid=4326))
    )

    write_values(place, {"location": [5.16, 48.77]})

    assert place.commune_id == "55545"


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("", None, True),
        ([], None, True),
        (["a", "b"], ["b", "a"], True),
        ([5.1, 48.2], [48.2, 5.1], False),
        (True, 1, False),
        (False, None, False),
        (0, None, False),
        ("a", "A", False),
        ("17\u00a0h 30", "17 h 30", True),
        ("17 h\n30", "17 h 30", False),
    ],
)
def test_equal_contents_are_the_same(one: Any, other: Any, *, equal: bool) -> None:
    assert same_value(one, other) is equal
    assert same_value(other, one) is equal


# --- whatever comes -------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
LIKELY = (
    JSON
    | st.sampled_from(
        [
            "leisure",
            "Mo-Fr 9:00-12:00",
            "03 29 45 00 00",
            "www.exemple.fr",
            "55029",
            "Bar-le-Duc",
            "2027-02-01",
        ]
    )
    | st.lists(st.sampled_from([*Service.values, "a@b.fr", "www.exemple.fr", ""]), max_size=5)
    | st.tuples(st.floats(4.8, 5.9), st.floats(48.3, 49.7))
)
NAMES = sorted({name for names in (*PROPOSABLE.values(), proposable(CHANGE, WifiPoint)) for name in names})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(ProposalKind.values) | st.text(max_size=5),
    raw=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=10) | st.integers(), LIKELY, max_size=6),
    model=st.sampled_from([Place, WifiPoint]),
    partial=st.booleans(),
)
def test_checking_never_fails_and_changes_nothing_twice(
    kind: str, raw: dict[Any, Any], model: Any, *, partial: bool
) -> None:
    CommuneFactory()

    once = check_values(kind, raw, model=model, partial=partial)
    again = check_values(kind, once.values, model=model, partial=True)

    assert again.values == once.values
    assert again.problems == ()


@given(st.text(max_size=200))
def test_texts_are_kept_without_what_cannot_be_seen(text: str) -> None:
    line, lines = as_line(text), as_lines(text)

    assert (as_line(line), as_lines(lines)) == (line, lines)
    assert "\n" not in line
    assert all(part == part.strip() for part in lines.split("\n"))
    assert "\n\n\n" not in lines
    # PostgreSQL takes neither NUL nor half a character.
    assert "\x00" not in lines
    lines.encode("utf-8")
