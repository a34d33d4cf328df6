"""What moderators accept, whole or in part, of a record that may have changed meanwhile."""

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localdate

from mapservice.post.models import OutgoingMail
from places.enums import ProposalStatus, Status, Verdict
from places.history import events_of
from places.models import AuditEntry, Decision, Place, WifiPoint
from places.proposals import decide
from places.proposals.errors import DecisionRefused, StaleRecord
from tests.factories import PlaceFactory, WifiPointFactory
from tests.factories.proposals import ProposalFactory, RedirectFactory
from tests.places.proposals.deciding import NEW_PHONE, OLD_PHONE, mail_of, stored

pytestmark = pytest.mark.django_db


def test_accepting_writes_the_record_and_says_who_and_why(moderator: User) -> None:
    proposal = ProposalFactory()
    decision = decide.accept(proposal.pk, by=moderator, version=1, message="Vérifié au téléphone.")
    place = Place.objects.get(pk=proposal.place_id)
    assert (place.phone, place.edited_on, place.version) == (NEW_PHONE, localdate(), 2)
    decided = stored(proposal)
    assert (decided.status, decided.decided_by, decided.reason) == (
        ProposalStatus.ACCEPTED,
        moderator,
        "Vérifié au téléphone.",
    )
    assert (decision.verdict, decision.before, decision.after, decision.refused_fields) == (
        Verdict.ACCEPT,
        {"phone": OLD_PHONE},
        {"phone": NEW_PHONE},
        [],
    )
    context = events_of(place).latest("pgh_id").pgh_context.metadata
    assert context == {
        "action": "accept",
        "proposal": str(proposal.pk),
        "user": moderator.pk,
        "reason": "Vérifié au téléphone.",
    }
    entry = AuditEntry.objects.get(action="proposal_accept")
    assert (entry.user, entry.about, entry.details) == (
        moderator,
        f"places.Proposal:{proposal.pk}",
        {"decision": decision.pk},
    )


def test_accepting_in_part_leaves_the_rest_and_tells_which(moderator: User) -> None:
    fields = {"phone": NEW_PHONE, "summary": "Gratuit et sympa", "has_wifi": True}
    proposal = ProposalFactory(fields=fields, base={"phone": OLD_PHONE, "summary": "", "has_wifi": None})
    decision = decide.accept(
        proposal.pk, by=moderator, fields=["phone", "has_wifi"], version=1, message="Pas de publicité."
    )
    place = Place.objects.get(pk=proposal.place_id)
    assert (place.phone, place.summary, place.has_wifi) == (NEW_PHONE, "", True)
    assert stored(proposal).status == ProposalStatus.PARTLY_ACCEPTED
    assert (decision.verdict, decision.refused_fields) == (Verdict.ACCEPT_PARTLY, ["summary"])
    lines = mail_of(decision).body.splitlines()
    start = lines.index("Ce qui est repris\u00a0:")
    assert lines[start : start + 8] == [
        "Ce qui est repris\u00a0:",
        "- Téléphone",
        "- Wi-Fi du lieu",
        "",
        "Ce qui ne l'est pas\u00a0:",
        "- Présentation courte",
        "",
        "La modération explique pourquoi\u00a0:",
    ]
    assert "> Pas de publicité." in lines


def test_the_moderator_s_values_win(moderator: User) -> None:
    proposal = ProposalFactory()
    decision = decide.accept(
        proposal.pk,
        by=moderator,
        version=1,
        edited={"phone": "03 29 45 00 02", "summary": "Au rez-de-chaussée"},
    )
    place = Place.objects.get(pk=proposal.place_id)
    assert (place.phone, place.summary) == ("+33329450002", "Au rez-de-chaussée")
    assert decision.after == {"phone": "+33329450002", "summary": "Au rez-de-chaussée"}
    lines = mail_of(decision).body.splitlines()
    start = lines.index("La modération a ajusté ce que vous proposiez pour\u00a0:")
    assert lines[start + 1 : start + 3] == ["- Téléphone", ""]


