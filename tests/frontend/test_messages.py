"""Public pages speak three languages, whole."""

import gettext
import re
from pathlib import Path

import pytest
from django.test import Client

from places import enums
from places.models import Commune
from tests.factories import PlaceFactory, WifiPointFactory

LOCALE = Path(__file__).resolve().parents[2] / "frontend" / "locale"
ROOMS = (
    "frontend/",
    "mapservice/",
    "mobile_units/api/collections.py",
    "mobile_units/fields.py",
    "places/api/",
    "places/availability.py",
    "places/enums.py",
    "places/fields.py",
    "places/freshness/words.py",
    "places/hours",
    "places/photo",
    "places/proposals/",
    "places/templates/places/mail/",
    "places/validators.py",
    "places/words.py",
)
# Pages behind a sign-in speak French.
STAFF = (
    *("frontend/planning/", "frontend/templates/frontend/planning/", "frontend/templatetags/planning.py"),
    *(
        "frontend/moderation/",
        "frontend/templates/frontend/moderation/",
        "frontend/templatetags/moderation.py",
    ),
    *("frontend/partners/", "frontend/templates/frontend/partners/", "frontend/templatetags/partners.py"),
    *("frontend/keys/", "frontend/templates/frontend/keys/"),
    *(f"frontend/freshness/{name}.py" for name in ("forms", "views/campaigns", "views/health")),
    *(f"frontend/templates/frontend/freshness/{name}" for name in ("campaign", "check", "desk", "health")),
    # What moderators read of a decision that was not taken.
    *(f"places/proposals/{name}.py" for name in ("attach", "decide", "direct", "errors", "merge", "undo")),
    *("mapservice/accounts/admin.py", "mapservice/mails_admin.py", "mapservice/questions/data_health"),
    "frontend/templates/admin/",
)
BLOCK = re.compile(
    r'msgid ((?:"[^\n]*"\n)+)(?:msgid_plural ((?:"[^\n]*"\n)+))?((?:msgstr.*\n(?:"[^\n]*"\n)*)+)'
)


def entries(language: str) -> list[tuple[str, str]]:
    """(French sentence, translation) of what public pages can say."""
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    found = []
    for block in text.split("\n\n")[1:]:
        places = re.findall(r"^#: (.*)$", block, re.MULTILINE)
        match = BLOCK.search(block + "\n")
        rooms = [place for line in places for place in line.split() if not place.startswith(STAFF)]
        if match and any(place.startswith(ROOMS) for place in rooms):
            assert "#, fuzzy" not in block, block
            found.append((match[1], match[3]))
    return found


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_of_a_public_page_lacks_its_translation(language: str) -> None:
    known = entries(language)
    assert len(known) > 300
    assert [french for french, words in known if re.search(r'msgstr(\[\d\])? ""\n(?!")', words + "\n")] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_placeholders_are_those_of_the_french_sentence(language: str) -> None:
    names = re.compile(r"%\(\w+\)0?\d*[sd]|\{\w+\}")
    wrong = [
        french
        for french, words in entries(language)
        if not set(names.findall(french)) <= set(names.findall(words))
    ]
    # A plural's first form may leave the number out; nothing else may.
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_labels_of_the_lists_are_translated(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # private, but the only list
    for choices in (
        enums.PlaceKind,
        enums.HostKind,
        enums.Service,
        enums.AdmissionRule,
        enums.WheelchairAccess,
    ):
        assert [str(label) for label in choices.labels if str(label) not in catalogue] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "french"), [("en", "Fermé"), ("de", "Horaires")])
def test_pages_in_another_language(client: Client, bar_le_duc: Commune, language: str, french: str) -> None:
    client.cookies["django_language"] = language
    place = PlaceFactory(name="X", commune=bar_le_duc, opening_hours="Mo 09:00-10:00")
    wifi = WifiPointFactory(name="Y")
    for address in ("/", place.get_absolute_url(), wifi.get_absolute_url(), "/communes/55029/"):
        body = client.get(address).content.decode()
        assert f'<html lang="{language}">' in body
        assert french not in body
