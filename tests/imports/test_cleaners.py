"""Cleaners: examples with hand-made answers, then any input at all."""

from datetime import date
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.cleaners.addresses import is_overseas, tidy_commune, words_key
from imports.cleaners.codes import clean_date, clean_hours, clean_id, clean_pivot
from imports.cleaners.contacts import clean_emails, clean_phone, clean_url, clean_urls, is_personal
from imports.cleaners.lists import clean_list, in_order
from imports.cleaners.points import PointState, read_point
from imports.cleaners.texts import clean_text
from imports.pipeline.drafts import Draft
from imports.pipeline.locate import read_code
from imports.sources import national
from places.enums import NationalProgramme, Service
from places.hours import check_hours
from places.validators import validate_phone, validate_postal_code, validate_siret

TODAY = date(2026, 11, 24)
FRANCE = (-5.6, 41.2, 9.8, 51.3)
# What a JSON cell may hold.
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Maison   des\tservices ", "Maison des services"),
        ("<p>Un</p><p>Deux</p>", "Un Deux"),
        ("Un<br>deux &amp; trois", "Un deux & trois"),
        ("&lt;b&gt;Échappé deux fois&lt;/b&gt;", "Échappé deux fois"),
        ("<script>alert(1)</script>Reste", "Reste"),
        ("<img src=x onerror=alert(1)>", ""),
        ("5 < 6 et 7 > 3", "5 < 6 et 7 > 3"),
        ("e\u0301cole", "école"),
        ("a\u200bb\x00c", "abc"),
        ("+33 3 29", "+33 3 29"),
        ("-5 %", "-5 %"),
        ("=SOMME(A1)", None),
        ("@SUM(A1)", None),
        ("-cmd(1)", None),
        (12.0, "12"),
        (True, "oui"),
        (["a"], None),
    ],
)
def test_texts(raw: Any, clean: str | None) -> None:
    assert clean_text(raw, limit=200)[0] == clean


def test_a_long_text_is_cut_at_a_word() -> None:
    text, findings = clean_text("mot " * 100, limit=20)

    assert (text, [found.code for found in findings]) == ("mot mot mot mot…", ["text_cut"])


@given(ANYTHING, st.integers(2, 50))
def test_any_text_is_visible_bounded_and_stable(raw: Any, limit: int) -> None:
    text, _findings = clean_text(raw, limit=limit, lines=True)

    if text is not None:
        assert len(text) <= limit
        assert "\x00" not in text
        assert clean_text(text, limit=limit, lines=True)[0] in (text, None)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("03 29 45 00 00", "+33329450000"),
        ("0033329450000", "+33329450000"),
        ("+33 (0)3 29 45 00 00", "+33329450000"),
        ("03.29.45.00.00", "+33329450000"),
        (329450000, "+33329450000"),
        ("+0329450000", "+33329450000"),
        ("03 29 45 00 00 ou 06 12 34 56 78", "+33329450000"),
        ("+262262123456", "+262262123456"),
        ("", ""),
        (None, ""),
        ("+33", ""),
        ("-", ""),
        ("3631", None),
        ("+44 20 7946 0000", None),
        ("appeler la mairie", None),
    ],
)
def test_phones(raw: Any, number: str | None) -> None:
    assert clean_phone(raw)[0] == number


@given(ANYTHING | st.from_regex(r"\+?[0-9 ().-]{6,16}", fullmatch=True))
def test_any_phone_is_dialable_or_nothing(raw: Any) -> None:
    number = clean_phone(raw)[0]

    if number:
        validate_phone(number)
        assert phonenumbers.is_valid_number(phonenumbers.parse(number))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("jeanne.martin@exemple.fr", True),
        ("j.martin@exemple.fr", True),
        ("jean-paul.martin-durand@exemple.fr", True),
        ("jeanne_martin@exemple.fr", True),
        ("anne.de.villiers@exemple.fr", True),
        ("accueil@exemple.fr", False),
        ("mairie.verdun@exemple.fr", False),
        ("accueil.csc.landrecies@exemple.fr", False),
        ("direction.jeunesse@exemple.fr", False),
        ("espace-emploi.bozouls@exemple.fr", False),
        ("ul.paris09@exemple.fr", False),
        ("contact55@exemple.fr", False),
    ],
)
def test_addresses_of_persons(address: str, *, expected: bool) -> None:
    assert is_personal(address) is expected


def test_emails_are_told_apart() -> None:
    public, private, findings = clean_emails(
        "Mairie@Exemple.fr; <jeanne.martin@exemple.fr> faux@ mairie@exemple.fr"
    )

    assert (public, private) == (["mairie@exemple.fr"], "jeanne.martin@exemple.fr")
    assert [(found.code, found.value) for found in findings] == [
        ("email_personal", "…@exemple.fr"),
        ("email_invalid", "…@"),
    ]


