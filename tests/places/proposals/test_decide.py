"""What moderators decide: whole or in part, once, against a record that may have changed meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import close_old_connections, connection
from django.utils.timezone import localdate

from mapservice.post.models import OutgoingMail
from places.enums import (
    PhotoStatus,
    ProposalKind,
    ProposalOrigin,
    ProposalStatus,
    ReportTopic,
    Status,
    Verdict,
)
from places.history import events_of
from places.models import (
    AuditEntry,
    Decision,
    Place,
    Proposal,
    ProposalMessage,
    Stewardship,
    TemporaryClosure,
    WifiPoint,
)
from places.proposals import decide, follow
from places.proposals.errors import AlreadyDecided, DecisionRefused, StaleRecord
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory, WifiPointFactory
from tests.factories.proposals import (
    OrganisationFactory,
    PhotoFactory,
    ProposalFactory,
    RedirectFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NEW_PHONE = "+33329450001"
OLD_PHONE = "+33329450000"


@pytest.fixture
def moderator() -> User:
    return UserFactory(username="marie", first_name="Marie", last_name="Moderatrice", is_staff=True)


def stored(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def mail_of(decision: Decision) -> OutgoingMail:
    return OutgoingMail.objects.get(key=f"decision:{decision.pk}")


def day(ahead: int) -> str:
    return (localdate() + timedelta(days=ahead)).isoformat()


# --- a change -------------------------------------------------------------------------------------------------------


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


# --- a record that changed meanwhile --------------------------------------------------------------------------------


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


# --- once only ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [ProposalStatus.UNVERIFIED, ProposalStatus.WITHDRAWN])
def test_what_waits_for_nobody_is_not_decided(status: str, moderator: User) -> None:
    proposal = ProposalFactory(status=status)
    for attempt in (
        lambda: decide.accept(proposal.pk, by=moderator),
        lambda: decide.refuse(proposal.pk, by=moderator, reason="Non."),
        lambda: decide.ask(proposal.pk, by=moderator, text="Et ?"),
        lambda: decide.put_aside(proposal.pk, by=moderator),
        lambda: decide.reopen(proposal.pk, by=moderator),
        lambda: decide.assign(proposal.pk, to=moderator, by=moderator),
    ):
        with pytest.raises(AlreadyDecided):
            attempt()
    assert Place.objects.get(pk=proposal.place_id).phone == OLD_PHONE


def test_the_second_decision_learns_who_was_first(moderator: User) -> None:
    proposal = ProposalFactory()
    decide.refuse(proposal.pk, by=moderator, reason="Doublon.")
    with pytest.raises(AlreadyDecided, match="par Marie Moderatrice le ") as caught:
        decide.accept(proposal.pk, by=UserFactory(), version=1)
    assert caught.value.proposal.decided_by == moderator


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What each returned or raised, all started together in transactions of their own."""
    barrier = Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(rank: int) -> None:
        close_old_connections()
        barrier.wait(timeout=10)
        try:
            results[rank] = actions[rank]()
        except Exception as error:  # noqa: BLE001 - the result of the test
            results[rank] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(rank,)) for rank in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_make_one_decision() -> None:
    proposal, first, second = ProposalFactory(), UserFactory(), UserFactory()
    results = at_once(
        lambda: decide.accept(proposal.pk, by=first, version=1),
        lambda: decide.refuse(proposal.pk, by=second, reason="Non."),
    )
    (decision,) = Decision.objects.all()
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided", "Decision"]
    is_accepted = decision.verdict == Verdict.ACCEPT
    assert Place.objects.get(pk=proposal.place_id).phone == (NEW_PHONE if is_accepted else OLD_PHONE)
    assert OutgoingMail.objects.filter(key__startswith="decision:").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_one_field_at_once_do_not_overwrite_each_other() -> None:
    place = PlaceFactory(phone=OLD_PHONE)
    first, second = (
        ProposalFactory(place=place, fields={"phone": phone}) for phone in (NEW_PHONE, "+33329450002")
    )
    by = UserFactory()
    results = at_once(
        lambda: decide.accept(first.pk, by=by, version=1), lambda: decide.accept(second.pk, by=by, version=1)
    )
    assert sorted(type(result).__name__ for result in results) == ["Decision", "StaleRecord"]
    (decision,) = Decision.objects.all()
    assert Place.objects.get(pk=place.pk).phone == decision.after["phone"]


@pytest.mark.django_db(transaction=True)
def test_two_new_places_of_one_name_at_once_get_two_addresses() -> None:
    CommuneFactory()
    first, second = ProposalFactory(new_place=True), ProposalFactory(new_place=True)
    by = UserFactory()
    results = at_once(lambda: decide.accept(first.pk, by=by), lambda: decide.accept(second.pk, by=by))
    assert [type(result).__name__ for result in results] == ["Decision", "Decision"]
    slugs = sorted(Place.objects.values_list("slug", flat=True))
    assert slugs == ["mediatheque-de-stenay-bar-le-duc", "mediatheque-de-stenay-bar-le-duc-2"]


