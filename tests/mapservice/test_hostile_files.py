"""Cells that a spreadsheet would run, looked for in every file that somebody opens with one."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from mapservice.questions.data_health import BY_KEY
from places.enums import Status
from tests import factories
from tests.mapservice.doors import all_routes

pytestmark = pytest.mark.django_db

FORMULAS = ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "-cmd|'/c calc'!A1"]
SIRET = "73282932000074"
OPERATOR = {"operator_siret": "", "default_pivot": "", "demo": True, "dated_holidays": False}


def body_of(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def cells_of(file: bytes) -> Iterator[str]:
    """The texts that a spreadsheet would take for a formula stand here as they are written."""
    if file.startswith(b"PK"):
        for row in load_workbook(io.BytesIO(file)).worksheets[0].iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                yield str(cell.value or "")
        return
    text = file.decode("utf-8-sig")
    for line in csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in text.partition("\r")[0] else ","
    ):
        yield from line


def is_run(cell: str) -> bool:
    is_number = cell[1:].replace(".", "").isdigit()
    return cell.startswith(("=", "@", "\t", "\r")) or (cell.startswith(("+", "-")) and not is_number)


@pytest.fixture
def everything() -> tuple[Client, str]:
    """Formulas wherever a name or a sentence goes; somebody who may take every file; their organisation."""
    user = factories.UserFactory(is_superuser=True, is_staff=True)
    member = factories.MembershipFactory(user=user)
    for number, formula in enumerate(FORMULAS):
        said = {
            "summary": formula,
            "address": formula,
            "address_complement": formula,
            "opening_hours_note": formula,
        }
        for status in (Status.PUBLISHED, Status.DRAFT):
            place = factories.PlaceFactory(
                name=formula,
                slug=f"formule-{number}-{status}",
                siret=SIRET,
                status=status,
                phone="+33329450000",
                **said,
            )
            factories.StewardshipFactory(organisation=member.organisation, place=place)
        factories.PlaceFactory(
            name=formula, slug=f"illisible-{number}", opening_hours="", opening_hours_received=formula
        )
        factories.WifiPointFactory(name=formula, slug=f"borne-{number}")
        unit = factories.MobileUnitFactory(name=formula, slug=f"bus-{number}")
        itinerary = factories.ItineraryFactory(unit=unit, name=formula, slug=f"tournee-{number}")
        stop = factories.StopFactory(name=formula, slug=f"arret-{number}")
        factories.CallFactory(itinerary=itinerary, stop=stop)
    client = Client()
    client.force_login(user)
    return client, str(member.organisation_id)


def files(organisation: str) -> dict[str, list[str]]:
    """The addresses of each file, by its route."""
    return {
        "partenaire/organisations/<uuid:pk>/lieux.csv": [reverse("partner-csv", args=[organisation])],
        "partenaire/organisations/<uuid:pk>/lieux.xlsx": [reverse("partner-xlsx", args=[organisation])],
        "moderation/sante/<slug:key>.csv": [reverse("moderation-check-file", args=[key]) for key in BY_KEY],
        "planification/fichiers/tournees.<str:suffix>": [
            reverse("desk-download", args=[suffix]) for suffix in ("csv", "xlsx")
        ],
        "exports/lieux.csv": [reverse("export-national-csv")],
    }


def test_no_cell_of_a_file_is_run(everything: tuple[Client, str], settings: Any) -> None:
    settings.EXPORT = OPERATOR
    client, organisation = everything
    for route, addresses in files(organisation).items():
        cells = [cell for address in addresses for cell in cells_of(body_of(client.get(address)))]
        told = {formula for formula in FORMULAS if any(formula in cell for cell in cells)}
        assert told == set(FORMULAS), route
        assert [cell for cell in cells if is_run(cell)] == [], route


def test_every_file_for_spreadsheets_is_tried() -> None:
    routes = {route for route, _ in all_routes() if route.endswith((".csv", ".xlsx", "<str:suffix>"))}
    assert routes == set(files("00000000-0000-4000-8000-000000000001"))


def test_numbers_of_the_national_file_keep_their_sign(everything: tuple[Client, str], settings: Any) -> None:
    settings.EXPORT = OPERATOR
    rows = list(csv.DictReader(io.StringIO(body_of(Client().get("/exports/lieux.csv")).decode(), newline="")))
    assert {row["telephone"] for row in rows if row["telephone"]} == {"+33329450000"}
