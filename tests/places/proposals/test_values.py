"""Which values may be proposed and in which form they are kept; the others are refused by name."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from places.enums import ProposalKind, Service
from places.models import Place, WifiPoint
from places.proposals.texts import as_line, as_lines
from places.proposals.values import PROPOSABLE, check_values, proposable
from tests.factories import CommuneFactory
from tests.places.proposals.checked import CHANGE, one_problem

pytestmark = pytest.mark.django_db

# Columns that decide on a record's life, its identity or its privacy.
FORBIDDEN = (
    *("id", "slug", "status", "closed_on", "is_demo", "source_name", "edited_on", "confirmed_on"),
    *("created_at", "updated_at", "version", "first_published_at", "review_months", "search_key"),
    *("internal_notes", "commune", "commune_id", "location_origin", "location_precision", "location_score"),
    *("location_on", "state_on", "state_origin", "place", "events", "pk", "__class__", "_state"),
)


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