# --- new records ----------------------------------------------------------------------------------------------------


def test_a_new_place_is_published(moderator: User) -> None:
    CommuneFactory()
    proposal = ProposalFactory(new_place=True, organisation=OrganisationFactory(name="Mairie de Stenay"))
    proposal.fields["location"] = [5.162, 48.771]
    proposal.save()
    decision = decide.accept(proposal.pk, by=moderator)
    place = Place.objects.get()
    assert (place.status, place.name, place.slug, place.commune_name, place.source_name) == (
        Status.PUBLISHED,
        "Médiathèque de Stenay",
        "mediatheque-de-stenay-bar-le-duc",
        "Bar-le-Duc",
        "Mairie de Stenay",
    )
    assert place.location is not None
    assert (place.location.coords, place.location_origin, place.edited_on) == (
        (5.162, 48.771),
        "placed",
        localdate(),
    )
    assert (stored(proposal).place, decision.before, decision.effects) == (place, {}, {"created": True})
    assert place.get_absolute_url() in mail_of(decision).body


def test_the_name_of_the_author_never_shows_as_a_source(moderator: User) -> None:
    decide.accept(ProposalFactory(new_place=True, author_name="Camille Auteur").pk, by=moderator)
    assert Place.objects.get().source_name == ""


def test_a_new_place_accepted_as_a_draft(moderator: User) -> None:
    proposal = ProposalFactory(new_place=True)
    decision = decide.accept(proposal.pk, by=moderator, publish=False)
    assert (Place.objects.get().status, Place.objects.get().first_published_at) == (Status.DRAFT, None)
    assert "/lieux/" not in mail_of(decision).body


def test_a_new_place_without_its_name_is_refused_in_words(moderator: User) -> None:
    proposal = ProposalFactory(new_place=True)
    with pytest.raises(DecisionRefused) as caught:
        decide.accept(proposal.pk, by=moderator, fields=["kinds", "insee_code"])
    assert [problem.field for problem in caught.value.problems] == ["name"]
    assert Place.objects.count() == 0


def test_a_draft_made_by_an_import_is_published_by_its_proposal(moderator: User) -> None:
    draft = PlaceFactory(status=Status.DRAFT, name="Brouillon")
    proposal = ProposalFactory(
        new_place=True,
        place=draft,
        origin=ProposalOrigin.IMPORT,
        email="",
        fields={"name": "Relu", "kinds": ["third_place"], "insee_code": "55029"},
    )
    decide.accept(proposal.pk, by=moderator)
    place = Place.objects.get()
    assert (place.pk, place.status, place.name, place.slug) == (
        draft.pk,
        Status.PUBLISHED,
        "Relu",
        draft.slug,
    )
    assert OutgoingMail.objects.count() == 0


def test_a_new_wifi_point_is_published(moderator: User) -> None:
    proposal = ProposalFactory(
        kind=ProposalKind.NEW_WIFI_POINT,
        place=None,
        base={},
        base_version=None,
        fields={"name": "Wi-Fi de la place", "insee_code": "55029", "setting": "outdoor", "access": "open"},
    )
    CommuneFactory()
    decide.accept(proposal.pk, by=moderator)
    wifi = WifiPoint.objects.get()
    assert (wifi.status, wifi.setting, wifi.slug) == (
        Status.PUBLISHED,
        "outdoor",
        "wi-fi-de-la-place-bar-le-duc",
    )
    assert stored(proposal).wifi_point == wifi


# --- closures, photos, reports, claims ------------------------------------------------------------------------------


def closure_proposal(**values: Any) -> Proposal:
    fields = {"starts_on": day(10), "ends_on": day(20), "reason": "Travaux"}
    return ProposalFactory(
        kind=ProposalKind.TEMPORARY_CLOSURE, fields={**fields, **values.pop("fields", {})}, base={}, **values
    )


def test_a_temporary_closure_is_announced(moderator: User) -> None:
    proposal = closure_proposal()
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    closure = TemporaryClosure.objects.get()
    assert (closure.place, closure.starts_on.isoformat(), closure.ends_on.isoformat(), closure.reason) == (
        proposal.place,
        day(10),
        day(20),
        "Travaux",
    )
    assert decision.effects == {"closure": closure.pk}
    assert Place.objects.get().edited_on == localdate()


def test_closures_that_overlap_are_refused_in_words(moderator: User) -> None:
    proposal = closure_proposal()
    ClosureFactory(
        place=proposal.place,
        starts_on=localdate() + timedelta(days=20),
        ends_on=localdate() + timedelta(days=30),
    )
    with pytest.raises(DecisionRefused, match="Une autre fermeture temporaire couvre déjà"):
        decide.accept(proposal.pk, by=moderator, version=1)
    assert (TemporaryClosure.objects.count(), stored(proposal).is_open) == (1, True)


