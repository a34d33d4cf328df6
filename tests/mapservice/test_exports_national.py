"""The national file: each constraint by hand, then the publisher's own schema when it is at hand."""

import csv
import io
import json
import os
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from frictionless import Resource, Schema, system
from opening_hours import OpeningHours

from places import enums
from places.exports.hours import dates_of, with_closures, with_dated_holidays
from places.exports.national import COLUMNS, Options, record
from places.models import Place
from tests.factories.places import ClosureFactory, PlaceFactory
from tests.mapservice.ogc import bare_place, full_place

pytestmark = pytest.mark.django_db
SIRET = "22550001600016"

# Facts of the standard, written again by hand: 32 columns in their order, and what each cell may be.
HEADER = (
    "id,pivot,nom,commune,code_postal,code_insee,adresse,complement_adresse,latitude,longitude,typologie,telephone,"
    "courriels,site_web,horaires,presentation_resume,presentation_detail,source,itinerance,structure_parente,date_maj,"
    "services,publics_specifiquement_adresses,prise_en_charge_specifique,frais_a_charge,"
    "dispositif_programmes_nationaux,formations_labels,autres_formations_labels,modalites_acces,"
    "modalites_accompagnement,fiche_acces_libre,prise_rdv"
)
REQUIRED = {"id", "pivot", "nom", "commune", "code_postal", "adresse", "date_maj", "services"}
FORMS = {
    "pivot": r"\d{14}|W[0-9A-Za-z]{9}",
    "code_postal": r"\d{5}",
    "code_insee": r"([013-9]\d|2[AB1-9])\d{3}",
    "adresse": r'[^"#«»!?%@]+',
    "commune": r"[A-Za-zÀ-ÖØ-öø-ÿœŒ0-9 '’-]+",
    "latitude": r"-?\d+(\.\d{1,6})?",
    "longitude": r"-?\d+(\.\d{1,6})?",
    "telephone": r"(\+33|\+590|\+594|\+262|\+596|\+269|\+687|\+689|\+508|\+681)\d{6,9}",
    "presentation_resume": r".{1,280}",
    "date_maj": r"\d{4}-\d\d-\d\d",
    "fiche_acces_libre": r"https?://[^:()]+",
    "prise_rdv": r"https?://[^:()]+",
}
LISTS = {
    "itinerance": {"Itinérant", "Fixe"},
    "services": {
        "Aide aux démarches administratives",
        "Maîtrise des outils numériques du quotidien",
        "Insertion professionnelle via le numérique",
        "Utilisation sécurisée du numérique",
        "Parentalité et éducation avec le numérique",
        "Loisirs et créations numériques",
        "Compréhension du monde numérique",
        "Accès internet et matériel informatique",
        "Acquisition de matériel informatique à prix solidaire",
    },
    "publics_specifiquement_adresses": {"Jeunes", "Étudiants", "Familles et/ou enfants", "Seniors", "Femmes"},
    "prise_en_charge_specifique": {
        "Surdité",
        "Handicaps moteurs",
        "Handicaps mentaux",
        "Illettrisme",
        "Langues étrangères (anglais)",
        "Langues étrangères (autres)",
        "Déficience visuelle",
    },
    "frais_a_charge": {"Gratuit", "Gratuit sous condition", "Payant"},
    "dispositif_programmes_nationaux": {
        "Aidants Connect",
        "Bibliothèques numérique de référence",
        "Certification PIX",
        "Conseillers numériques",
        "Emmaüs Connect",
        "France Services",
        "Grande école du numérique",
        "La Croix Rouge",
        "Point d'accès numérique CAF",
        "Promeneurs du net",
        "Relais numérique (Emmaüs Connect)",
    },
    "formations_labels": {
        "Formé à « Mon Espace Santé »",
        "Formé à « DUPLEX » (illettrisme)",
        "Arnia/MedNum BFC (Bourgogne-Franche-Comté)",
        "Collectif ressources et acteurs réemploi (Normandie)",
        "Fabriques de Territoire",
        "Les Éclaireurs du numérique (Drôme)",
        "Mes Papiers (Métropole de Lyon)",
        "ORDI 3.0",
        "SUD LABS (PACA)",
    },
    "modalites_acces": {
        "Se présenter",
        "Téléphoner",
        "Contacter par mail",
        "Prendre un RDV en ligne",
        "Ce lieu n'accueille pas de public",
        "Envoyer un mail avec une fiche de prescription",
    },
    "modalites_accompagnement": {
        "En autonomie",
        "Accompagnement individuel",
        "Dans un atelier collectif",
        "À distance",
    },
}
SHARED = Path(os.environ.get("MAPSERVICE_SHARED", django_settings.BASE_DIR.parent / "shared"))
SCHEMAS = sorted((SHARED / "standards" / "lieux-mediation-numerique").glob("schema-*.json"))


