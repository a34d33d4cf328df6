"""A campaign asks everybody once, is repeated to the silent alone, and is followed by organisation."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from mapservice.post.models import OutgoingMail
from places.enums import CampaignState, FreshnessAnswer
from places.freshness.campaigns import (
    Audience,
    DatePassed,
    Ending,
    WrongState,
    audience,
    end,
    end_past,
    ending_of,
    preview,
    progress,
    remind_silent,
    send_campaign_mails,
    start,
    total,
)
from places.models import AuditEntry, Campaign, FreshnessRequest, Place
from tests.factories import CampaignFactory, PlaceFactory, StewardshipFactory, UserFactory, WifiPointFactory
from tests.places.freshness.seeds import partner

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def draft(db: None) -> Campaign:
    """And two organisations: three places and a Wi-Fi point, two people of whom one sits in both."""
    hall = partner(
        "Mairie", PlaceFactory(name="Mairie"), PlaceFactory(status="draft"), emails=("a@exemple.fr",)
    )
    StewardshipFactory(organisation=hall, place=None, wifi_point=WifiPointFactory(name="Place du marché"))
    partner(
        "Ville",
        PlaceFactory(name="Gare"),
        PlaceFactory(name="École"),
        emails=("A@exemple.fr", "b@exemple.fr"),
    )
    partner("Sans adresse", PlaceFactory(), emails=())
    return CampaignFactory(state=CampaignState.DRAFT, started_at=None)


def recipients_of_mails() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("to", flat=True))


def test_audience_counts_what_a_start_does(
    draft: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        expected = audience()
    assert expected == Audience(organisations=2, records=4, mails=2, unreachable=1)
    assert start(draft, by=UserFactory()) == 4
    assert recipients_of_mails() == ["a@exemple.fr", "b@exemple.fr"]
    draft.refresh_from_db()
    assert (draft.state, draft.started_at is not None) == (CampaignState.RUNNING, True)
    assert AuditEntry.objects.get().action == "start_campaign"


def test_mail_says_title_message_records_and_links(draft: Campaign) -> None:
    start(draft, by=None)
    mail = OutgoingMail.objects.get(to="a@exemple.fr")
    assert mail.subject == "Vos horaires de l'été"
    for part in (
        "Bonjour,\n\nChangez-vous d'horaires cet été",
        "- Mairie",
        "- Place du marché",
        "- Gare",
        date_format(draft.ends_on, "DATE_FORMAT"),
    ):
        assert part in mail.body
    assert mail.body.count("/partenaire/confirmer/") == 2


def test_message_keeps_its_lines_and_writes_no_header(draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(
        message="Fermez-vous ?\r\n\r\n\r\nMerci\x07\u202e\nBcc: x@exemple.fr"
    )
    start(Campaign.objects.get(pk=draft.pk), by=None)
    mail = OutgoingMail.objects.get(to="b@exemple.fr")
    assert "Bonjour,\n\nFermez-vous ?\n\nMerci\nBcc: x@exemple.fr\n\nVille\n" in mail.body
    assert mail.subject == "Vos horaires de l'été"


def test_second_start_is_refused(draft: Campaign) -> None:
    start(draft, by=None)
    with pytest.raises(WrongState):
        start(draft, by=None)
    assert (FreshnessRequest.objects.count(), OutgoingMail.objects.count()) == (4, 2)


def test_mails_of_a_task_that_runs_again_are_not_doubled(draft: Campaign) -> None:
    start(draft, by=None)
    OutgoingMail.objects.filter(to="b@exemple.fr").delete()
    assert send_campaign_mails.func(str(draft.pk), "start") == 1
    assert recipients_of_mails() == ["a@exemple.fr", "b@exemple.fr"]


def test_only_the_silent_are_reminded_once_a_day(draft: Campaign) -> None:
    start(draft, by=None)
    assert remind_silent(draft, by=None) == 0
    FreshnessRequest.objects.filter(organisation__name="Mairie").update(
        answer=FreshnessAnswer.CONFIRMED, answered_at=timezone.now()
    )
    OutgoingMail.objects.all().delete()
    assert remind_silent(draft, by=None, today=TOMORROW) == 1
    assert remind_silent(draft, by=None, today=TOMORROW) == 0
    subjects = set(OutgoingMail.objects.values_list("subject", flat=True))
    assert {subject.replace("\u00a0", " ") for subject in subjects} == {"Rappel : Vos horaires de l'été"}
    assert recipients_of_mails() == ["A@exemple.fr", "b@exemple.fr"]
    assert not OutgoingMail.objects.filter(body__contains="Place du marché").exists()


def test_progress_by_organisation(draft: Campaign, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    start(draft, by=None)
    for name, answer in (("Gare", FreshnessAnswer.CONFIRMED), ("Mairie", FreshnessAnswer.CHANGED)):
        FreshnessRequest.objects.filter(place__name=name).update(answer=answer, answered_at=timezone.now())
    with django_assert_num_queries(1):
        rows = progress(draft)
    found = [
        (str(row.organisation), row.asked, row.confirmed, row.changed, row.silent, row.share) for row in rows
    ]
    assert found == [("Mairie", 2, 0, 1, 1, 50), ("Ville", 2, 1, 0, 1, 50)]
    whole = total(rows)
    assert (whole.asked, whole.confirmed, whole.changed, whole.silent, whole.share) == (4, 1, 1, 2, 50)


def test_ended_campaign_reminds_nobody_and_keeps_its_silent(draft: Campaign) -> None:
    with pytest.raises(WrongState):
        end(draft, by=None)
    start(draft, by=None)
    end(draft, by=None)
    with pytest.raises(WrongState):
        remind_silent(draft, by=None, today=TOMORROW)
    Place.objects.update(confirmed_on=TOMORROW)
    assert total(progress(draft)).silent == 4


def test_campaign_ends_by_itself_the_day_after_its_date_once(draft: Campaign) -> None:
    start(draft, by=None)
    Campaign.objects.create(title="En préparation", message="M", ends_on=TODAY - timedelta(days=9))
    longer: Campaign = CampaignFactory(ends_on=draft.ends_on + timedelta(days=1))
    FreshnessRequest.objects.filter(place__name="Gare").update(
        answer=FreshnessAnswer.CONFIRMED, answered_at=timezone.now()
    )
    assert end_past(draft.ends_on) == "Campagnes terminées : 0."
    assert end_past(draft.ends_on + timedelta(days=1)) == "Campagnes terminées : 1."
    assert end_past(draft.ends_on + timedelta(days=1)) == "Campagnes terminées : 0."
    states = dict(Campaign.objects.values_list("title", "state"))
    assert (states["En préparation"], Campaign.objects.get(pk=longer.pk).state) == ("draft", "running")
    draft.refresh_from_db()
    assert (draft.state, ending_of(draft)) == (CampaignState.ENDED, Ending(TODAY, by=""))
    entry = AuditEntry.objects.get(action="end_campaign")
    assert (entry.user, entry.about) == (None, f"places.Campaign:{draft.pk}")
    assert entry.details == {"asked": 4, "confirmed": 1, "changed": 0, "silent": 3}
    assert total(progress(draft)).silent == 3


def test_answers_of_the_last_day_are_read_before_the_end(draft: Campaign) -> None:
    start(draft, by=None)
    Place.objects.filter(name="École").update(confirmed_on=TOMORROW)
    end_past(draft.ends_on + timedelta(days=1))
    assert (total(progress(draft)).confirmed, total(progress(draft)).silent) == (1, 3)


def test_end_by_a_person_names_her(draft: Campaign) -> None:
    start(draft, by=None)
    assert ending_of(draft) is None
    end(draft, by=UserFactory(first_name="Claire", last_name="Martin"))
    assert ending_of(draft) == Ending(TODAY, by="Claire Martin")
    assert end_past(draft.ends_on + timedelta(days=1)) == "Campagnes terminées : 0."
    assert AuditEntry.objects.filter(action="end_campaign").count() == 1


def test_nobody_is_asked_for_a_day_that_is_over(draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(ends_on=TODAY)
    draft.refresh_from_db()
    with pytest.raises(DatePassed):
        start(draft, by=None)
    assert (draft.state, FreshnessRequest.objects.count()) == (CampaignState.DRAFT, 0)
    Campaign.objects.filter(pk=draft.pk).update(ends_on=TOMORROW)
    draft.refresh_from_db()
    start(draft, by=None)
    assert remind_silent(draft, by=None, today=TOMORROW + timedelta(days=1)) == 0


def test_end_is_a_daily_work() -> None:
    paths = [path for _name, path, _at in settings.DAILY_WORK]
    assert f"{end_past.__module__}.{end_past.__name__}" in paths


def test_preview_is_the_mail_and_writes_nothing(draft: Campaign) -> None:
    reader: User = UserFactory(is_staff=True)
    mail = preview(draft, reader=reader)
    assert mail is not None
    assert (mail.subject, "- Mairie" in mail.body, "/partenaire/confirmer/" in mail.body) == (
        "Vos horaires de l'été",
        True,
        True,
    )
    assert (OutgoingMail.objects.count(), FreshnessRequest.objects.count()) == (0, 0)


def test_nobody_to_write_to_has_no_preview(db: None) -> None:
    assert preview(CampaignFactory(state=CampaignState.DRAFT, started_at=None), reader=UserFactory()) is None
