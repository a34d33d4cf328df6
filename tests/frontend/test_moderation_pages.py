"""The desk's other pages: merging two places, canned reasons, lost mails, the morning's digest, the demonstration."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from frontend.moderation.digest import send_digest
from frontend.moderation.merging import followers
from mapservice.accounts.permissions import Role
from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from places.enums import ProposalKind, ProposalStatus, Status
from places.models import AuditEntry, CannedReason, Decision, DistinctPair, Place, Proposal
from places.services.demo import load_demo
from places.services.demo_files import InvalidDemoError
from places.services.demo_proposals import load_demo_proposals
from places.services.reference import load_reference
from tests.factories import (
    ClosureFactory,
    CommuneFactory,
    PlaceFactory,
    ProposalFactory,
    StopFactory,
    WifiPointFactory,
)
from tests.frontend.moderation import address, signed_in, text_of

pytestmark = pytest.mark.django_db

DEMO = Path(settings.BASE_DIR) / "fixtures" / "demo"


@pytest.fixture
def moderator() -> Client:
    return signed_in(Role.MODERATOR, email="moderation@exemple.fr")


def merge_page(keep: Place, drop: Place, query: str = "") -> str:
    return reverse("moderation-merge") + f"?garder={keep.pk}&fermer={drop.pk}{query}"


# --- merging --------------------------------------------------------------------------------------------------------


@pytest.fixture
def two() -> tuple[Place, Place]:
    keep = PlaceFactory(name="Mairie", phone="+33329450000", location=Point(5.16, 48.77, srid=4326))
    drop = PlaceFactory(name="Mairie annexe", phone="+33329450001", access_note="Par la cour")
    return keep, drop


def test_both_are_found_one_after_the_other(moderator: Client, two: tuple[Place, Place]) -> None:
    keep, drop = two
    page = reverse("moderation-merge")
    closed = PlaceFactory(name="Mairie fermée", status=Status.CLOSED, closed_on=date(2026, 1, 1))
    first = moderator.get(page + "?q=mairie").content.decode()
    assert (f"?garder={keep.pk}" in first, f"?garder={closed.pk}" in first) == (True, False)
    second = moderator.get(page + f"?garder={keep.pk}&q=mairie").content.decode()
    assert f"?garder={keep.pk}&amp;fermer={drop.pk}" in second
    assert f"fermer={keep.pk}" not in second
    for query in ("?garder=oops&fermer=%00", f"?garder={keep.pk}&fermer={keep.pk}", "?q=%00"):
        assert moderator.get(page + query).status_code == 200


def test_what_follows_is_counted(two: tuple[Place, Place]) -> None:
    _keep, drop = two
    WifiPointFactory(place=drop)
    StopFactory(place=drop)
    ClosureFactory(place=drop)
    ProposalFactory(place=drop)
    told = {one.label: one.count for one in followers(drop)}
    assert told == {"Bornes Wi-Fi": 1, "Arrêts": 1, "Fermetures temporaires": 1, "Propositions": 1}


def test_fields_that_differ_are_picked_and_the_rest_is_silent(
    moderator: Client, two: tuple[Place, Place]
) -> None:
    keep, drop = two
    text = text_of(moderator.get(merge_page(keep, drop)))
    picks = re.findall(r'name="pick-(\w+)" value="(\w+)" checked', text)
    assert sorted(picks) == [
        ("access_note", "drop"),
        ("location", "keep"),
        ("name", "keep"),
        ("phone", "keep"),
    ]
    answer = moderator.post(
        merge_page(keep, drop), {"do": "merge", "pick-phone": "drop", "pick-name": "oops"}
    )
    decision = Decision.objects.get()
    assert answer["Location"] == reverse("moderation") + f"?done={decision.pk}"
    kept, closed = Place.objects.get(pk=keep.pk), Place.objects.get(pk=drop.pk)
    assert (kept.phone, kept.name, kept.access_note, closed.status) == (
        "+33329450001",
        "Mairie",
        "Par la cour",
        Status.CLOSED,
    )
    assert moderator.get(drop.get_absolute_url())["Location"] == keep.get_absolute_url()
    moderator.post(reverse("moderation-undo", args=[decision.pk]))
    assert Place.objects.get(pk=drop.pk).status == Status.PUBLISHED


def test_merge_decides_on_the_proposal_it_came_from(moderator: Client, two: tuple[Place, Place]) -> None:
    keep, drop = two
    proposal = ProposalFactory(kind=ProposalKind.MERGE, place=keep, duplicate=drop, fields={}, base={})
    link = merge_page(keep, drop, f"&proposition={proposal.pk}")
    assert link.replace("&", "&amp;") in moderator.get(address(proposal)).content.decode()
    moderator.post(link, {"do": "merge"})
    assert Proposal.objects.get().status == ProposalStatus.ACCEPTED
    # A second moderator is told, and nothing is written twice.
    answer = signed_in(Role.MODERATOR, "second").post(link, {"do": "merge"})
    assert (answer.status_code, Decision.objects.count()) == (409, 1)


def test_two_places_told_apart(moderator: Client, two: tuple[Place, Place]) -> None:
    moderator.post(merge_page(*two), {"do": "distinct"})
    assert (DistinctPair.objects.count(), Decision.objects.count()) == (1, 0)
    assert Place.objects.filter(status=Status.PUBLISHED).count() == 2


# --- canned reasons -------------------------------------------------------------------------------------------------


def test_reasons_are_added_edited_and_put_away(moderator: Client) -> None:
    page = reverse("moderation-reasons")
    values = {
        "use": "refusal",
        "label": "Trop <b>loin</b>",
        "text": "C'est hors du département.",
        "rank": "1",
    }
    moderator.post(page, {**values, "is_active": "on"})
    reason = CannedReason.objects.get(label="Trop <b>loin</b>")
    assert "Trop &lt;b&gt;loin&lt;/b&gt;" in moderator.get(page).content.decode()
    proposal = ProposalFactory()
    assert f'value="refuse:{reason.pk}"' in moderator.get(address(proposal)).content.decode()
    moderator.post(reverse("moderation-reason", args=[reason.pk]), {**values, "label": "Hors zone"})
    assert f'value="refuse:{reason.pk}"' not in moderator.get(address(proposal)).content.decode()
    assert [entry.details["label"] for entry in AuditEntry.objects.order_by("pk")] == [
        "Trop <b>loin</b>",
        "Hors zone",
    ]


@pytest.mark.parametrize(
    "values", [{"label": ""}, {"text": ""}, {"use": "oops"}, {"rank": "-1"}, {"text": "x" * 2001}]
)
def test_reason_that_cannot_be_kept_says_why(moderator: Client, values: dict[str, Any]) -> None:
    before = CannedReason.objects.count()
    good = {"use": "refusal", "label": "Loin", "text": "Trop loin.", "rank": "1"}
    answer = moderator.post(reverse("moderation-reasons"), {**good, **values})
    assert (answer.status_code, "desk-field__error" in text_of(answer)) == (422, True)
    assert CannedReason.objects.count() == before


# --- mails ----------------------------------------------------------------------------------------------------------


def failed_mail(**values: Any) -> OutgoingMail:
    known = {
        "to": "a@exemple.fr",
        "subject": "Votre proposition",
        "template": "t",
        "language": "fr",
        "body": "Texte",
    }
    return OutgoingMail.objects.create(
        **{**known, **values}, state=MailState.FAILED, last_error="550 <b>non</b>"
    )


def test_lost_mails_are_shown_and_sent_again(moderator: Client) -> None:
    proposal = ProposalFactory()
    first, second = failed_mail(about=f"proposal:{proposal.pk}"), failed_mail(about="proposal:oops")
    page = moderator.get(reverse("moderation-mails")).content.decode()
    assert ("550 &lt;b&gt;non&lt;/b&gt;" in page, f'href="{address(proposal)}"' in page) == (True, True)
    moderator.post(reverse("moderation-mails"), {"mail": str(first.pk)})
    trace = AuditEntry.objects.get(action="retry_mails")
    assert (trace.user, trace.details) == (User.objects.get(username="moderator"), {"mails": [str(first.pk)]})
    assert list(OutgoingMail.objects.filter(state=MailState.FAILED)) == [second]
    moderator.post(reverse("moderation-mails"))
    assert OutgoingMail.objects.filter(state=MailState.WAITING).count() == 2


def test_mail_whose_text_is_gone_cannot_leave(moderator: Client) -> None:
    failed_mail(body="")
    answer = moderator.post(reverse("moderation-mails"), follow=True)
    assert "a déjà été effacé" in text_of(answer)
    assert OutgoingMail.objects.get().state == MailState.FAILED


# --- the digest -----------------------------------------------------------------------------------------------------


def test_digest_tells_each_moderator_once_a_day(moderator: Client) -> None:
    signed_in(Role.PLANNER, email="planning@exemple.fr")
    signed_in(Role.MODERATOR, "sans-adresse")
    away = User.objects.get(username="sans-adresse")
    signed_in(Role.MODERATOR, "parti", email="parti@exemple.fr")
    User.objects.filter(username="parti").update(is_active=False)
    old = ProposalFactory(
        place=PlaceFactory(name="Médiathèque"), author_name="Camille Secrète", assigned_to=away
    )
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=9))
    ProposalFactory(report=True)
    failed_mail()
    assert send_digest(date(2026, 11, 25)) == "2 waiting, 1 mails failed, 1 mails queued"
    mail = OutgoingMail.objects.get(template="frontend/moderation/mail/digest")
    body = mail.body.replace("\u00a0", " ")
    assert (mail.to, mail.subject.replace("\u00a0", " ")) == (
        "moderation@exemple.fr",
        "2 propositions attendent votre décision",
    )
    for part in (
        "dont 1 que personne ne suit",
        "- correction : 1",
        "Médiathèque",
        "il y a 9 jours",
        "/moderation/",
    ):
        assert part in body, part
    assert "1 courriel n'a pas pu partir" in body
    # Mailboxes are no safe: authors are not named.
    assert (old.email in body, "Secrète" in body) == (False, False)
    assert send_digest(date(2026, 11, 25)) == "2 waiting, 1 mails failed, 0 mails queued"
    assert send_digest(date(2026, 11, 26)).endswith("1 mails queued")


def test_no_digest_when_nothing_waits(moderator: Client) -> None:
    ProposalFactory(unverified=True)
    ProposalFactory(status=ProposalStatus.REFUSED, decided_at=timezone.now())
    assert send_digest() == "nothing waits"
    assert OutgoingMail.objects.count() == 0


def test_digest_names_the_ten_oldest_of_many(moderator: Client) -> None:
    for rank in range(12):
        ProposalFactory(place=PlaceFactory(name=f"Lieu numéro {rank}."))
    send_digest()
    named = re.findall(r"Lieu numéro (\d+)\.", OutgoingMail.objects.get().body)
    assert named == [str(rank) for rank in range(10)]


def test_digest_is_a_daily_work() -> None:
    works = {name: path for name, path, _hour in settings.DAILY_WORK}
    assert works["moderation_digest"] == "frontend.moderation.digest.send_digest"


# --- the demonstration ----------------------------------------------------------------------------------------------


@pytest.fixture
def demo() -> None:
    load_reference(Path(settings.BASE_DIR) / "fixtures" / "reference")
    load_demo(DEMO)


def test_demonstration_shows_one_of_each_kind_and_leaves_decided_ones_alone(
    demo: None, moderator: Client
) -> None:
    assert load_demo_proposals(DEMO).created == Proposal.objects.count() == 9
    kinds = set(Proposal.objects.values_list("kind", flat=True))
    assert kinds == {"new_place", "change", "temporary_closure", "report", "merge", "claim"}
    assert not Proposal.objects.exclude(email__endswith="@exemple.invalid").exists()
    for proposal in Proposal.objects.all():
        assert moderator.get(address(proposal)).status_code == 200
    report = Proposal.objects.get(topic="other")
    moderator.post(address(report), {"do": "refuse", "reason": "Publicité"})
    again = load_demo_proposals(DEMO)
    assert (again.created, again.kept, Proposal.objects.count()) == (0, 9, 9)
    assert Proposal.objects.get(pk=report.pk).status == ProposalStatus.REFUSED


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('[x]\nkind = "change"\nplace = "nulle-part"', "no place has the key"),
        ('[x]\nkind = "change"\noops = 1', "unknown field oops"),
        ('[x]\nkind = "new_place"\nfields.kinds = ["oops"]\nfields.name = "X"', "kinds"),
        ("[x", "proposals.toml"),
    ],
)
def test_wrong_demonstration_file_is_named(tmp_path: Path, table: str, words: str) -> None:
    CommuneFactory()
    (tmp_path / "proposals.toml").write_text(table, encoding="utf-8")
    with pytest.raises(InvalidDemoError, match=words):
        load_demo_proposals(tmp_path)
    assert Proposal.objects.count() == 0