@pytest.mark.parametrize(
    ("raw", "urls"),
    [
        ("https://a.fr/|https://b.fr/", ["https://a.fr/", "https://b.fr/"]),
        ("a.fr", ["https://a.fr"]),
        ("https://a.fr/x;y,z", ["https://a.fr/x;y,z"]),
        ("https://a.fr/, https://b.fr/", ["https://a.fr/", "https://b.fr/"]),
        ("https://a.fr/ https://a.fr/", ["https://a.fr/"]),
        ("", []),
        ("javascript:alert(1)", None),
        ("ftp://a.fr/", None),
        ("https://moi:secret@a.fr/", None),
        ("rien", None),
    ],
)
def test_urls(raw: str, urls: list[str] | None) -> None:
    assert clean_urls(raw)[0] == urls


@given(ANYTHING)
def test_any_url_is_a_web_address(raw: Any) -> None:
    assert (clean_url(raw)[0] or "https://").startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2026-01-10", "2026-01-10"),
        ("2026-01-10 08:30:00", "2026-01-10"),
        ("2026-01-10T08:30:00Z", "2026-01-10"),
        ("2026-07-10T23:30:00.000Z", "2026-07-11"),
        ("2026-01-10T23:30:00+01:00", "2026-01-10"),
        ("10/01/2026", "2026-01-10"),
        ("1/2/2026 08:30:00", "2026-02-01"),
        ("29/02/2024", "2024-02-29"),
        ("29/02/2026", None),
        ("01-10-2026", None),
        ("hier", None),
        ("46000", None),
        ("", ""),
    ],
)
def test_dates(raw: str, day: str | None) -> None:
    assert clean_date(raw, TODAY)[0] == day


@given(ANYTHING | st.datetimes().map(str) | st.dates().map(lambda day: f"{day:%d/%m/%Y}"))
def test_any_date_is_past_and_of_this_century(raw: Any) -> None:
    day = clean_date(raw, TODAY)[0]

    assert not day or date(2000, 1, 1) <= date.fromisoformat(day) <= TODAY


@pytest.mark.parametrize(
    ("raw", "values"),
    [
        ("22550001600152", {"siret": "22550001600152", "rna": ""}),
        ("225 500 016 00152", {"siret": "22550001600152", "rna": ""}),
        ("w551000123", {"siret": "", "rna": "W551000123"}),
        ("0" * 14, {"siret": "", "rna": ""}),
        ("", {"siret": "", "rna": ""}),
        (22550001600152, {"siret": "22550001600152", "rna": ""}),
        ("22550001600153", {}),
        ("225500016", {}),
    ],
)
def test_pivots(raw: Any, values: dict[str, str]) -> None:
    assert clean_pivot(raw)[0] == values


@given(ANYTHING | st.from_regex(r"[0-9]{14}", fullmatch=True))
def test_any_siret_has_its_check_sum(raw: Any) -> None:
    if siret := clean_pivot(raw)[0].get("siret"):
        validate_siret(siret)


@pytest.mark.parametrize(
    ("raw", "hours", "received"),
    [
        ("Mo-Fr 9:00-12:00 ;  Sa 09:00-12:00", "Mo-Fr 09:00-12:00 ; Sa 09:00-12:00", ""),
        ("24 / 7", "Mo-Su 00:00-24:00", ""),
        ("lundi 9h-12h", "", "lundi 9h-12h"),
        ('Mo 09:00-12:00 "sur rendez-vous"', "", 'Mo 09:00-12:00 "sur rendez-vous"'),
        ("", "", ""),
    ],
)
def test_hours(raw: str, hours: str, received: str) -> None:
    assert clean_hours(raw)[0] == {"opening_hours": hours, "opening_hours_received": received}


@given(ANYTHING)
def test_any_hours_can_be_evaluated_or_are_shown(raw: Any) -> None:
    if hours := clean_hours(raw)[0].get("opening_hours"):
        check_hours(hours)