def taken(client: Client, name: str = "lieux.csv") -> bytes:
    response = client.get(f"/exports/{name}")
    assert response.status_code == 200
    return b"".join(response)


def rows_of(client: Client) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(taken(client).decode("utf-8"), newline="")))


def awkward_places() -> list[Place]:
    """Places that say everything, almost nothing, and what the publisher's model refuses."""
    return [
        full_place(),
        PlaceFactory(siret=SIRET, services=[enums.Service.SAFE_USE]),
        PlaceFactory(
            rna="W551000001",
            name="Espace, « virgule »; point-virgule|barre\n=1+1",
            address='12 "bis" rue #3 « Haute » ! ? 100% a@b',
            commune_name="Saint-Mihiel / L'Isle_(Nord)",
            insee_code="55000000"[:5],
            phone="+4989123456",
            emails=["pas une adresse", "b@exemple.fr", "a@exemple.fr"],
            websites=["https://exemple.fr/a|b"],
            other_labels=["a|b", " ", "a|b"],
            accesslibre_url="https://exemple.fr:8080/x",
            appointment_url="https://exemple.fr/(x)",
            edited_on=None,
            kinds=[enums.PlaceKind.THIRD_PLACE],
            families=[enums.ThirdPlaceFamily.MAKERSPACE],
            typologies=["ESS", "ASSO"],
        ),
    ]


def test_columns_and_form_of_the_file(client: Client) -> None:
    awkward_places()
    content = taken(client)
    assert content.startswith(f"{HEADER}\r\n".encode())
    assert tuple(HEADER.split(",")) == COLUMNS
    assert content.endswith(b"\r\n")
    assert not content.startswith(b"\xef\xbb\xbf")


def test_every_cell_keeps_its_constraint(client: Client) -> None:
    places = awkward_places()
    rows = rows_of(client)
    assert [row["id"] for row in rows] == sorted(str(place.pk) for place in places)
    for row in rows:
        assert {name for name in REQUIRED if not row[name]} == set()
        for name, form in FORMS.items():
            assert not row[name] or re.fullmatch(form, row[name]), (name, row[name])
        for name, known in LISTS.items():
            values = row[name].split("|") if row[name] else []
            assert set(values) <= known, name
            assert values == sorted(set(values))
        assert not any("\n" in cell or "\r" in cell for cell in row.values())


def test_values_of_a_full_place(client: Client) -> None:
    place = full_place()
    row = rows_of(client)[0]
    assert {name for name, value in row.items() if not value} == {"complement_adresse"}
    for name, known in LISTS.items():
        assert set(row[name].split("|")) == known, name
    assert row["pivot"] == SIRET
    assert row["nom"] == 'L\'« Atelier » "numérique" \\ <b>&amp;</b> 🚌'
    assert row["typologie"] == "BIB|FABLAB|MUNI|TIERS_LIEUX"
    assert row["courriels"] == "espace@exemple.fr|mairie@exemple.fr"
    assert row["date_maj"] == "2026-09-01"
    assert (row["longitude"], row["latitude"]) == ("5.123457", "48.987654")
    assert row["presentation_detail"] == "Deux lignes"
    assert row["id"] == str(place.pk)
    assert "ecret" not in taken(client).decode()


def test_what_the_publisher_refuses_is_mended_or_left_out(client: Client) -> None:
    awkward_places()
    row = next(row for row in rows_of(client) if row["pivot"] == "W551000001" and "virgule" in row["nom"])
    assert row["adresse"] == "12 bis rue 3 Haute 100 a b"
    assert row["commune"] == "Saint-Mihiel L'Isle Nord"
    assert (row["telephone"], row["fiche_acces_libre"], row["prise_rdv"]) == ("", "", "")
    assert row["courriels"] == "a@exemple.fr|b@exemple.fr"
    assert row["site_web"] == "https://exemple.fr/a%7Cb"
    assert row["autres_formations_labels"] == "a/b"
    assert row["typologie"] == "ASSO|ESS|FABLAB|TIERS_LIEUX"
    assert row["nom"] == "Espace, « virgule »; point-virgule|barre =1+1"


