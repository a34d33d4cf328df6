"""The probes: alive without a database, ready with one, and honest when it is not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from places.models import Place
from tests.factories import PlaceFactory, WifiPointFactory


def test_alive_without_database(client: Client) -> None:
    """No database mark: a query would fail the test."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_and_empty(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "reasons": [],
        "data": {"last_edit": None, "last_edit_age_s": None, "last_import": None},
        "post": {"oldest_waiting_mail_age_s": None, "worker_seen_age_s": None},
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_tells_the_newest_edit(client: Client) -> None:
    WifiPointFactory()
    place = PlaceFactory()
    Place.objects.filter(pk=place.pk).update(name="Médiathèque")
    place.refresh_from_db()
    data = client.get("/readyz").json()["data"]
    assert parse_datetime(data["last_edit"]) == place.updated_at
    age = timezone.now() - place.updated_at
    assert timedelta(seconds=data["last_edit_age_s"]) <= age


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("places", "0001_extensions")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "not_ready", "reasons": ["migration_pending:places.0001_extensions"]}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probe_takes_reading_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_age_of_the_data_is_read_from_an_index() -> None:
    """One line of each index, whatever the size of the tables."""
    indexed = {tuple(index.fields)[:1] for index in Place._meta.indexes}
    assert ("updated_at",) in indexed
