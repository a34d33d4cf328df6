"""The posters of the town hall's board, read back from their PDF."""

import re
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from mobile_units.enums import PassageStatus
from mobile_units.models import Passage, Stop
from places.enums import Service
from places.models import Commune
from tests.factories import MobileUnitFactory, PassageFactory, StopFactory
from tests.frontend.tours.pages import PARIS, day_words, in_days, poster_text

pytestmark = pytest.mark.django_db


def test_poster_says_the_dates_of_the_stop(client: Client, tmp_path: Path, passages: list[Passage]) -> None:
    text = poster_text(client, "/arrets/armes/affiche.pdf", tmp_path)
    days = re.findall(r"^\s*(.+?)\s{2,}(10 h – 12 h)$", text, re.MULTILINE)
    assert days == [(day_words(passage.start.astimezone(PARIS)), "10 h – 12 h") for passage in passages]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert lines[:3] == ["Médiabus : les prochains passages", "Place d'Armes", "2 rue Haute – Commercy"]
    assert lines[4] == "Annulé : Neige"
    assert "Chercher un emploi en ligne · Utiliser un ordinateur ou Internet" in lines
    assert "127.0.0.1:8000/arrets/armes" in lines


def test_poster_of_a_commune_names_the_stops(
    client: Client, tmp_path: Path, bar_le_duc: Commune, passages: list[Passage]
) -> None:
    assert client.get("/communes/55029/affiche.pdf").status_code == 404
    Stop.objects.update(commune=bar_le_duc)
    text = poster_text(client, "/communes/55029/affiche.pdf", tmp_path)
    assert text.count("Place d'Armes") == 4
    assert "Bar-le-Duc" in text


def test_poster_without_date_says_so(client: Client, tmp_path: Path, stop: Stop) -> None:
    assert "Aucun passage prévu pour le moment." in poster_text(client, "/arrets/armes/affiche.pdf", tmp_path)


def test_poster_is_one_page_whatever_its_words(client: Client, tmp_path: Path) -> None:
    long = "Parking de la salle polyvalente intercommunale, derrière l'ancienne gare de marchandises " * 2
    stop = StopFactory(name=long[:200], slug="long", commune_name="Saint-Maurice-sous-les-Côtes")
    for days in range(15):
        PassageFactory(
            unit=MobileUnitFactory(services=list(Service.values)),
            stop=stop,
            start=in_days(days + 1),
            status=PassageStatus.CANCELLED if days else PassageStatus.SCHEDULED,
            reason=("Véhicule immobilisé " * 10)[:200] if days else "",
        )
    poster_text(client, "/arrets/long/affiche.pdf", tmp_path)
    about = subprocess.run(
        ["pdfinfo", tmp_path / "affiche.pdf"], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    ).stdout
    assert re.search(r"Pages:\s+1\n", about)
    assert re.search(r"Page size:\s+595.\d+ x 841.\d+ pts \(A4\)", about)


def test_unchanged_poster_costs_a_304(client: Client, passages: list[Passage]) -> None:
    first = client.get("/arrets/armes/affiche.pdf")
    again = client.get("/arrets/armes/affiche.pdf", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
