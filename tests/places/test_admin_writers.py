"""Two people on one record: the second learns what changed, and nobody loses a word."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client

from places.admin.forms import same
from places.models import Place
from places.services import lifecycle
from tests.factories import CommuneFactory, PlaceFactory
from tests.places.admin_forms import submitted
from tests.places.test_admin import change_url

pytestmark = pytest.mark.django_db


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(name, first_name=name.capitalize()))
    return client


@pytest.fixture
def writers() -> tuple[Client, Client]:
    return signed_in("anna"), signed_in("bruno")


def errors(answer: Any) -> dict[str, list[str]]:
    return {name: list(sentences) for name, sentences in answer.context["adminform"].form.errors.items()}


def both_write(
    writers: tuple[Client, Client], place: Place, first: dict[str, Any], second: dict[str, Any]
) -> tuple[Any, Any]:
    """Both open the form; Anna saves, then Bruno. Returns Bruno's page and answer."""
    url = change_url(place)
    anna, bruno = (client.get(url) for client in writers)
    assert writers[0].post(url, submitted(anna, **first)).status_code == 302
    return bruno, writers[1].post(url, submitted(bruno, **second))


def test_second_writer_learns_who_changed_what(writers: tuple[Client, Client]) -> None:
    place = PlaceFactory(phone="+33353010001", summary="Avant")
    _, answer = both_write(writers, place, {"phone": "+33353010002"}, {"summary": "Après"})
    assert answer.status_code == 200
    told = errors(answer)
    assert set(told) == {"__all__"}
    assert told["__all__"][0].startswith("Anna a modifié cette fiche pendant que vous l'écriviez (")
    said = [line.replace("\xa0", " ") for line in told["__all__"][1:]]
    assert said == ["téléphone : « 03 53 01 00 01 » est devenu « 03 53 01 00 02 »"]
    place.refresh_from_db()
    assert (place.phone, place.summary) == ("+33353010002", "Avant")


def test_second_writer_saves_again_and_both_changes_stand(writers: tuple[Client, Client]) -> None:
    place = PlaceFactory(phone="+33353010001", summary="Avant", services=["leisure"], has_wifi=None)
    first = {
        "phone": "+33353010002",
        "services": ["leisure", "safe_use"],
        "has_wifi": "true",
        "location_lon": "5.17",
    }
    _, answer = both_write(writers, place, first, {"summary": "Après"})
    assert writers[1].post(change_url(place), submitted(answer)).status_code == 302
    place.refresh_from_db()
    assert (place.phone, place.summary, place.has_wifi) == ("+33353010002", "Après", True)
    assert (set(place.services), place.location.x) == ({"leisure", "safe_use"}, 5.17)
    last = place.events.order_by("pgh_id").last()
    assert (last.pgh_context.metadata["user"], last.version) == (User.objects.get(username="bruno").pk, 3)


def test_same_field_keeps_what_was_typed_and_shows_the_other(writers: tuple[Client, Client]) -> None:
    place = PlaceFactory(summary="Avant")
    _, answer = both_write(writers, place, {"summary": "Anna dit"}, {"summary": "Bruno dit"})
    assert errors(answer)["summary"] == [
        "Vous avez tous deux changé ce champ. Dans la fiche : « Anna dit ». Votre saisie est ci-dessous."
    ]
    assert submitted(answer)["summary"] == "Bruno dit"
    writers[1].post(change_url(place), submitted(answer))
    place.refresh_from_db()
    assert place.summary == "Bruno dit"
    assert [event.summary for event in place.events.order_by("pgh_id")] == ["Avant", "Anna dit", "Bruno dit"]


def test_same_change_twice_is_no_conflict_but_is_told(writers: tuple[Client, Client]) -> None:
    place = PlaceFactory(summary="Avant")
    _, answer = both_write(writers, place, {"summary": "Après"}, {"summary": "Après"})
    assert set(errors(answer)) == {"__all__"}


def test_commune_changed_by_the_other_is_taken_over(writers: tuple[Client, Client]) -> None:
    place: Any = PlaceFactory(commune=CommuneFactory(), summary="Avant")
    verdun = CommuneFactory(insee="55545", name="Verdun", postal_codes=["55100"])
    _, answer = both_write(
        writers, place, {"commune": verdun.pk, "location_lon": "", "location_lat": ""}, {"summary": "Après"}
    )
    assert errors(answer)["__all__"][1:] == [
        "code postal : « 55000 » est devenu « 55100 »",
        "commune : « Bar-le-Duc » est devenu « Verdun »",
        "point : « 48.772700, 5.159600 » est devenu «  »",
    ]
    writers[1].post(change_url(place), submitted(answer))
    place.refresh_from_db()
    assert (place.commune, place.insee_code, place.postal_code) == (verdun, "55545", "55100")
    assert (place.location, place.summary) == (None, "Après")


def test_confirmation_meanwhile_disturbs_nobody(writers: tuple[Client, Client]) -> None:
    """It changes no version: the other's form is still right."""
    place = PlaceFactory(summary="Avant")
    page = writers[1].get(change_url(place))
    lifecycle.confirm(records=Place.objects.all(), by=None)
    assert writers[1].post(change_url(place), submitted(page, summary="Après")).status_code == 302
    place.refresh_from_db()
    assert (place.summary, place.confirmed_on is None) == ("Après", False)


def test_third_writer_hears_of_both_others(writers: tuple[Client, Client]) -> None:
    place = PlaceFactory()
    clara = signed_in("clara")
    page = clara.get(change_url(place))
    for client, summary in zip(writers, ("un", "deux"), strict=True):
        client.post(change_url(place), submitted(client.get(change_url(place)), summary=summary))
    answer = clara.post(change_url(place), submitted(page, name="Nouveau nom"))
    assert errors(answer)["__all__"][0].startswith("Anna, Bruno a modifié")
    assert errors(answer)["__all__"][1:] == ["présentation courte : «  » est devenu « deux »"]


@pytest.mark.django_db(transaction=True)
def test_writer_waits_for_the_one_who_is_saving() -> None:
    """The row is locked while the versions are compared: nothing slips between the check and the save."""
    place = PlaceFactory(summary="Avant")
    bruno = signed_in("bruno")
    page = bruno.get(change_url(place))
    answers: list[Any] = []

    def save() -> None:
        answers.append(bruno.post(change_url(place), submitted(page, summary="Bruno dit")))
        connection.close()

    with transaction.atomic():
        Place.objects.filter(pk=place.pk).update(summary="Anna dit")
        thread = threading.Thread(target=save)
        thread.start()
        thread.join(timeout=1.5)
        assert thread.is_alive()
    thread.join(timeout=20)
    assert errors(answers[0])["summary"][0].startswith("Vous avez tous deux changé ce champ.")
    place.refresh_from_db()
    assert place.summary == "Anna dit"


@pytest.mark.parametrize(
    ("field", "one", "other", "is_same"),
    [
        ("services", ["a", "b"], ["b", "a"], True),
        ("emails", ["a", "b"], ["b", "a"], False),
        ("emails", [], None, True),
        ("summary", "", None, True),
        ("has_wifi", False, None, False),
        ("workstations", 0, None, False),
        ("workstations", None, 0, False),
    ],
)
def test_values_that_say_the_same(field: str, one: Any, other: Any, *, is_same: bool) -> None:
    assert same(Place._meta.get_field(field), one, other) is is_same