def test_a_permanent_closure_closes_on_its_day(moderator: User) -> None:
    proposal = ProposalFactory(kind=ProposalKind.PERMANENT_CLOSURE, fields={"closed_on": day(-3)}, base={})
    decision = decide.accept(proposal.pk, by=moderator, version=1)
    place = Place.objects.get(pk=proposal.place_id)
    assert (place.status, place.closed_on.isoformat() if place.closed_on else "") == (Status.CLOSED, day(-3))
    assert decision.before == {"status": "published", "closed_on": None}


def test_a_closure_to_come_waits_for_its_day(moderator: User) -> None:
    proposal = ProposalFactory(kind=ProposalKind.PERMANENT_CLOSURE, fields={"closed_on": day(3)}, base={})
    with pytest.raises(DecisionRefused, match="à venir"):
        decide.accept(proposal.pk, by=moderator, version=1)
    assert Place.objects.get(pk=proposal.place_id).status == Status.PUBLISHED


def test_a_photo_is_published_with_its_proposal(moderator: User) -> None:
    proposal = ProposalFactory(kind=ProposalKind.PHOTO, fields={}, base={})
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    decide.accept(proposal.pk, by=moderator)
    photo.refresh_from_db()
    assert (photo.status, photo.place) == (PhotoStatus.PUBLISHED, proposal.place)


def test_a_photo_may_be_left_out(moderator: User) -> None:
    proposal = ProposalFactory()
    photo = PhotoFactory(proposal=proposal, place=None, status=PhotoStatus.PENDING)
    decision = decide.accept(proposal.pk, by=moderator, fields=["phone"], version=1)
    photo.refresh_from_db()
    assert (photo.status, decision.refused_fields) == (PhotoStatus.REMOVED, ["photo"])
    assert "- Photo" in mail_of(decision).body.splitlines()


def test_a_report_is_done_with_or_without_a_correction(moderator: User) -> None:
    done, mended, closed = (ProposalFactory(report=True) for _ in range(3))
    decide.accept(done.pk, by=moderator)
    decide.accept(mended.pk, by=moderator, version=1, edited={"phone": NEW_PHONE})
    decide.accept(closed.pk, by=moderator, version=1, edited={"closed_on": day(0)})
    assert Place.objects.get(pk=done.place_id).version == 1
    assert Place.objects.get(pk=mended.place_id).phone == NEW_PHONE
    assert Place.objects.get(pk=closed.place_id).status == Status.CLOSED
    assert {stored(each).status for each in (done, mended, closed)} == {ProposalStatus.ACCEPTED}


def test_a_report_about_a_place_that_closed_can_still_be_done(moderator: User) -> None:
    report = ProposalFactory(report=True, topic=ReportTopic.CLOSED)
    Place.objects.filter(pk=report.place_id).update(status=Status.CLOSED, closed_on=localdate())
    decide.accept(report.pk, by=moderator)
    assert stored(report).status == ProposalStatus.ACCEPTED


def test_a_claim_makes_the_organisation_look_after_the_place(moderator: User) -> None:
    fields = {"organisation_name": "Mairie de Stenay", "siret": ""}
    proposal = ProposalFactory(
        kind=ProposalKind.CLAIM, fields=fields, base={}, comment="Je suis la secrétaire."
    )
    decision = decide.accept(proposal.pk, by=moderator)
    stewardship = Stewardship.objects.get()
    assert (stewardship.place, stewardship.organisation.name) == (proposal.place, "Mairie de Stenay")
    assert decision.effects == {"stewardship": stewardship.pk}
    mail = mail_of(decision)
    assert (mail.template, "/partenaire/" in mail.body) == ("places/mail/claim_granted", True)


# --- refusing, asking, putting aside --------------------------------------------------------------------------------


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


# --- mails ----------------------------------------------------------------------------------------------------------


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


# --- an author who acts at the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_author_who_withdraws_and_a_moderator_who_accepts_never_both_win() -> None:
    proposal, by = ProposalFactory(), UserFactory()
    results = at_once(
        lambda: decide.accept(proposal.pk, by=by, version=1),
        lambda: follow.withdraw(Proposal.objects.get(pk=proposal.pk)),
    )
    is_accepted = Decision.objects.exists()
    told = [type(result).__name__ for result in results]
    assert told == (["Decision", "NotOpen"] if is_accepted else ["AlreadyDecided", "NoneType"])
    status = ProposalStatus.ACCEPTED if is_accepted else ProposalStatus.WITHDRAWN
    assert stored(proposal).status == status
    assert Place.objects.get(pk=proposal.place_id).phone == (NEW_PHONE if is_accepted else OLD_PHONE)


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_with_the_decision_is_kept_or_told_too_late() -> None:
    proposal, by = ProposalFactory(status=ProposalStatus.QUESTION), UserFactory()
    results = at_once(
        lambda: decide.refuse(proposal.pk, by=by, reason="Sans réponse."),
        lambda: follow.reply(Proposal.objects.get(pk=proposal.pk), "Au premier étage."),
    )
    assert isinstance(results[0], Decision)
    assert stored(proposal).status == ProposalStatus.REFUSED
    is_kept = ProposalMessage.objects.filter(text="Au premier étage.").exists()
    assert type(results[1]).__name__ == ("NoneType" if is_kept else "NotOpen")
