"""What is decided otherwise than a correction: new places, merges, reports, photos, claims."""

import re

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from places.enums import PhotoStatus, ProposalKind, ReportTopic, Status
from places.models import DistinctPair, Place
from tests.factories import (
    CommuneFactory,
    PhotoFactory,
    PlaceFactory,
    ProposalFactory,
)
from tests.frontend.moderation import address, press, stored, text_of

pytestmark = pytest.mark.django_db


def test_new_place_beside_the_one_it_resembles(moderator: Client) -> None:
    commune = CommuneFactory()
    known = PlaceFactory(
        name="Médiathèque de Stenay", commune=commune, location=Point(5.1597, 48.7728, srid=4326)
    )
    proposal = ProposalFactory(new_place=True)
    text = text_of(moderator.get(address(proposal)))
    assert (f'value="same:{known.pk}"' in text, f'name="distinct" value="{known.pk}"' in text) == (True, True)
    names = list(proposal.fields)
    press(moderator, proposal, "accept", take=names, distinct=[str(known.pk)])
    made = stored(proposal).place
    assert made is not None
    assert (made.status, made.name) == (Status.PUBLISHED, "Médiathèque de Stenay")
    pair = DistinctPair.objects.get()
    assert {pair.first_id, pair.second_id} == {made.pk, known.pk}


def test_new_place_kept_as_a_draft(moderator: Client) -> None:
    CommuneFactory()
    proposal = ProposalFactory(new_place=True)
    press(moderator, proposal, "accept", take=list(proposal.fields), draft="yes")
    assert Place.objects.get().status == Status.DRAFT


def test_not_a_duplicate_is_remembered(moderator: Client) -> None:
    commune = CommuneFactory()
    place = PlaceFactory(name="Mairie connectée", commune=commune)
    twin = PlaceFactory(name="Mairie connectée", commune=commune)
    proposal = ProposalFactory(place=place)
    assert f'value="distinct:{twin.pk}"' in text_of(moderator.get(address(proposal)))
    press(moderator, proposal, f"distinct:{twin.pk}")
    assert DistinctPair.objects.count() == 1
    assert str(twin.pk) not in text_of(moderator.get(address(proposal)))
    assert press(moderator, proposal, f"distinct:{place.pk}").status_code == 422


def test_merge_that_is_none_is_refused_and_remembered(moderator: Client) -> None:
    place, twin = PlaceFactory(), PlaceFactory()
    proposal = ProposalFactory(kind=ProposalKind.MERGE, place=place, duplicate=twin, fields={}, base={})
    press(moderator, proposal, f"distinct:{twin.pk}")
    assert (stored(proposal).status, DistinctPair.objects.count()) == ("refused", 1)
    assert "deux lieux différents" in stored(proposal).reason


def test_report_mends_the_record_by_the_way(moderator: Client) -> None:
    proposal = ProposalFactory(report=True, topic=ReportTopic.WRONG_HOURS)
    hours = proposal.place.opening_hours
    page = moderator.get(address(proposal)).content.decode()
    assert f'value="{hours}"' in page
    more = {"edit-opening_hours-shown": "1", "edit-opening_hours": "We 14:00-18:00"}
    press(moderator, proposal, "accept", **more)
    assert (stored(proposal).status, Place.objects.get().opening_hours) == ("accepted", "We 14:00-18:00")


def test_report_shows_what_the_record_says_about_its_object(moderator: Client) -> None:
    place = PlaceFactory(opening_hours="Mo-Fr 09:00-12:00; PH off", opening_hours_note="")
    page = address(ProposalFactory(report=True, topic=ReportTopic.WRONG_HOURS, place=place))
    text = text_of(moderator.get(page)).replace("\xa0", " ")
    facts = re.findall(r"<dt>([^<]*)</dt> <dd>(.*?)</dd>", text[text.index("Ce que dit la fiche") :])
    said = [(label, re.findall(r">([^<>]+)</p>", lines)) for label, lines in facts[:2]]
    assert said == [
        (
            "Horaires",
            ["Du lundi au vendredi : 9 h – 12 h", "Samedi et dimanche : fermé", "Fermé les jours fériés"],
        ),
        ("Précision sur les horaires", ["rien"]),
    ]
    # Of other kinds, the difference says it.
    assert "Ce que dit la fiche" not in text_of(moderator.get(address(ProposalFactory())))


