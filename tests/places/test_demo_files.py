"""The demonstration set itself: complete, plausible, and told apart from real data."""

import re
import tomllib
from collections import Counter
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.gis.db.models.functions import Distance
from django.db.models import TextChoices

from places import enums
from places.hours import parse_hours
from places.models import Place, TemporaryClosure, WifiPoint
from places.services.demo import load_demo
from places.services.demo_files import demo_id
from places.services.reference import load_reference
from places.services.slugs import slug_base

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
DEMO = FIXTURES / "demo"
TODAY = date(2027, 2, 9)
# Numbers that the regulator (ARCEP) keeps for fiction, in the north-east.
FICTION = re.compile(r"\+3335301\d{4}")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The set, loaded once for the module and taken away afterwards."""
    with django_db_blocker.unblock():
        from django.db import connection, transaction  # noqa: PLC0415 - needs the database of the tests

        with transaction.atomic():
            load_reference(FIXTURES / "reference")
            load_demo(DEMO, today=TODAY)
            yield
            connection.set_rollback(True)


def values(field: str) -> Counter[str]:
    return Counter(chain.from_iterable(Place.objects.values_list(field, flat=True)))


def test_counts() -> None:
    statuses = Counter(Place.objects.values_list("status", flat=True))
    assert statuses == {"published": 68, "draft": 2, "closed": 1}
    assert Counter(WifiPoint.objects.values_list("setting", flat=True)) == {"indoor": 14, "outdoor": 13}
    assert WifiPoint.objects.filter(place=None).count() == 13
    assert TemporaryClosure.objects.count() == 1


def test_everything_is_marked_as_demonstration() -> None:
    for model in (Place, WifiPoint):
        assert not model.objects.exclude(is_demo=True, source_name="Démonstration").exists()


def test_every_record_is_valid() -> None:
    for record in chain(Place.objects.all(), WifiPoint.objects.all(), TemporaryClosure.objects.all()):
        record.full_clean()


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("kinds", enums.PlaceKind),
        ("families", enums.ThirdPlaceFamily),
        ("services", enums.Service),
        ("audiences", enums.Audience),
        ("special_support", enums.SpecialSupport),
        ("fees", enums.Fee),
        ("national_programmes", enums.NationalProgramme),
        ("training_labels", enums.TrainingLabel),
        ("access_modes", enums.AccessMode),
        ("support_modes", enums.SupportMode),
        ("mobility", enums.Mobility),
        ("admission_periods", enums.SchoolPeriod),
    ],
)
def test_every_code_of_a_list_is_used(field: str, codes: type[TextChoices]) -> None:
    assert set(values(field)) == set(codes.values)


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("status", enums.Status),
        ("host_kind", enums.HostKind),
        ("management_mode", enums.ManagementMode),
        ("admission", enums.AdmissionRule),
        ("wheelchair", enums.WheelchairAccess),
    ],
)
def test_every_code_of_a_choice_is_used(field: str, codes: type[TextChoices]) -> None:
    assert set(Place.objects.values_list(field, flat=True)) - {""} == set(codes.values)


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("access", enums.WifiAccess),
        ("state", enums.WifiState),
        ("state_origin", enums.StateOrigin),
        ("setting", enums.WifiSetting),
    ],
)
def test_every_code_of_wifi_is_used(field: str, codes: type[TextChoices]) -> None:
    assert set(WifiPoint.objects.values_list(field, flat=True)) == set(codes.values)


def test_every_provenance_of_points_is_used() -> None:
    for field, codes in [
        ("location_origin", enums.LocationOrigin),
        ("location_precision", enums.LocationPrecision),
    ]:
        used = set(Place.objects.values_list(field, flat=True)) | set(
            WifiPoint.objects.values_list(field, flat=True)
        )
        assert used == set(codes.values)
    assert Place.objects.filter(location_score__lt=0.7).count() >= 2
    assert Place.objects.filter(location=None).count() >= 2


@pytest.mark.parametrize("model", [Place, WifiPoint])
def test_every_point_lies_in_its_commune(model: type[Place]) -> None:
    """Within its outline, or by less than 300 metres: the outlines are simplified."""
    located = model.objects.exclude(location=None).annotate(away=Distance("commune__outline", "location"))
    astray = {record.slug: round(record.away.m) for record in located if record.away.m > 300}
    assert astray == {}


def test_communes_are_of_the_meuse_and_many() -> None:
    codes = set(Place.objects.values_list("insee_code", flat=True))
    assert len(codes) >= 26
    assert {code[:2] for code in codes} == {"55"}
    for place in Place.objects.select_related("commune"):
        assert place.commune is not None
        assert place.postal_code in place.commune.postal_codes
        assert place.commune_name == place.commune.name


def test_contacts_belong_to_nobody() -> None:
    for place in Place.objects.all():
        assert not place.phone or FICTION.fullmatch(place.phone), place.slug
        assert all(email.endswith("@exemple.fr") for email in place.emails), place.slug
        pages = [*place.websites, place.appointment_url, place.accesslibre_url]
        assert all(page.startswith("https://exemple.invalid/") for page in filter(None, pages)), place.slug
        assert (place.contact_name, place.contact_email, place.contact_phone) == ("", "", "")
        # No company has a SIREN that starts with five zeros.
        assert not place.siret or place.siret.startswith("00005"), place.slug
        assert not place.rna or place.rna.startswith("W000000"), place.slug


@pytest.mark.parametrize("field", ["name", "address", "phone", "summary", "description"])
def test_nothing_is_said_twice(field: str) -> None:
    said = Counter(f"{value}|{insee}" if field == "address" else value for value, insee in filled(field))
    assert [text for text, times in said.items() if times > 1] == []


def filled(field: str) -> list[tuple[str, str]]:
    return list(Place.objects.exclude(**{field: ""}).values_list(field, "insee_code"))


def test_texts_are_complete_and_well_set() -> None:
    """Two or three sentences each, no-break spaces where French wants them, short summaries short."""
    for place in Place.objects.all():
        sentences = re.findall(r"[.!?](?:\s|$)", place.description)
        assert 2 <= len(sentences) <= 4, place.slug
        for text in (place.summary, place.description, place.opening_hours_note, place.access_note):
            assert not re.search(r" [:;?!»]|« ", text), place.slug


def test_hours_are_varied_and_read() -> None:
    texts = [text for text in Place.objects.values_list("opening_hours", flat=True) if text]
    assert all(parse_hours(text) for text in texts)
    assert len(set(texts)) > 55
    for pattern in (
        r"PH off",
        r"\[\d",
        r"\[-1\]",
        r"Apr-Sep",
        r"[A-Z][a-z]{2} \d\d-[A-Z][a-z]{2} \d\d off",
        r"24:00",
    ):
        everywhere = texts + list(Place.objects.values_list("mediator_hours", flat=True))
        assert any(re.search(pattern, text) for text in everywhere), pattern


def test_some_hours_are_unknown() -> None:
    unknown = Place.objects.published().filter(opening_hours="")
    assert unknown.count() >= 2
    assert unknown.exclude(opening_hours_received="").count() == 1


def open_places(at: datetime) -> int:
    texts = Place.objects.published().exclude(opening_hours="").values_list("opening_hours", flat=True)
    parsed = [parse_hours(text) for text in texts]
    return sum(hours.is_open(at) for hours in parsed if hours is not None)


def test_enough_is_open_on_a_tuesday_morning_and_nothing_at_night() -> None:
    assert open_places(datetime(2027, 2, 9, 10, 0)) >= 30  # noqa: DTZ001 - wall time in Paris
    assert open_places(datetime(2027, 2, 9, 3, 0)) == 0  # noqa: DTZ001
    # Christmas: the coworking place that says so, and nobody else.
    assert open_places(datetime(2026, 12, 25, 10, 0)) == 1  # noqa: DTZ001


def test_one_place_is_closed_on_the_day_of_loading() -> None:
    closure = TemporaryClosure.objects.get()
    assert closure.starts_on < TODAY < closure.ends_on
    assert closure.place.status == enums.Status.PUBLISHED


def test_indoor_wifi_stands_where_its_host_stands() -> None:
    for wifi in WifiPoint.objects.exclude(place=None).select_related("place"):
        assert wifi.place is not None
        assert (wifi.location, wifi.commune_id) == (wifi.place.location, wifi.place.commune_id)


def test_ids_follow_from_the_keys() -> None:
    keys = {
        key
        for path in (*DEMO.glob("places-*.toml"), DEMO / "wifi-points.toml")
        for key in tomllib.loads(path.read_text(encoding="utf-8"))
        if key != "defaults"
    }
    records = {
        **dict(Place.objects.values_list("slug", "id")),
        **dict(WifiPoint.objects.values_list("slug", "id")),
    }
    assert records == {key: demo_id(key) for key in keys}
    assert str(demo_id("la-filature-bar-le-duc")) == "6ec15907-f837-5984-9fb0-db9353eeeacf"


def test_slugs_are_those_that_a_form_would_make() -> None:
    records: list[Any] = [*Place.objects.all(), *WifiPoint.objects.all()]
    for record in records:
        assert record.slug == slug_base(record.name, record.commune_name)