def test_edited_values_are_checked_and_nothing_is_written(moderator: User) -> None:
    proposal = ProposalFactory()
    with pytest.raises(DecisionRefused) as caught:
        decide.accept(proposal.pk, by=moderator, version=1, edited={"phone": "treize", "slug": "pirate"})
    assert sorted(problem.field for problem in caught.value.problems) == ["phone", "slug"]
    assert Place.objects.get(pk=proposal.place_id).phone == OLD_PHONE
    assert (stored(proposal).status, Decision.objects.count()) == (ProposalStatus.PENDING, 0)
    assert (OutgoingMail.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_values_that_no_longer_pass_are_refused_in_words(moderator: User) -> None:
    """What was proposed under other rules is checked again."""
    proposal = ProposalFactory(
        fields={"services": ["internet_access", "fax"]}, base={"services": ["internet_access"]}
    )
    with pytest.raises(DecisionRefused) as caught:
        decide.accept(proposal.pk, by=moderator, version=1)
    assert [(problem.field, problem.value) for problem in caught.value.problems] == [("services", "fax")]
    assert Place.objects.get(pk=proposal.place_id).services == ["internet_access"]


def test_accepting_nothing_is_no_acceptance(moderator: User) -> None:
    proposal = ProposalFactory()
    with pytest.raises(DecisionRefused, match="refusez plutôt"):
        decide.accept(proposal.pk, by=moderator, fields=[], version=1)
    assert stored(proposal).status == ProposalStatus.PENDING


def test_an_old_fault_elsewhere_does_not_stop_a_correction(moderator: User) -> None:
    proposal = ProposalFactory()
    Place.objects.filter(pk=proposal.place_id).update(appointment_url="pas une adresse")
    decide.accept(proposal.pk, by=moderator)
    assert Place.objects.get(pk=proposal.place_id).phone == NEW_PHONE


def test_private_contacts_go_into_private_columns_only(moderator: User) -> None:
    fields = {"contact_name": "Zoé Secrète", "contact_email": "zoe@exemple.fr"}
    proposal = ProposalFactory(fields=fields, base={"contact_name": "", "contact_email": ""})
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    place = Place.objects.get(pk=proposal.place_id)
    assert (place.contact_name, place.contact_email) == ("Zoé Secrète", "zoe@exemple.fr")
    public = {
        name: str(getattr(place, name))
        for name in ("emails", "summary", "description", "phone", "source_name")
    }
    assert [name for name, value in public.items() if "zoe" in value.lower() or "zoé" in value.lower()] == []
    assert "Zoé" not in mail_of(decision).body


def test_a_value_that_is_there_already_changes_nothing(moderator: User) -> None:
    proposal = ProposalFactory()
    Place.objects.filter(pk=proposal.place_id).update(phone=NEW_PHONE)
    decision = decide.accept(proposal.pk, by=moderator)
    assert (decision.verdict, decision.before, decision.after) == (Verdict.ACCEPT, {}, {})
    assert Place.objects.get(pk=proposal.place_id).version == 2


def test_a_change_of_a_wifi_point(moderator: User) -> None:
    before = WifiPointFactory(state="in_service")
    proposal = ProposalFactory(
        place=None, wifi_point=before, fields={"state": "down"}, base={"state": "in_service"}
    )
    decide.accept(proposal.pk, by=moderator, version=1)
    wifi = WifiPoint.objects.get(pk=before.pk)
    assert (wifi.state, wifi.state_on, wifi.state_origin) == ("down", localdate(), "person")


def test_a_stale_record_shows_three_values(moderator: User) -> None:
    proposal = ProposalFactory()
    Place.objects.filter(pk=proposal.place_id).update(phone="+33329459999")
    with pytest.raises(StaleRecord) as caught:
        decide.accept(proposal.pk, by=moderator, version=1)
    (row,) = caught.value.difference.rows
    assert (row.values, row.state) == ((OLD_PHONE, "+33329459999", NEW_PHONE), "conflict")
    assert (caught.value.fields, caught.value.difference.version) == (("phone",), 2)
    assert Place.objects.get(pk=proposal.place_id).phone == "+33329459999"
    decide.accept(proposal.pk, by=moderator, version=1, resolved=["phone"])
    assert Place.objects.get(pk=proposal.place_id).phone == NEW_PHONE


def test_who_saw_the_newest_version_decides(moderator: User) -> None:
    proposal = ProposalFactory()
    Place.objects.filter(pk=proposal.place_id).update(phone="+33329459999")
    decide.accept(proposal.pk, by=moderator, version=2)
    assert Place.objects.get(pk=proposal.place_id).phone == NEW_PHONE


def test_a_change_elsewhere_is_no_conflict(moderator: User) -> None:
    proposal = ProposalFactory()
    Place.objects.filter(pk=proposal.place_id).update(summary="Autre chose")
    decide.accept(proposal.pk, by=moderator, version=1)
    place = Place.objects.get(pk=proposal.place_id)
    assert (place.phone, place.summary) == (NEW_PHONE, "Autre chose")


def test_a_conflict_in_a_field_that_is_left_is_no_obstacle(moderator: User) -> None:
    fields = {"phone": NEW_PHONE, "summary": "Proposé"}
    proposal = ProposalFactory(fields=fields, base={"phone": OLD_PHONE, "summary": ""})
    Place.objects.filter(pk=proposal.place_id).update(summary="Écrit entre-temps")
    decide.accept(proposal.pk, by=moderator, fields=["phone"], version=1)
    assert Place.objects.get(pk=proposal.place_id).summary == "Écrit entre-temps"


def test_the_target_that_was_merged_is_the_one_that_stayed(moderator: User) -> None:
    proposal = ProposalFactory()
    stays = PlaceFactory(phone=OLD_PHONE)
    Place.objects.filter(pk=proposal.place_id).update(status=Status.CLOSED, closed_on=localdate())
    RedirectFactory(old_id=proposal.place_id, place=stays)
    decide.accept(proposal.pk, by=moderator)
    assert Place.objects.get(pk=stays.pk).phone == NEW_PHONE
    assert stored(proposal).place == stays


def test_a_closed_target_is_refused_in_words(moderator: User) -> None:
    proposal = ProposalFactory()
    Place.objects.filter(pk=proposal.place_id).update(status=Status.CLOSED, closed_on=localdate())
    with pytest.raises(DecisionRefused, match="fermée définitivement"):
        decide.accept(proposal.pk, by=moderator, version=2)
    assert stored(proposal).is_open
