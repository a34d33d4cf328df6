"""One mail a person, at the right days, never twice."""

import re
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mapservice.post.models import OutgoingMail
from places.enums import FreshnessAnswer
from places.freshness.flags import flag_silent
from places.freshness.links import confirm_link
from places.freshness.partners import instant_of
from places.freshness.reminders import send_reminders
from places.models import FreshnessRequest, Place, Proposal
from tests.factories import (
    CampaignFactory,
    FreshnessRequestFactory,
    MembershipFactory,
    ProposalFactory,
    StewardshipFactory,
    WifiPointFactory,
)
from tests.places.freshness.seeds import DUE, old, partner, place_due

DAY = timedelta(days=1)


def mails() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.order_by("created_at", "pk"))


def days_of_mails(first: date, days: int) -> list[int]:
    """On which days after the first one mails are written, when the work runs each day."""
    found = []
    for number in range(days):
        before = OutgoingMail.objects.count()
        send_reminders(first + number * DAY)
        flag_silent(first + number * DAY)
        if OutgoingMail.objects.count() > before:
            found.append(number)
    return found


@pytest.mark.django_db
def test_one_mail_a_person_names_every_record_of_every_organisation() -> None:
    first, second = place_due(name="Médiathèque"), place_due(name="Mairie")
    hall = partner("Mairie de Stenay", first, second, emails=("a@exemple.fr", "b@exemple.fr"))
    wifi = old(WifiPointFactory(name="Wi-Fi de la place", confirmed_on=date(2026, 5, 2), edited_on=None))
    library = partner("Bibliothèque", emails=("A@exemple.fr",))
    StewardshipFactory(organisation=library, place=None, wifi_point=wifi)
    assert send_reminders(DUE) == "Organisations interrogées : 2, courriels : 2."
    assert sorted(mail.to.lower() for mail in mails()) == ["a@exemple.fr", "b@exemple.fr"]
    both, one = sorted(mails(), key=lambda mail: mail.to.lower())
    # The catalogue puts a no-break space before the question mark.
    assert both.subject.replace("\u00a0", " ") == "Toujours exact ? 3 fiches à confirmer"
    named = re.findall(r"^- (.+) \(sans nouvelles depuis mai 2026\)$", both.body, re.MULTILINE)
    assert named == ["Wi-Fi de la place – Bar-le-Duc", "Mairie – Bar-le-Duc", "Médiathèque – Bar-le-Duc"]
    # Written on that day, and over a month later: by now they open nothing.
    assert re.findall(r"http\S+/confirmer/\S+", both.body) == [
        confirm_link(
            organisation_id=organisation.pk,
            user_id=organisation.memberships.get(user__email__iexact="a@exemple.fr").user_id,
            at=instant_of(DUE),
        )
        for organisation in (library, hall)
    ]
    assert "Bibliothèque" not in one.body
    assert FreshnessRequest.objects.count() == 3


@pytest.mark.django_db
def test_sixty_records_are_one_mail_that_names_twenty() -> None:
    hall = partner("Intercommunalité", *(place_due(name=f"Lieu {number:02}") for number in range(60)))
    assert send_reminders(DUE) == "Organisations interrogées : 1, courriels : 1."
    mail = OutgoingMail.objects.get()
    assert mail.subject.endswith("60 fiches à confirmer")
    assert re.findall(r"^- Lieu (\d\d) ", mail.body, re.MULTILINE) == [f"{number:02}" for number in range(20)]
    assert "\net 40 autres.\n" in mail.body
    assert mail.body.count("/confirmer/") == 1
    assert FreshnessRequest.objects.filter(organisation=hall).count() == 60


@pytest.mark.django_db
def test_each_day_of_two_months_writes_three_mails_then_flags() -> None:
    place = place_due()
    partner("Mairie de Stenay", place)
    assert days_of_mails(DUE - DAY, 70) == [1, 15, 29]
    flag = Proposal.objects.get()
    assert (flag.kind, flag.topic, flag.origin, flag.status, flag.place, flag.key) == (
        "report",
        "stale",
        "freshness",
        "pending",
        place,
        f"freshness:place:{place.pk}",
    )
    assert "Mairie de Stenay" in flag.comment
    assert "depuis le 2 novembre 2026 ; courriels envoyés : 3." in flag.comment.replace("\u00a0", " ")
    request = FreshnessRequest.objects.get()
    assert (request.reminders, request.answer) == (2, FreshnessAnswer.FLAGGED)
    place.refresh_from_db()
    assert place.status == "published"


