"""What is forgotten by itself: just before its time and just after, and never twice."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.management import call_command
from django.db.models import Model
from django.test import Client, override_settings
from django.utils import timezone

from places.enums import PhotoStatus, ProposalKind, ProposalStatus
from places.history import event_model
from places.models import ApiKey, Decision, Invitation, Photo, Place, Proposal, ProposalMessage
from places.privacy.forget import forget
from tests import factories

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MARK = "marqueur-prive"


def shift(row: Model, **times: Any) -> None:
    """Writes dates that the models set by themselves."""
    type(row)._default_manager.filter(pk=row.pk).update(**times)


def decided(status: ProposalStatus, at: Any, **values: Any) -> Proposal:
    """A decided proposal full of private words."""
    proposal: Proposal = factories.ProposalFactory(
        status=status,
        decided_at=at,
        author_name=MARK,
        email=f"{MARK}@exemple.fr",
        comment=MARK,
        reason=MARK,
        network="192.0.2.0/24",
        fields={"phone": "+33329450001", "contact_name": MARK},
        base={"phone": "+33329450000", "contact_name": ""},
        **values,
    )
    factories.ProposalMessageFactory(proposal=proposal, text=MARK)
    Decision.objects.create(
        proposal=proposal,
        verdict="accept",
        before={"phone": "+33329450000", "contact_name": ""},
        after={"phone": "+33329450001", "contact_name": MARK},
        reason=MARK,
        previous_status=ProposalStatus.PENDING,
    )
    return proposal


def months(setting: str) -> Any:
    return NOW - relativedelta(months=getattr(settings, setting))


@pytest.mark.parametrize(
    ("status", "setting"),
    [
        (ProposalStatus.ACCEPTED, "PROPOSALS_KEPT_MONTHS"),
        (ProposalStatus.PARTLY_ACCEPTED, "PROPOSALS_KEPT_MONTHS"),
        (ProposalStatus.REFUSED, "REFUSED_PROPOSALS_KEPT_MONTHS"),
    ],
)
def test_author_of_decided_proposal(status: ProposalStatus, setting: str) -> None:
    user = factories.UserFactory()
    due = decided(status, months(setting) - timedelta(minutes=1), user=user)
    young = decided(status, months(setting) + timedelta(minutes=1))
    assert "1" in forget(NOW)
    due.refresh_from_db()
    values = {name: due.__dict__[name] for name in ("email", "author_name", "network", "comment", "reason")}
    assert values == dict.fromkeys(values, "")
    assert (due.secret_hash, due.code_hash, due.messages.count()) == ("", "", 0)
    # What was decided stays true, and so does the number of the account.
    decision = due.decisions.get()
    assert (due.fields, due.base) == ({"phone": "+33329450001"}, {"phone": "+33329450000"})
    assert (decision.before, decision.after) == (due.base, due.fields)
    assert (decision.reason, due.status, due.user) == ("", status, user)
    assert due.forgotten_at is not None
    young.refresh_from_db()
    assert (young.email, young.messages.count()) == (f"{MARK}@exemple.fr", 1)


def test_nothing_private_is_left_in_the_rows() -> None:
    due = decided(ProposalStatus.REFUSED, months("PROPOSALS_KEPT_MONTHS"))
    forget(NOW)
    for model in (Proposal, Decision, ProposalMessage):
        assert MARK not in str(list(model._default_manager.values()))
    assert Proposal.objects.filter(pk=due.pk).exists()


def test_withdrawn_proposal_by_its_last_change() -> None:
    old, young = (
        factories.ProposalFactory(status=ProposalStatus.WITHDRAWN, author_name=MARK) for _ in range(2)
    )
    shift(old, updated_at=months("REFUSED_PROPOSALS_KEPT_MONTHS") - timedelta(minutes=1))
    forget(NOW)
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.author_name, young.author_name) == ("", MARK)


def test_unverified_proposal_goes_with_its_photo() -> None:
    proposals = [factories.ProposalFactory(unverified=True) for _ in range(2)]
    for proposal in proposals:
        factories.PhotoFactory(proposal=proposal, place=proposal.place, status=PhotoStatus.PENDING)
    limit = NOW - timedelta(days=settings.UNVERIFIED_PROPOSALS_KEPT_DAYS)
    shift(proposals[0], created_at=limit - timedelta(minutes=1))
    shift(proposals[1], created_at=limit + timedelta(minutes=1))
    forget(NOW)
    assert list(Proposal.objects.all()) == [proposals[1]]
    assert [photo.proposal for photo in Photo.objects.all()] == [proposals[1]]


def test_open_proposal_keeps_its_author_but_not_its_network() -> None:
    old = factories.ProposalFactory(network="192.0.2.0/24", author_name=MARK)
    young = factories.ProposalFactory(network="2001:db8::/48")
    shift(old, created_at=NOW - timedelta(days=settings.NETWORKS_KEPT_DAYS, minutes=1))
    forget(NOW)
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.network, old.author_name, young.network) == ("", MARK, "2001:db8::/48")


def test_photos_that_nobody_will_see() -> None:
    late = NOW - timedelta(days=settings.UNUSED_PHOTOS_KEPT_DAYS, minutes=1)

    def photo(photo_status: PhotoStatus, **proposal: Any) -> Photo:
        made = factories.ProposalFactory(kind=ProposalKind.PHOTO, fields={}, base={}, **proposal)
        picture: Photo = factories.PhotoFactory(proposal=made, place=made.place, status=photo_status)
        shift(picture, created_at=late)
        return picture

    photo(PhotoStatus.PENDING, status=ProposalStatus.REFUSED, decided_at=late)
    photo(PhotoStatus.PENDING, status=ProposalStatus.WITHDRAWN)
    photo(PhotoStatus.REMOVED, status=ProposalStatus.REFUSED, decided_at=late)
    kept = [
        photo(PhotoStatus.PENDING),
        photo(PhotoStatus.PENDING, status=ProposalStatus.REFUSED, decided_at=NOW),
        photo(PhotoStatus.REMOVED, status=ProposalStatus.REFUSED, decided_at=NOW),
        photo(PhotoStatus.PUBLISHED, status=ProposalStatus.ACCEPTED, decided_at=late),
    ]
    forget(NOW)
    assert set(Photo.objects.all()) == set(kept)


def test_invitations_that_served_or_ended() -> None:
    late = NOW - timedelta(days=settings.INVITATIONS_KEPT_DAYS, minutes=1)
    for over in ({"accepted_at": late}, {"revoked_at": late}, {"expires_at": late}):
        factories.InvitationFactory(**over)
    kept = {factories.InvitationFactory(), factories.InvitationFactory(revoked_at=NOW)}
    forget(NOW)
    assert set(Invitation.objects.all()) == kept


def test_keys_long_switched_off() -> None:
    late = months("ENDED_KEYS_KEPT_MONTHS") - timedelta(minutes=1)
    factories.ApiKeyFactory(revoked_at=late)
    factories.ApiKeyFactory(expires_at=late)
    needed = factories.ApiKeyFactory(revoked_at=late)
    factories.ProposalFactory(api_key=needed, email="")
    kept = {needed, factories.ApiKeyFactory(), factories.ApiKeyFactory(revoked_at=NOW)}
    forget(NOW)
    assert set(ApiKey.objects.all()) == kept


def test_second_run_finds_nothing() -> None:
    decided(ProposalStatus.ACCEPTED, months("PROPOSALS_KEPT_MONTHS") - timedelta(minutes=1))
    before = Proposal.objects.get().updated_at
    assert forget(NOW) == "Oubliés : auteurs de propositions acceptées : 1."
    assert forget(NOW) == "Rien à oublier."
    assert Proposal.objects.get().updated_at == before


def test_is_part_of_the_daily_work() -> None:
    assert "places.privacy.forget.forget" in {path for _, path, _ in settings.DAILY_WORK}


def test_command_says_what_it_did() -> None:
    said = StringIO()
    call_command("forget", stdout=said)
    assert said.getvalue() == "Rien à oublier.\n"


# --- contacts that name a person ------------------------------------------------------------------------------------


def contact(**values: str) -> dict[str, str]:
    named = {"contact_name": "Marie Lagarde", "contact_email": "marie.lagarde@exemple.fr"}
    return {**named, "contact_phone": "+33612345678", **values}


def test_contact_goes_from_record_history_and_proposals() -> None:
    place = factories.PlaceFactory(**contact())
    Place.objects.filter(pk=place.pk).update(summary="une version de plus")
    other = factories.PlaceFactory(**contact(contact_name="Paul Autre", contact_email="paul@exemple.fr"))
    proposal = factories.ProposalFactory(place=place, fields={"phone": "+33329450001", **contact()}, base={})
    decision = factories.DecisionFactory(proposal__place=place, before=contact(), after={"contact_name": ""})
    said = StringIO()
    call_command("forget", contact="marie lagarde", stdout=said)
    # The record, its three versions with the name, one proposal, one decision.
    assert said.getvalue().startswith("Contact effacé, versions réécrites : ")
    rows = [*Place.objects.filter(pk=place.pk).values(), *event_model(Place)._default_manager.values()]
    proposal.refresh_from_db()
    decision.refresh_from_db()
    told = f"{rows} {proposal.fields} {decision.before}"
    assert "Lagarde" not in told
    assert "lagarde" not in told
    assert "+33612345678" not in str([row for row in rows if row.get("pgh_obj_id", place.pk) == place.pk])
    assert proposal.fields == {"phone": "+33329450001"}
    other.refresh_from_db()
    assert (other.contact_name, other.contact_phone) == ("Paul Autre", "+33612345678")
    assert event_model(Place)._default_manager.filter(contact_name="Paul Autre").count() == 1


def test_contact_by_address_and_nobody_for_an_empty_name() -> None:
    place = factories.PlaceFactory(**contact())
    call_command("forget", contact="  ", stdout=StringIO())
    place.refresh_from_db()
    assert place.contact_name == "Marie Lagarde"
    call_command("forget", contact="MARIE.LAGARDE@exemple.fr", stdout=StringIO())
    place.refresh_from_db()
    assert (place.contact_name, place.contact_email, place.contact_phone) == ("", "", "")


# --- the document ---------------------------------------------------------------------------------------------------


def test_document_tells_the_numbers_of_the_settings() -> None:
    text = (Path(__file__).parents[3] / "docs" / "privacy.md").read_text(encoding="utf-8")
    told = re.findall(
        r"^\|[^|]*\|[^|]*\| (\d+) (days|months)[^|]*\| `([A-Z_]+_KEPT_(?:DAYS|MONTHS))` \|$",
        text,
        re.MULTILINE,
    )
    assert {name: int(number) for number, _, name in told} == {
        name: getattr(settings, name)
        for name in dir(settings)
        if re.fullmatch(r"[A-Z_]+_KEPT_(DAYS|MONTHS)", name)
    }
    assert all(name.endswith(unit.upper()) for _, unit, name in told)


def test_legal_page_tells_the_numbers_of_the_settings(client: Client) -> None:
    numbers = {
        "UNVERIFIED_PROPOSALS_KEPT_DAYS": 71,
        "PROPOSALS_KEPT_MONTHS": 72,
        "REFUSED_PROPOSALS_KEPT_MONTHS": 73,
        "NETWORKS_KEPT_DAYS": 74,
    }
    with override_settings(**numbers):
        page = client.get("/mentions-legales/").content.decode()
    assert [
        number for number in numbers.values() if f"{number} jours" in page or f"{number} mois" in page
    ] == [*numbers.values()]