def test_json_says_the_same_with_empty_keys_left_out(client: Client) -> None:
    awkward_places()
    told = json.loads(taken(client, "lieux.json"))
    as_text = [{name: str(value) for name, value in each.items()} for each in told]
    assert as_text == [{name: value for name, value in row.items() if value} for row in rows_of(client)]
    assert isinstance(told[0]["latitude"], float)


def test_places_without_what_is_demanded_are_counted(client: Client) -> None:
    PlaceFactory(siret=SIRET)
    PlaceFactory()
    PlaceFactory(siret=SIRET, services=[])
    bare_place(siret=SIRET)
    PlaceFactory(siret=SIRET, address="!?")
    response = client.get("/exports/lieux.csv")
    assert response["X-Left-Out"] == "adresse=2, code_postal=1, commune=1, pivot=1, services=2"
    assert len(rows_of(client)) == 1


def test_a_default_pivot_stands_for_places_without_one(client: Client, settings: Any) -> None:
    PlaceFactory()
    assert rows_of(client) == []
    settings.EXPORT = {**settings.EXPORT, "default_pivot": SIRET}
    assert [row["pivot"] for row in rows_of(client)] == [SIRET]


def test_demonstration_and_hidden_records_stay_out(client: Client, settings: Any) -> None:
    PlaceFactory(siret=SIRET, is_demo=True, name="Démo")
    PlaceFactory(siret=SIRET, status="draft")
    PlaceFactory(siret=SIRET, status="closed", closed_on="2026-01-01")
    assert rows_of(client) == []
    assert "X-Demonstration" not in client.get("/exports/lieux.csv")
    settings.EXPORT = {**settings.EXPORT, "demo": True}
    response = client.get("/exports/lieux.csv")
    assert [row["nom"] for row in rows_of(client)] == ["Démo"]
    assert response["X-Demonstration"] == "true"
    assert 'filename="demonstration_' in response["Content-Disposition"]


def test_the_name_is_the_standards(client: Client, settings: Any) -> None:
    PlaceFactory(siret=SIRET)
    settings.EXPORT = {**settings.EXPORT, "operator_siret": SIRET}
    response = client.get("/exports/lieux.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        rf'attachment; filename="\d{{4}}-\d\d-\d\d_{SIRET}_lieux-de-mediation-numerique_meuse\.csv"',
        response["Content-Disposition"],
    )


def test_the_same_data_give_the_same_bytes(client: Client) -> None:
    awkward_places()
    first = client.get("/exports/lieux.csv")
    content = b"".join(first)
    Place.objects.all().update(confirmed_on="2026-11-20")
    assert taken(client) == content
    again = client.get("/exports/lieux.csv", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, b"".join(again)) == (200, content)
    unchanged = client.get("/exports/lieux.csv", headers={"If-None-Match": again["ETag"]})
    assert unchanged.status_code == 304


def test_a_file_has_no_parameters_and_asks_no_accept(client: Client) -> None:
    assert client.get("/exports/lieux.csv", headers={"Accept": "image/png"}).status_code == 200
    assert client.get("/exports/lieux.csv?limit=1").status_code == 400
    assert client.post("/exports/lieux.csv").status_code == 405
    assert client.head("/exports/lieux.csv").status_code == 200


def test_a_file_costs_seven_queries_whatever_its_size(client: Client, django_assert_num_queries: Any) -> None:
    for _ in range(2):
        PlaceFactory.create_batch(2, siret=SIRET)
        # The stamp twice (once for the name), the counts, the rows, their closures.
        with django_assert_num_queries(7):
            taken(client)


@pytest.mark.skipif(not SCHEMAS, reason="the publisher's schema files are not beside this checkout")
@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_the_publishers_schema_accepts_the_file(client: Client, path: Path) -> None:
    awkward_places()
    ClosureFactory(place=Place.objects.exclude(siret="").exclude(opening_hours="").first())
    schema = Schema.from_descriptor(json.loads(path.read_text(encoding="utf-8")))
    with system.use_context(trusted=True):
        report = Resource(taken(client), format="csv", encoding="utf-8", schema=schema).validate()
    assert report.flatten(["type", "fieldName", "cell"]) == []
    assert report.tasks[0].stats["rows"] == 3


