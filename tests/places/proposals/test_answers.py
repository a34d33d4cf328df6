"""Refusing, asking, putting aside, and the mails that tell the author."""

import pytest
from django.contrib.auth.models import User

from mapservice.post.models import OutgoingMail
from places.enums import PhotoStatus, ProposalOrigin, ProposalStatus, Verdict
from places.models import Place, ProposalMessage
from places.proposals import decide, follow
from places.proposals.errors import DecisionRefused
from tests.factories.proposals import PhotoFactory, ProposalFactory, UserFactory
from tests.places.proposals.deciding import OLD_PHONE, mail_of, stored

pytestmark = pytest.mark.django_db


def test_refusing_needs_a_reason_that_the_author_reads(moderator: User) -> None:
    proposal = ProposalFactory()
    with pytest.raises(DecisionRefused):
        decide.refuse(proposal.pk, by=moderator, reason="  ")
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    decision = decide.refuse(proposal.pk, by=moderator, reason="Ce numéro\nest celui d'un particulier.")
    photo.refresh_from_db()
    assert (stored(proposal).status, photo.status) == (ProposalStatus.REFUSED, PhotoStatus.REMOVED)
    assert (decision.verdict, decision.refused_fields) == (Verdict.REFUSE, ["phone"])
    mail = mail_of(decision)
    assert mail.to == proposal.email
    assert "> Ce numéro\n> est celui d'un particulier." in mail.body
    assert Place.objects.get(pk=proposal.place_id).phone == OLD_PHONE


def test_a_question_leads_back_to_the_follow_up_page(moderator: User) -> None:
    proposal = ProposalFactory()
    message = decide.ask(proposal.pk, by=moderator, text="Quel étage ?")
    assert stored(proposal).status == ProposalStatus.QUESTION
    mail = OutgoingMail.objects.get(key=f"question:{message.pk}")
    (link,) = [line for line in mail.body.splitlines() if "/proposer/suivi/" in line]
    assert (mail.is_secret, "> Quel étage ?" in mail.body) == (True, True)
    assert follow.find_by_secret(link.rstrip("/").rpartition("/")[2]) == proposal


def test_putting_aside_and_taking_up_again(moderator: User) -> None:
    proposal = ProposalFactory()
    decide.put_aside(proposal.pk, by=moderator, note="Appeler la mairie.")
    assert stored(proposal).status == ProposalStatus.ASIDE
    decide.reopen(proposal.pk, by=moderator)
    assert stored(proposal).status == ProposalStatus.PENDING
    (note,) = ProposalMessage.objects.all()
    assert (note.text, note.is_internal, note.user) == ("Appeler la mairie.", True, moderator)
    assert OutgoingMail.objects.count() == 0


def test_assigning_and_noting(moderator: User) -> None:
    proposal = ProposalFactory()
    decide.assign(proposal.pk, to=moderator, by=moderator)
    assert stored(proposal).assigned_to == moderator
    decide.assign(proposal.pk, to=None, by=moderator)
    assert stored(proposal).assigned_to is None
    decide.refuse(proposal.pk, by=moderator, reason="Non.")
    note = decide.add_note(proposal.pk, by=moderator, text="Rappelée le 3.")
    assert (note.is_internal, note.text) == (True, "Rappelée le 3.")


def test_nobody_is_written_to_without_an_address_or_by_themselves(moderator: User) -> None:
    program = ProposalFactory(email="", origin=ProposalOrigin.IMPORT)
    own = ProposalFactory(email="", user=moderator, origin=ProposalOrigin.STAFF)
    odd = ProposalFactory(email='"a b"@exemple.fr')
    for proposal in (program, own, odd):
        decide.accept(proposal.pk, by=moderator, version=1)
    assert OutgoingMail.objects.count() == 0


def test_the_author_s_account_and_language_are_used(moderator: User) -> None:
    author = UserFactory(email="compte@exemple.fr")
    proposal = ProposalFactory(email="", user=author, language="xx")
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    assert (mail_of(decision).to, mail_of(decision).language) == ("compte@exemple.fr", "fr")
    foreign = ProposalFactory(language="de")
    assert mail_of(decide.accept(foreign.pk, by=moderator, version=1)).language == "de"


def test_hostile_names_make_no_header_and_no_line(moderator: User) -> None:
    proposal = ProposalFactory(place__name="Lieu\r\nBcc: tous@exemple.fr <b>")
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    mail = mail_of(decision)
    assert "\n" not in mail.subject
    assert [line for line in mail.body.splitlines() if line.startswith("Bcc")] == []
