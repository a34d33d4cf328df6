"""Whose venues a file speaks of, and what it would change of them."""

from uuid import uuid4

import pytest

from imports.partner_files import RowState, check_venue_file
from places import enums
from tests.imports.partner_files.tables import known, only, rich_place, table, workbook

pytestmark = pytest.mark.usefixtures("communes")


def test_a_venue_of_somebody_else_is_never_matched() -> None:
    mine, foreign = rich_place(), rich_place(slug="autre", name="Autre")
    content = table(
        {"id": str(foreign.pk), "nom": "Volé", "commune": "Verdun"},
        {"id": str(uuid4()), "nom": "Inventé", "commune": "Verdun"},
        {"id": f" {str(mine.pk).upper()} ", "nom": "Nouveau nom", "commune": "Bar-le-Duc"},
    )
    report = check_venue_file(content, known=known(mine))
    assert [(row.state, row.place_id) for row in report.rows] == [
        (RowState.REFUSED, None),
        (RowState.REFUSED, None),
        (RowState.CHANGED, mine.pk),
    ]
    assert [[problem.code for problem in row.problems] for row in report.rows[:2]] == [["id_unknown"]] * 2
    assert all((row.values, row.changes) == ({}, {}) for row in report.rows[:2])
    assert report.rows[2].changes == {"name": "Nouveau nom"}


def test_two_lines_of_one_venue() -> None:
    place = rich_place()
    rows = [{"id": str(place.pk), "nom": "Un"}, {"id": str(place.pk).upper(), "nom": "Deux"}]
    first, second = check_venue_file(table(*rows), known=known(place)).rows
    assert (first.state, second.state) == (RowState.CHANGED, RowState.REFUSED)
    assert [problem.code for problem in second.problems] == ["id_duplicate"]


def test_new_venues_need_no_identifier_of_ours() -> None:
    """A partner's own identifiers are not ours; several lines may have none."""
    rows = [{"id": name, "nom": f"Lieu {name}", "commune": "Verdun"} for name in ("", "", "structure-1")]
    report = check_venue_file(table(*rows), known={})
    assert [(row.state, row.place_id, row.values["commune_name"]) for row in report.rows] == [
        (RowState.NEW, None, "Verdun")
    ] * 3
    assert report.rows[0].changes == report.rows[0].values
    assert report.rows[0].values["kinds"] == [enums.PlaceKind.CONNECTED_SPACE]


def test_a_file_without_identifiers() -> None:
    row = only(
        check_venue_file(table({"nom": "Fablab", "commune": "Verdun", "typologie": "FABLAB"}), known={})
    )
    assert (row.state, row.line, row.values["kinds"]) == (RowState.NEW, 2, ["third_place"])
    assert not {"source_name", "edited_on", "commune_id", "contact_email"} & set(row.values)


def test_a_short_file_changes_its_own_columns_only() -> None:
    place = rich_place()
    content = table({"id": str(place.pk), "horaires": "Mo 10:00-12:00"})
    row = only(check_venue_file(content, known=known(place)))
    assert (row.state, row.problems) == (RowState.CHANGED, ())
    assert row.changes == {"opening_hours": "Mo 10:00-12:00"}
    assert row.values == {"opening_hours": "Mo 10:00-12:00", "opening_hours_received": ""}


def test_an_empty_cell_clears_its_field_but_what_must_be_said() -> None:
    place = rich_place()
    cells = {
        "telephone": "",
        "services": "",
        "imprimante": "",
        "genres": "",
        "qui_peut_entrer": "",
        "nom": "",
    }
    row = only(check_venue_file(table({"id": str(place.pk), **cells, "nom": place.name}), known=known(place)))
    assert row.changes == {"phone": "", "services": [], "has_printer": None}
    unnamed = only(check_venue_file(table({"id": str(place.pk), **cells}), known=known(place)))
    assert (unnamed.state, [each.code for each in unnamed.problems]) == (RowState.REFUSED, ["name_missing"])


def test_a_point_moves() -> None:
    place = rich_place()
    cells = {"id": str(place.pk), "latitude": "48,7730001", "longitude": "5.16"}
    row = only(check_venue_file(table(cells), known=known(place)))
    assert row.changes == {"location": [5.16, 48.7730001]}


def test_headers_in_words_and_names_of_the_api() -> None:
    place = rich_place()
    cells = {
        "ID": str(place.pk),
        "Téléphone": "0329450001",
        "opening_hours": "Mo 10:00-12:00",
        "Accès en fauteuil": "non",
    }
    row = only(
        check_venue_file(
            table({**cells, "Accès en fauteuil": "Non accessible en fauteuil roulant"}), known=known(place)
        )
    )
    assert row.changes == {"phone": "+33329450001", "opening_hours": "Mo 10:00-12:00", "wheelchair": "no"}


def test_dates_times_and_booleans_of_a_workbook() -> None:
    place = rich_place()
    content = workbook(
        ("id", "imprimante", "scanner", "postes_informatiques"), (str(place.pk), False, True, 12)
    )
    row = only(check_venue_file(content, known=known(place)))
    assert row.changes == {"has_printer": False, "has_scanner": True, "workstations": 12}
