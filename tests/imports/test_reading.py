"""Bytes of strangers: read, refused line by line, or refused whole with one sentence. Never a crash."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.pipeline.read import decode, find_delimiter, read
from imports.pipeline.records import UnreadableFileError

# What people type: no control character but the ends of lines.
CELLS = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from('\r\n\t",;'), max_size=20)
HEADER = "id,nom,commune\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Le fichier est vide."),
        (b"\xef\xbb\xbf", "Le fichier est vide."),
        (b" \n\r\n\t", "Le fichier est vide."),
        (b"PK\x03\x04" + b"\x00" * 100, "Ce n'est pas un fichier de texte : donnez un CSV ou un JSON."),
        (
            b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 50,
            "Ce n'est pas un fichier de texte : donnez un CSV ou un JSON.",
        ),
        (b"%PDF-1.7\n", "Ce n'est pas un fichier de texte : donnez un CSV ou un JSON."),
        (b"\xff\xfe\x00", "Les caractères du fichier ne se lisent pas : enregistrez-le en UTF-8."),
        (b"bonjour", "Ce fichier n'a pas la colonne « id » du schéma national."),
        (b"id;titre\n1;a", "Ce fichier n'a pas la colonne « nom » du schéma national."),
        (b"<html><body>Erreur 404</body></html>", "Ce fichier n'a pas la colonne « id » du schéma national."),
        (b'"id,nom\n1,a', "La première ligne du fichier ne se lit pas."),
        (b"[", "Ce JSON est mal formé : il s'arrête ou se trompe en route."),
        (b'[{"id": 1}', "Ce JSON est mal formé : il s'arrête ou se trompe en route."),
        (b"{}", "Ce JSON devrait être une liste de fiches, ou un objet qui en contient une."),
        (b'{"a": [], "b": []}', "Ce JSON devrait être une liste de fiches, ou un objet qui en contient une."),
        (b"[" * 200_000, "Ce JSON est imbriqué trop profondément."),
        (b'[{"id":' + b'{"a":' * 100_000, "Ce JSON est imbriqué trop profondément."),
        (b'[{"titre": "a"}]', "Ce fichier n'a pas la colonne « id » du schéma national."),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read(content)

    assert str(caught.value).replace("\u00a0", " ") == sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators_give_the_same_rows(encoding: str, delimiter: str) -> None:
    text = "id,nom,commune\r\n1,Médiathèque,Étain\r\n".replace(",", delimiter)

    reading = read(text.encode(encoding))

    assert [dict(row.values) for row in reading.rows] == [
        {"id": "1", "nom": "Médiathèque", "commune": "Étain"}
    ]
    assert reading.rows[0].line == 2


def test_a_line_of_fifty_megabytes_is_refused_alone() -> None:
    content = f"{HEADER}1,a,b\n2,{'x' * 50_000_000},b\n3,c,d\n".encode()

    rows = read(content).rows

    assert [(row.line, row.problem.code if row.problem else "") for row in rows] == [
        (2, ""),
        (3, "line_unreadable"),
        (4, ""),
    ]


def test_nul_bytes_in_a_text_do_not_make_it_binary() -> None:
    rows = read(f"{HEADER}1,a\x00b,{'long texte ' * 20}\n".encode()).rows

    assert rows[0].values["nom"] == "a\x00b"


def test_a_quote_that_is_never_closed_loses_lines_and_says_so() -> None:
    rows = read(f'{HEADER}1,a,b\n2,"c,d\n3,e,f\n'.encode()).rows

    assert [(row.line, row.problem is None) for row in rows] == [(2, True), (3, False)]


def test_json_numbers_out_of_reason_stay_texts() -> None:
    content = b'[{"id": 123456789012345678901234567890, "nom": NaN, "latitude": -Infinity}]'

    assert dict(read(content).rows[0].values) == {
        "id": "123456789012345678901234567890",
        "nom": "NaN",
        "latitude": "-Infinity",
    }


def test_the_first_column_that_says_something_wins() -> None:
    rows = read(b"id;nom;courriel;courriels\n1;a;;b@exemple.fr\n2;a;c@exemple.fr;\n").rows

    assert [row.values["courriels"] for row in rows] == ["b@exemple.fr", "c@exemple.fr"]


def test_the_separator_is_the_one_that_shows_columns() -> None:
    assert find_delimiter('"id;local",nom,commune;,adresse\n') == ","
    assert find_delimiter("id;nom;commune, code postal\n") == ";"


def test_the_array_of_an_object_and_its_next_page_are_found() -> None:
    document = {"count": 1, "next": "/page/2", "results": [{"id": "1", "nom": "a"}]}

    reading = read(json.dumps(document).encode())

    assert (len(reading.rows), reading.next_url) == (1, "/page/2")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    refusal = ""
    try:
        read(content)
    except UnreadableFileError as error:
        refusal = str(error)

    assert not refusal or refusal.endswith(".")


@given(st.text(max_size=200))
def test_any_text_survives_its_encoding(text: str) -> None:
    content = text.encode("utf-8", "ignore")
    try:
        decoded, _findings = decode(content)
    except UnreadableFileError:
        return
    assert decoded == content.decode().removeprefix("\ufeff")


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
def test_what_a_spreadsheet_writes_is_read_back(cells: list[list[str]]) -> None:
    """Against Python's own writer: quotes, separators and line ends inside cells come back."""
    target = io.StringIO(newline="")
    csv.writer(target).writerows([["id", "nom", "commune"], *cells])

    rows = read(target.getvalue().encode()).rows

    written = [line for line in cells if any(cell.strip() for cell in line)]
    assert [[row.values[name] for name in ("id", "nom", "commune")] for row in rows] == written