@pytest.mark.django_db
def test_what_is_due_soon_goes_along_and_later_waits_its_turn() -> None:
    now, soon = place_due(DUE), place_due(DUE + 14 * DAY)
    later = place_due(DUE + 15 * DAY)
    partner("Mairie", now, soon, later)
    send_reminders(DUE - DAY)
    assert mails() == []
    send_reminders(DUE)
    assert set(FreshnessRequest.objects.values_list("place", flat=True)) == {now.pk, soon.pk}
    # The third one joins the reminder of the fourteenth day.
    assert days_of_mails(DUE, 16) == [14]
    assert later.pk in FreshnessRequest.objects.values_list("place", flat=True)


@pytest.mark.django_db
def test_nobody_is_written_to_more_than_once_a_week() -> None:
    organisation = partner("Mairie", place_due(DUE))
    send_reminders(DUE)
    for number in range(3):
        StewardshipFactory(organisation=organisation, place=place_due(DUE + number * DAY))
    assert days_of_mails(DUE, 10) == [7]


@pytest.mark.django_db
def test_same_day_twice_asks_once() -> None:
    partner("Mairie", place_due())
    send_reminders(DUE)
    assert send_reminders(DUE) == "Organisations interrogées : 0, courriels : 0."
    assert (len(mails()), FreshnessRequest.objects.get().reminders) == (1, 0)


@pytest.mark.django_db
def test_drafts_closed_and_switched_off_are_not_asked() -> None:
    organisation = partner("Active", place_due(status="draft"))
    StewardshipFactory(
        organisation=organisation, place=place_due(status="closed", closed_on=date(2026, 6, 1))
    )
    off = partner("Fermée", place_due())
    type(off).objects.filter(pk=off.pk).update(is_active=False)
    silent = partner("Sans adresse", place_due(), emails=())
    MembershipFactory(organisation=silent, user__email="")
    MembershipFactory(organisation=silent, user__is_active=False)
    send_reminders(DUE)
    assert (mails(), FreshnessRequest.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_answer_through_any_door_ends_the_questions() -> None:
    confirmed, edited, closed, proposed, given = (place_due() for _number in range(5))
    organisation = partner("Mairie", confirmed, edited, closed, proposed, given)
    send_reminders(DUE)
    later = DUE + 3 * DAY
    Place.objects.filter(pk=confirmed.pk).update(confirmed_on=later)
    Place.objects.filter(pk=edited.pk).update(edited_on=later, phone="+33329450000")
    Place.objects.filter(pk=closed.pk).update(status="closed", closed_on=later)
    ProposalFactory(
        place=proposed, organisation=organisation, status="refused", decided_at="2026-11-20T10:00Z"
    )
    organisation.stewardships.filter(place=given).delete()
    send_reminders(DUE + 14 * DAY)
    answers = dict(FreshnessRequest.objects.values_list("place", "answer"))
    assert answers == {
        confirmed.pk: FreshnessAnswer.CONFIRMED,
        edited.pk: FreshnessAnswer.CHANGED,
        closed.pk: FreshnessAnswer.CHANGED,
        proposed.pk: FreshnessAnswer.CHANGED,
    }
    assert len(mails()) == 1


@pytest.mark.django_db
def test_running_campaign_asks_in_the_place_of_reminders() -> None:
    place = place_due()
    organisation = partner("Mairie", place)
    campaign = CampaignFactory(ends_on=DUE + 3 * DAY)
    FreshnessRequestFactory(organisation=organisation, place=place, campaign=campaign)
    send_reminders(DUE)
    assert mails() == []
    send_reminders(DUE + 4 * DAY)
    assert len(mails()) == 1


@pytest.mark.django_db
def test_worker_killed_midway_has_asked_nobody() -> None:
    partner("Mairie", place_due())
    with transaction.atomic():
        send_reminders(DUE)
        transaction.set_rollback(True)
    assert (mails(), FreshnessRequest.objects.count()) == ([], 0)
    send_reminders(DUE)
    assert (len(mails()), FreshnessRequest.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail() -> None:
    partner("Mairie", place_due())
    gate = threading.Barrier(2)

    def work() -> None:
        gate.wait()
        send_reminders(DUE)
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(mails()), FreshnessRequest.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_records(count: int) -> None:
    partner("Mairie", *(place_due() for _number in range(count)))
    with CaptureQueriesContext(connection) as queries:
        send_reminders(DUE)
    assert len(queries) == 25
