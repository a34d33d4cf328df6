"""What is wrong with a file, said by line, column and value, with the nearest word that is allowed."""

from pathlib import Path

import pytest

from imports.partner_columns import COLUMNS
from imports.partner_files import CODES, RowState, check_venue_file
from tests.imports.partner_files.tables import known, only, rich_place, said, table, workbook

pytestmark = pytest.mark.usefixtures("communes")


def test_problems_name_line_column_value_and_the_nearest_word() -> None:
    place = rich_place()
    content = table(
        {"id": str(place.pk), "Services": "Loisir et creation numerique|Réparation de vélos", "Téléphone": "12",
         "Accès en fauteuil": "accessible en fauteil roulant", "Imprimante": "peut-être", "Postes informatiques": "mille",
         "Présence du médiateur": "le mardi", "Horaires": "lundi matin"},
    )  # fmt: skip
    row = only(check_venue_file(content, known=known(place)))
    assert sorted(said(row.problems)) == [
        (2, "Accès en fauteuil", "value_unknown", "accessible en fauteil roulant", "Accessible en fauteuil roulant"),
        (2, "Horaires", "hours_unreadable", "lundi matin", ""),
        (2, "Imprimante", "boolean_invalid", "peut-être", ""),
        (2, "Postes informatiques", "number_invalid", "mille", ""),
        (2, "Présence du médiateur", "mediator_hours_invalid", "le mardi", ""),
        (2, "Services", "value_unknown", "Loisir et creation numerique", "Loisirs et créations numériques"),
        (2, "Services", "value_unknown", "Réparation de vélos", ""),
        (2, "Téléphone", "phone_invalid", "12", ""),
    ]  # fmt: skip
    assert set(row.changes) == {"opening_hours", "opening_hours_received"}
    assert all(problem.message for problem in row.problems)


def test_a_commune_that_looks_alike_is_proposed() -> None:
    content = table({"nom": "Lieu", "commune": "Verdin", "code_postal": "55999"})
    (problem,) = [
        each for each in only(check_venue_file(content, known={})).problems if each.code == "commune_unknown"
    ]
    assert (problem.column, problem.nearest) == ("commune", "Verdun")


def test_columns_that_are_not_taken_are_told() -> None:
    content = table(
        {"nom": "Lieu", "commune": "Verdun", "source": "x", "statut": "published", "is_demo": "oui"}
    )
    report = check_venue_file(content, known={})
    assert said(report.problems) == [
        (None, "", "column_ignored", name, "") for name in ("source", "statut", "is_demo")
    ]
    assert not {"status", "is_demo", "source_name", "slug"} & set(only(report).values)


def test_lines_that_cannot_be_read_do_not_stop_the_others() -> None:
    text = 'nom;commune\r\nUn;Verdun;trop\r\n\r\nDeux;Verdun\r\n"Trois\r\nencore";Verdun\r\nQua"tre;Verdun\r\n;Verdun\r\n'
    report = check_venue_file(text.encode(), known={})
    assert [(row.line, row.state, [each.code for each in row.problems]) for row in report.rows] == [
        (2, RowState.REFUSED, ["cell_count"]),
        (4, RowState.NEW, ["point_missing"]),
        (5, RowState.NEW, ["point_missing"]),
        (7, RowState.NEW, ["point_missing"]),
        (8, RowState.REFUSED, ["name_missing"]),
    ]


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x")', "@SUM(A1)", "+cmd(1)", "-cmd(1)", "=1+1"])
def test_formulas_are_never_taken(formula: str) -> None:
    place = rich_place()
    for content in (
        table({"id": str(place.pk), "presentation_resume": formula, "precision_sur_l_entree": formula}),
        workbook(("id", "presentation_resume", "precision_sur_l_entree"), (str(place.pk), formula, formula)),
    ):
        row = only(check_venue_file(content, known=known(place)))
        assert (row.state, [each.code for each in row.problems]) == (
            RowState.UNCHANGED,
            ["formula", "formula"],
        )


def test_html_becomes_text() -> None:
    place = rich_place()
    cells = {
        "id": str(place.pk),
        "precision_sur_l_acces": "<script>alert(1)</script>Rampe",
        "presentation_resume": "<b>Bon</b>",
    }
    row = only(check_venue_file(table(cells), known=known(place)))
    assert row.changes == {"access_note": "Rampe", "summary": "Bon"}


def test_the_documentation_names_every_column_and_code() -> None:
    page = (Path(__file__).parents[3] / "docs" / "partner-files.md").read_text(encoding="utf-8")
    assert [column for column in COLUMNS if f"`{column}`" not in page] == []
    assert [code for code in CODES if f"`{code}`" not in page] == []