def test_merge_says_how_far_apart_the_two_are(moderator: Client) -> None:
    """One hundredth of a degree of latitude at 48.77° is 1,112 m on the spheroid."""
    near, far = (PlaceFactory(location=Point(5.16, 48.77 + up, srid=4326)) for up in (0, 0.01))
    page = address(ProposalFactory(kind=ProposalKind.MERGE, place=near, duplicate=far, fields={}, base={}))
    assert "Ils sont à 1,1 km l'un de l'autre." in text_of(moderator.get(page)).replace("\xa0", " ")
    assert "serait fermé et mènerait à" in text_of(moderator.get(page))
    assert f"{reverse('moderation-merge')}?garder=" in text_of(moderator.get(page))
    Place.objects.filter(pk=far.pk).update(location=None)
    assert "l'un de l'autre" not in text_of(moderator.get(page))


def test_merge_that_was_decided_says_what_is(moderator: Client) -> None:
    place, twin = PlaceFactory(), PlaceFactory()
    proposal = ProposalFactory(kind=ProposalKind.MERGE, place=place, duplicate=twin, fields={}, base={})
    press(moderator, proposal, "accept")
    text = text_of(moderator.get(address(proposal))).replace("\xa0", " ")
    assert f"« {twin} » est fermé et mène à « {place} »." in text
    assert f"{reverse('moderation-merge')}?garder=" not in text


def test_report_closes_the_place_on_a_date(moderator: Client) -> None:
    proposal = ProposalFactory(report=True)
    day = timezone.localdate().isoformat()
    press(moderator, proposal, "accept", **{"edit-closed_on-shown": "1", "edit-closed_on": day})
    place = Place.objects.get()
    assert (place.status, place.closed_on) == (Status.CLOSED, timezone.localdate())


def test_report_without_correction_changes_nothing(moderator: Client) -> None:
    proposal = ProposalFactory(report=True)
    before = Place.objects.values().get()
    press(moderator, proposal, "accept")
    assert (stored(proposal).status, Place.objects.values().get()) == ("accepted", before)


def test_photo_is_shown_to_moderators_alone_and_published_when_ticked(moderator: Client) -> None:
    proposal = ProposalFactory()
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    preview = reverse("moderation-photo", args=[photo.pk])
    assert preview in text_of(moderator.get(address(proposal)))
    answer = moderator.get(preview)
    assert (answer.content, answer["Content-Type"], "no-store" in answer["Cache-Control"]) == (
        b"RIFF-full-WEBP",
        "image/webp",
        True,
    )
    assert moderator.get(preview + "?size=small").content == b"RIFF-thumbnail-WEBP"
    press(moderator, proposal, "accept", take=["phone"])
    photo.refresh_from_db()
    assert (photo.status, stored(proposal).status) == (PhotoStatus.REMOVED, "partly_accepted")
    assert moderator.get(preview).status_code == 404


def test_claim_and_closure_are_decided_as_a_whole(moderator: Client) -> None:
    closure = ProposalFactory(
        kind=ProposalKind.TEMPORARY_CLOSURE,
        fields={"starts_on": "2030-07-01", "ends_on": "2030-07-09", "reason": "Travaux"},
        base={},
    )
    page = moderator.get(address(closure)).content.decode()
    assert ('name="take"' in page, "1 juillet 2030" in text_of(moderator.get(address(closure)))) == (
        False,
        True,
    )
