"""`manage.py import_source` as a person and a script meet it."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from imports.models import Source
from places.models import Place

SAMPLES = Path(__file__).parent / "samples"
KEYS = ["read", "created", "changed", "unchanged", "proposed", "refused", "issues"]

pytestmark = pytest.mark.usefixtures("communes")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_source", *arguments, stdout=out, stderr=out)
    return out.getvalue().replace("\xa0", " ")


def test_a_trial_says_everything_and_writes_nothing(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    said = run(str(SAMPLES / "broken-lines" / "lieux.csv"), "--source", "essai", "--report", str(report))

    assert said.splitlines() == [
        "7 lignes lues : 2 créées, 0 modifiées, 0 inchangées, 5 refusées ; 0 gardent une valeur corrigée à la main.",
        "Erreurs (5)",
        "  cell_count : 2",
        "    ligne 3 : La ligne a 8 cellules au lieu de 7 : elle est décalée.",
        "    ligne 4 : La ligne a 3 cellules au lieu de 7 : elle est décalée.",
        "  line_unreadable : 1",
        "    ligne 6 : La ligne ne se lit pas : les guillemets ne sont pas fermés comme il faut.",
        "  id_missing : 1",
        "    ligne 7 : L'identifiant manque.",
        "  id_duplicate : 1",
        "    ligne 8 : L'identifiant « a1 » est déjà celui de la ligne 2.",
        "Essai à blanc : rien n'a été écrit. Ajoutez --apply pour appliquer.",
    ]
    assert Place.objects.count() == 0
    written = json.loads(report.read_text(encoding="utf-8"))
    assert list(written) == KEYS
    assert [written[key] for key in KEYS[:-1]] == [7, 2, 0, 0, 0, 5]
    assert written["issues"][0] == {
        "line": 3,
        "level": "error",
        "code": "cell_count",
        "message": "La ligne a 8 cellules au lieu de 7\xa0: elle est décalée.",
    }
    assert list(tmp_path.iterdir()) == [report]


def test_apply_makes_the_source_and_the_places() -> None:
    run(str(SAMPLES / "plain-comma" / "lieux.csv"), "--source", "essai", "--apply")

    assert list(Source.objects.values_list("name", "title", "new_status")) == [
        ("essai", "essai", "published")
    ]
    assert Place.objects.count() == 2


def test_screens_show_a_few_lines_of_each_code_and_reports_all(tmp_path: Path) -> None:
    path, report = tmp_path / "lieux.csv", tmp_path / "report.json"
    path.write_text("id,nom,commune\n" + "".join(f"{n},,Verdun\n" for n in range(40)), encoding="utf-8")

    said = run(str(path), "--source", "essai", "--report", str(report))

    assert said.count("Le nom manque.") == 5
    assert "… et 35 autres (tout est dans --report FICHIER)" in said
    assert len(json.loads(report.read_text(encoding="utf-8"))["issues"]) == 40


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("--source", "deux mots"),
            "Le nom d'une source s'écrit en lettres, chiffres et tirets (60 au plus).",
        ),
        (("--source", "é" * 3), "Le nom d'une source s'écrit en lettres, chiffres et tirets (60 au plus)."),
        (("--source", "a" * 61), "Le nom d'une source s'écrit en lettres, chiffres et tirets (60 au plus)."),
        (("--source", "a", "--report", "/nulle/part/r.json"), "Le compte rendu ne peut pas être écrit"),
    ],
)
def test_wrong_arguments_are_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        run(str(SAMPLES / "plain-comma" / "lieux.csv"), *arguments)
    assert Source.objects.count() == 0


def test_the_brake_is_an_error_with_its_report(tmp_path: Path) -> None:
    path, report = tmp_path / "lieux.csv", tmp_path / "report.json"
    lines = [f"{number},Lieu {number},Verdun,55100,{number} rue" for number in range(20)]
    path.write_text("id,nom,commune,code_postal,adresse\n" + "\n".join(lines), encoding="utf-8")
    run(str(path), "--source", "essai", "--apply")
    path.write_text("id,nom,commune,code_postal,adresse\n" + lines[0], encoding="utf-8")

    with pytest.raises(CommandError, match="--accept-vanished"):
        run(str(path), "--source", "essai", "--apply", "--report", str(report))

    assert json.loads(report.read_text(encoding="utf-8"))["issues"][0]["code"] == "brake"
    assert "19 fiches ne sont plus dans la source" in run(
        str(path), "--source", "essai", "--apply", "--accept-vanished"
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (Path.exists, "n'existe pas."),
        (lambda path: path.mkdir(), "est un dossier, pas un fichier."),
        (lambda path: path.write_bytes(b""), "Le fichier est vide."),
        (lambda path: path.write_bytes(bytes(range(256)) * 9), "Ce n'est pas un fichier de texte"),
        (lambda path: path.write_bytes(b"[" * 100_000), "Ce JSON est imbriqué trop profondément."),
    ],
)
def test_what_cannot_be_read_exits_with_2_and_a_sentence(tmp_path: Path, make: Any, sentence: str) -> None:
    path = tmp_path / "lieux"
    make(path)
    err = StringIO()

    with pytest.raises(SystemExit) as caught:
        call_command("import_source", str(path), "--source", "essai", stderr=err)

    assert caught.value.code == 2
    assert len(err.getvalue().strip().splitlines()) == 1
    assert sentence in err.getvalue()