# Dates instead of PH: the same openings for a reader without calendar.
@pytest.mark.parametrize(
    "hours",
    [
        "Mo-Fr 09:00-12:00,14:00-18:00; PH off",
        "PH off; Mo-Fr 09:00-12:00",
        "Mo-Su 10:00-12:00; PH 14:00-16:00",
        "Mo-Fr 09:00-12:00; PH off; Dec 24 09:00-11:00",
        "Tu 14:00-16:00",
        "week 1-53/2 We 14:00-17:00; PH closed",
    ],
)
def test_dated_holidays_open_at_the_same_instants(hours: str) -> None:
    dated = with_dated_holidays(hours, 2026)
    assert "PH" not in dated
    ours, theirs = OpeningHours(hours, country="FR"), OpeningHours(dated)
    moment = datetime(2026, 1, 1, 0, 30)  # noqa: DTZ001 - wall time
    while moment.year < 2028:
        assert ours.is_open(moment) == theirs.is_open(moment), moment
        moment += timedelta(hours=1)


def test_dated_holidays_are_those_of_two_calendar_years() -> None:
    assert dates_of(2026).split(",")[0] == "2026 Jan 01"
    assert dates_of(2026).split(",")[-1] == "2027 Dec 25"
    assert len(dates_of(2026).split(",")) == 22


def test_hours_keep_holidays_when_the_setting_says_so() -> None:
    place = PlaceFactory.build(updated_at=datetime(2026, 1, 1))  # noqa: DTZ001 - not read
    assert record(place, Options(holidays_from=None))["horaires"] == "Mo-Fr 09:00-12:00,14:00-18:00; PH off"
    dated = record(place, Options(holidays_from=date(2026, 11, 24).year))["horaires"]
    assert str(dated).startswith("Mo-Fr 09:00-12:00,14:00-18:00; 2026 Jan 01,")
    assert str(dated).endswith(",2027 Dec 25 off")


@pytest.mark.parametrize(
    "hours",
    ["Mo-Fr 09:00-12:00; PH off", "24/7", "Mo-Su 10:00-26:00; Dec 24 09:00-11:00", 'Mo-Su open "libre"'],
)
def test_a_closure_is_closed_for_a_reader_of_hours(hours: str) -> None:
    closures = [(date(2027, 2, 2), date(2027, 2, 2)), (date(2026, 12, 21), date(2027, 1, 3))]
    dated = with_dated_holidays(hours, 2026)
    before, told = OpeningHours(dated), OpeningHours(with_closures(dated, closures))
    moment, closed = datetime(2026, 12, 1, 0, 30), 0  # noqa: DTZ001 - wall time
    while moment.year < 2027 or moment.month < 4:
        is_closure = any(first <= moment.date() <= last for first, last in closures)
        # An opening of the eve that runs past midnight began before the closure.
        if not is_closure or moment.hour >= 2:
            assert told.is_open(moment) == (before.is_open(moment) and not is_closure), moment
        closed += is_closure and before.is_open(moment)
        moment += timedelta(hours=1)
    assert closed > 10


def test_the_file_says_the_closures_of_this_year_and_later(client: Client, settings: Any) -> None:
    year = timezone.localdate().year
    place = PlaceFactory(siret=SIRET, opening_hours="Mo 09:00-12:00")
    first = client.get("/exports/lieux.csv")["ETag"]
    ClosureFactory(place=place, starts_on=date(year + 1, 2, 1), ends_on=date(year + 1, 2, 1))
    ClosureFactory(place=place, starts_on=date(year - 1, 12, 30), ends_on=date(year, 1, 2))
    ClosureFactory(place=place, starts_on=date(year - 1, 3, 1), ends_on=date(year - 1, 3, 5))
    assert client.get("/exports/lieux.csv")["ETag"] != first
    expected = f"Mo 09:00-12:00; {year - 1} Dec 30-{year} Jan 02 off; {year + 1} Feb 01 off"
    assert [row["horaires"] for row in rows_of(client)] == [expected]
    settings.EXPORT = {**settings.EXPORT, "dated_holidays": False}
    assert [row["horaires"] for row in rows_of(client)] == ["Mo 09:00-12:00"]


def test_closures_say_nothing_of_hours_that_are_not_known() -> None:
    assert with_closures("", [(date(2026, 12, 21), date(2026, 12, 31))]) == ""


def test_holidays_said_in_another_way_are_left_as_they_are() -> None:
    assert with_dated_holidays("Mo-Fr 09:00-12:00; PH -1 day off", 2026) == "Mo-Fr 09:00-12:00; PH -1 day off"
