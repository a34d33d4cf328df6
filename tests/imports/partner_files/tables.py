"""What the tests of partners' files share: a place that says something in every column, and tables."""

import csv
import io
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook

from imports.partner_files import Problem, VenueFileReport, VenueRow, check_venue_file
from imports.pipeline.records import UnreadableFileError
from places.models import Place
from tests.factories import PlaceFactory


def known(*places: Place) -> dict[UUID, Place]:
    return {place.pk: place for place in places}


def reread(place: Place) -> Place:
    return Place.objects.get(pk=place.pk)


def rich_place(**values: Any) -> Place:
    """A place that says something in every column."""
    return reread(
        PlaceFactory.create(
            **{
                "name": "Médiathèque Jean-Jeukens",
                "kinds": ["connected_space", "third_place"],
                "host_kind": "town_hall",
                "families": ["coworking", "makerspace"],
                "management_mode": "public_body",
                "typologies": ["ASSO", "BIB"],
                "siret": "55210000005024",
                "parent_organisation": "Ville de Bar-le-Duc",
                "phone": "+33329450000",
                "emails": ["contact@bar.example", "accueil@bar.example"],
                "websites": ["https://www.bar.example/a|b", "https://bar.example/"],
                "contact_name": "PLANTED NAME",
                "contact_email": "planted.person@bar.example",
                "contact_phone": "+33329459999",
                "internal_notes": "PLANTED NOTES",
                "opening_hours_note": "Fermé le 24 ; sonner",
                "summary": "- Une aide, « sans rendez-vous » ; gratuite",
                "description": "Première ligne\n@deuxième\n\nQuatrième",
                "services": ["employment", "administrative_help"],
                "audiences": ["seniors"],
                "special_support": ["english", "deafness"],
                "fees": ["free"],
                "national_programmes": ["pix"],
                "training_labels": ["duplex", "espace_sante"],
                "other_labels": ["Label du lavoir", "Un, deux | trois"],
                "access_modes": ["walk_in", "phone"],
                "support_modes": ["workshop"],
                "mobility": ["fixed"],
                "accesslibre_url": "https://acceslibre.example/x",
                "appointment_url": "https://rdv.example/",
                "workstations": 6,
                "has_printer": True,
                "has_scanner": False,
                "mediator_hours": "Tu 14:00-17:00",
                "help_by_appointment": True,
                "equipment_note": "=1+1",
                "admission": "members",
                "admission_note": "+ de 16 ans",
                "admission_periods": ["term_time"],
                "wheelchair": "limited",
                "access_note": "-1 marche",
                "address_complement": "2e étage",
                **values,
            }
        )
    )


def table(*rows: dict[str, str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV of the columns that the rows have."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(
        out, list(dict.fromkeys(name for row in rows for name in row)), delimiter=delimiter
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(*rows: Iterable[Any]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def only(report: VenueFileReport) -> VenueRow:
    (row,) = report.rows
    return row


def said(problems: Iterable[Problem]) -> list[tuple[int | None, str, str, str, str]]:
    return [(each.line, each.column, each.code, each.value, each.nearest) for each in problems]


def is_silent(report: VenueFileReport) -> bool:
    return not report.problems and not any(row.problems for row in report.rows)


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        check_venue_file(content, known={})
    return str(caught.value).replace("\u00a0", " ")
