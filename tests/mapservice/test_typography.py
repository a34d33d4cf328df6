"""What people read in French has the spaces of French: none breaks before : ; ? ! » nor after «."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from mapservice.ops.french_messages import entries, typeset
from places.enums import TrainingLabel
from places.validators import validate_opening_hours, validate_phone
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory, WifiPointFactory

ROOT = Path(__file__).resolve().parents[2]
WRONG = re.compile(r"\S [:;?!»](?:\W|$)|« ")
READ_ATTRIBUTES = {"alt", "aria-label", "content", "placeholder", "title"}
SILENT = {"code", "pre", "script", "style"}


class Reader(HTMLParser):
    """The texts of a page, those of attributes included; codes and programs left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.texts += [value for name, value in attrs if name in READ_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(" ".join(re.split(r"[ \t\r\n]+", data)))


def faults(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    assert sum(map(len, reader.texts)) > 200
    return [text for text in reader.texts if WRONG.search(text)]


@pytest.fixture
def pages(db: None) -> list[str]:
    """Every kind of public page, with as much to say as possible."""
    commune = CommuneFactory()
    place = PlaceFactory(commune=commune, opening_hours="Mo-Fr 09:00-12:00", training_labels=["espace_sante"])
    ClosureFactory(place=place)
    wifi = WifiPointFactory(place=place, commune=commune)
    collections = [f"/api/v1/collections/{name}" for name in ("places", "wifi-points", "stops", "communes")]
    return [
        "/",
        "/?q=xyzzyqwv",
        f"/?lat={commune.centre.y}&lon={commune.centre.x}&radius=x",
        place.get_absolute_url(),
        wifi.get_absolute_url(),
        f"/communes/{commune.insee}/",
        "/accessibilite/",
        "/mentions-legales/",
        "/tournees/",
        "/nowhere",
        "/comptes/login/",
        "/api/v1/docs",
        "/api/v1/?f=html",
        *(f"{address}?f=html" for address in collections),
        *(f"{address}/items?f=html" for address in collections),
        f"/api/v1/collections/places/items/{place.pk}?f=html",
    ]


def test_public_pages(client: Client, pages: list[str]) -> None:
    assert {page: faults(client.get(page).content.decode()) for page in pages} == {page: [] for page in pages}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/nearest",
        "/api/v1/nearest?lat=48&lon=5&at=2027-03-28T02:30",
        "/api/v1/clusters?bbox=1,2&zoom=3",
        "/api/v1/tiles/40/0/0.mvt",
        "/api/v1/collections/places/items?foo=1",
        "/api/v1/collections/places/items?bbox=6,48,5,49",
        "/api/v1/collections/places/items?limit=1&limit=2",
        "/api/v1/collections/places/items?cursor=!!",
        "/api/v1/collections/places/items?f=xml",
    ],
)
def test_problems(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (400, 404)
    assert not WRONG.search(answer.json()["detail"]), answer.json()["detail"]


def test_sentences_of_validators() -> None:
    for validate, value in ((validate_opening_hours, "Mo 9h-12h SH"), (validate_phone, "1")):
        with pytest.raises(ValidationError) as refused:
            validate(value)
        assert [text for text in refused.value.messages if WRONG.search(text)] == []


def test_labels_of_a_standard_keep_their_exact_words_in_the_code() -> None:
    assert TrainingLabel.ESPACE_SANTE.label == "Formé à « Mon Espace Santé »"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ouvert : « oui » ; non ?", "Ouvert\u00a0: «\u00a0oui\u00a0»\u00a0; non\u00a0?"),
        ("Le %(day)s : %(reason)s", "Le %(day)s\u00a0: %(reason)s"),
        ("Mo-Fr 09:00-12:00; PH off", "Mo-Fr 09:00-12:00; PH off"),
        ("http://exemple.fr/?a=b :c", "http://exemple.fr/?a=b :c"),
        ("d\u00e9j\u00e0\u00a0: fait !", "d\u00e9j\u00e0\u00a0: fait\u00a0!"),
    ],
)
def test_typeset(typed: str, shown: str) -> None:
    assert typeset(typed) == shown
    assert typeset(shown) == shown


def test_the_french_catalogue_holds_what_it_changes_and_no_more() -> None:
    source = (
        '#: a.py\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n\n'
        'msgid "Bien"\nmsgstr "Well"\n\n'
        '#, fuzzy\n#| msgid "Vu : non"\nmsgid ""\n"Quoi "\n"?"\nmsgstr ""\n\n'
        'msgid "%(n)s lieu : ici"\nmsgid_plural "%(n)s lieux : ici"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'
        '#~ msgid "Ancien : non"\n#~ msgstr ""\n'
    )
    assert entries(source) == [
        'msgid "Quoi ?"\nmsgstr "Quoi\u00a0?"\n',
        (
            'msgid "%(n)s lieu : ici"\nmsgid_plural "%(n)s lieux : ici"\n'
            'msgstr[0] "%(n)s lieu\u00a0: ici"\nmsgstr[1] "%(n)s lieux\u00a0: ici"\n'
        ),
    ]


def test_the_french_catalogue_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "mapservice" / "ops" / "french_messages.py"), "--check"]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""