@pytest.mark.parametrize(
    ("lat", "lon", "state"),
    [
        (48.77, 5.16, PointState.GOOD),
        ("48,77", "5,16", PointState.GOOD),
        (5.16, 48.77, PointState.SWAPPED),
        (0, 0, PointState.ZERO),
        ("0.0", "0", PointState.ZERO),
        (None, "", PointState.MISSING),
        (48.77, None, PointState.INVALID),
        (True, 5.16, PointState.INVALID),
        ("1_0", 5.16, PointState.INVALID),
        (float("nan"), 5.16, PointState.INVALID),
        (10**400, 5.16, PointState.INVALID),
        ("48°46'", "5°09'", PointState.INVALID),
        (6852000, 858000, PointState.INVALID),
        (-20.88, 55.45, PointState.OUTSIDE),
        (41.2, -5.6, PointState.GOOD),
        (51.3, 9.8, PointState.GOOD),
        (51.31, 9.8, PointState.OUTSIDE),
    ],
)
def test_points(lat: Any, lon: Any, state: PointState) -> None:
    assert read_point(lat, lon, FRANCE).state == state


@given(ANYTHING, ANYTHING)
def test_any_point_that_is_taken_lies_in_the_bounds(lat: Any, lon: Any) -> None:
    if position := read_point(lat, lon, FRANCE).position:
        west, south, east, north = FRANCE
        assert west <= position[0] <= east
        assert south <= position[1] <= north


@pytest.mark.parametrize("column", national.VOCABULARIES)
def test_the_standard_s_own_words_are_all_known(column: str) -> None:
    words = national.VOCABULARIES[column]
    choices = national.CHOICES[words.field]

    found = clean_list("|".join(str(label) for label in choices.labels), words, column)

    assert (found.codes, found.findings) == ({words.field: choices.values}, [])


def test_early_words_lead_to_today_s() -> None:
    """The fifteen services of the first version of the schema, in its order."""
    early = (
        "Devenir autonome dans les démarches administratives;"
        "Réaliser des démarches administratives avec un accompagnement;"
        "Prendre en main un smartphone ou une tablette;Prendre en main un ordinateur;"
        "Utiliser le numérique au quotidien;Approfondir ma culture numérique;"
        "Favoriser mon insertion professionnelle;Accéder à une connexion internet;Accéder à du matériel;"
        "S’équiper en matériel informatique;Créer et développer mon entreprise;Créer avec le numérique;"
        "Accompagner les démarches de santé;Promouvoir la citoyenneté numérique;"
        "Soutenir la parentalité et l'éducation avec le numérique"
    )

    found = clean_list(early, national.VOCABULARIES["services"], "services")

    assert found.findings == []
    assert in_order(found.codes["services"], Service) == [
        code for code in Service.values if code != "safe_use"
    ]


def test_early_labels_reach_their_own_fields() -> None:
    words = national.VOCABULARIES["dispositif_programmes_nationaux"]

    found = clean_list("CNFS;APTIC;Fabriques de Territoire;Point relais CAF", words, "labels_nationaux")

    assert found.codes == {
        "national_programmes": [NationalProgramme.DIGITAL_ADVISERS, NationalProgramme.CAF_POINT],
        "other_labels": ["APTIC"],
        "training_labels": ["fabrique_territoire"],
    }


@given(ANYTHING, st.sampled_from(list(national.VOCABULARIES)))
def test_any_list_gives_known_codes(raw: Any, column: str) -> None:
    for name, codes in clean_list(raw, national.VOCABULARIES[column], column).codes.items():
        if name in national.CHOICES:
            assert set(codes) <= set(national.CHOICES[name].values)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("BAR-LE-DUC", "Bar-le-Duc"),
        ("L'ISLE-EN-RIGAULT", "L'Isle-en-Rigault"),
        ("LA ROCHE SUR YON", "La Roche sur Yon"),
        ("MARSEILLE 11", "Marseille"),
        ("Lyon 9eme", "Lyon"),
        ("Paris 10e arrondissement", "Paris"),
        ("Saint-Mihiel", "Saint-Mihiel"),
        ("", ""),
    ],
)
def test_commune_names(raw: str, name: str) -> None:
    assert tidy_commune(raw) == name


def test_two_spellings_of_an_address_are_one() -> None:
    assert words_key("3 PL DE LA MAIRIE") == words_key("3, place de la Mairie")
    assert words_key("17 rue Grande") != words_key("18 rue Grande")
    assert words_key("Espace numérique 1") != words_key("Espace numérique 2")


@pytest.mark.parametrize(
    ("postal", "insee", "expected"), [("97400", "", True), ("", "97411", True), ("55000", "", False)]
)
def test_overseas(postal: str, insee: str, *, expected: bool) -> None:
    assert is_overseas(postal, insee) is expected


@given(ANYTHING)
def test_any_identifier_is_bounded(raw: Any) -> None:
    assert len(clean_id(raw)[0]) <= 200


def test_postal_codes_of_the_ardennes_get_their_zero_back() -> None:
    code = read_code(Draft(1), {"code_postal": 8000}, "code_postal")

    assert code == "08000"
    validate_postal_code(code)
