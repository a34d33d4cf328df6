"""What the server answers decides: later, never, or wait for the server. Against a real one on this machine."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings
from django.utils import timezone

from mapservice.post.delivery import BACKOFF, MailLink, Outcome, deliver_next
from mapservice.post.models import OutgoingMail
from mapservice.post.outbox import queue_text
from mapservice.post.privacy import forget_mails, wipe_old_mails
from mapservice.settings import env
from places.models import AuditEntry
from tests.mapservice.mail_server import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    monkeypatch.setenv("EMAIL_URL", server.url)
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, **env.email_server("EMAIL_URL")):
        yield server
    server.stop()


def queue(to: str = "claire@example.org", *, is_secret: bool = False) -> OutgoingMail:
    mail = queue_text(
        to=to,
        subject="Été à Écurey",
        body="Fermé dès lundi\n.\nà bientôt",
        template="essai",
        is_secret=is_secret,
    )
    assert mail is not None
    return mail


def deliver() -> Outcome | None:
    with MailLink() as link:
        return deliver_next(link, pause=timedelta(seconds=30))


def make_due(mail: OutgoingMail) -> datetime:
    now = timezone.now()
    OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at=now)
    return now


def test_mail_arrives_as_it_was_written(server: MailServer) -> None:
    mail = queue()
    assert deliver() is Outcome.SENT
    (message,) = server.box.accepted
    assert message["Subject"] == "Été à Écurey"
    assert message["From"] == "La carte des lieux connectés <contact@exemple.invalid>"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == mail.body
    assert server.box.senders == ["contact@exemple.invalid"]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == ("sent", 1, "")
    assert mail.sent_at is not None


def test_greylisted_mail_is_tried_again_until_it_fails(server: MailServer) -> None:
    mail = queue(is_secret=True)
    server.box.refusals["claire@example.org"] = "451 4.7.1 Try again later"
    for attempt, pause in enumerate(BACKOFF, start=1):
        before = make_due(mail)
        assert deliver() is Outcome.LATER
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail.last_error) == (
            "waiting",
            attempt,
            "451 4.7.1 Try again later",
        )
        assert before + pause <= mail.next_attempt_at <= timezone.now() + pause
        assert deliver() is None, "it is not due yet"
    make_due(mail)
    assert deliver() is Outcome.LATER
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.body) == ("failed", len(BACKOFF) + 1, "")


def test_unknown_recipient_fails_at_once_and_harms_no_other(server: MailServer) -> None:
    refused, other = queue("personne@example.org"), queue()
    server.box.refusals["personne@example.org"] = "550 5.1.1 No such user"
    with MailLink() as link:
        assert {deliver_next(link), deliver_next(link)} == {Outcome.REFUSED, Outcome.SENT}
    refused.refresh_from_db()
    assert (refused.state, refused.attempts, refused.last_error) == ("failed", 1, "550 5.1.1 No such user")
    assert [message["Message-ID"] for message in server.box.accepted] == [other.message_id]
    assert server.box.connections == 1


def test_text_refused_for_good_fails_and_for_now_waits(server: MailServer) -> None:
    mail = queue()
    server.box.data_refusal = "452 Disk full"
    assert deliver() is Outcome.LATER
    make_due(mail)
    server.box.data_refusal = "554 Looks like spam"
    assert deliver() is Outcome.REFUSED
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.last_error) == ("failed", 2, "554 Looks like spam")


def test_server_that_is_away_costs_no_attempt(server: MailServer) -> None:
    mail = queue()
    server.stop()
    before = timezone.now()
    assert deliver() is Outcome.UNREACHABLE
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 0)
    assert mail.last_error.startswith("ConnectionRefusedError")
    assert mail.next_attempt_at >= before + timedelta(seconds=30)


def test_password_refused_costs_no_attempt(server: MailServer) -> None:
    mail = queue()
    with override_settings(EMAIL_HOST_USER="carte", EMAIL_HOST_PASSWORD="faux"):
        assert deliver() is Outcome.UNREACHABLE
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 0)


def test_server_that_hangs_is_left_and_the_mail_waits(server: MailServer) -> None:
    mail = queue()
    server.box.hangs.set()
    with override_settings(EMAIL_TIMEOUT=1):
        assert deliver() is Outcome.LATER
    server.box.hangs.clear()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert server.box.accepted == []


def test_old_mails_are_forgotten() -> None:
    old, recent, waiting = queue(), queue("paul@example.org"), queue("anne@example.org")
    month = timezone.now() - timedelta(days=31)
    OutgoingMail.objects.filter(pk__in=[old.pk, waiting.pk]).update(created_at=month)
    OutgoingMail.objects.filter(pk__in=[old.pk, recent.pk]).update(state="failed", last_error="550 claire?")
    assert forget_mails() == "Courriels effacés : 1."
    assert wipe_old_mails(30) == 0
    kept = {
        mail.pk: (mail.to, mail.subject, mail.body, mail.last_error) for mail in OutgoingMail.objects.all()
    }
    assert kept[old.pk] == ("@example.org", "Été à Écurey", "", "")
    assert kept[recent.pk] == ("paul@example.org", "Été à Écurey", recent.body, "550 claire?")
    assert kept[waiting.pk] == ("anne@example.org", "Été à Écurey", waiting.body, "")


@pytest.fixture
def moderator(client: Client) -> Client:
    user = User.objects.create_user("claire", is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    client.force_login(user)
    return client


def act(client: Client, action: str, *mails: OutgoingMail) -> str:
    form = {"action": action, "_selected_action": [str(mail.pk) for mail in mails]}
    return client.post("/admin/mapservice/outgoingmail/", form, follow=True).content.decode()


def test_moderator_gives_up_and_sends_again(moderator: Client) -> None:
    failed, other = queue(), queue("paul@example.org")
    OutgoingMail.objects.filter(pk=failed.pk).update(state="failed", last_error="550 5.1.1 No such user")
    page = moderator.get("/admin/mapservice/outgoingmail/?state__exact=failed").content.decode()
    assert "550 5.1.1 No such user" in page
    assert "paul@example.org" not in page
    assert "1 courriel traité." in act(moderator, "give_up", failed, other)
    assert list(OutgoingMail.objects.order_by("to").values_list("state", flat=True)) == [
        "failed",
        "cancelled",
    ]
    assert "2 courriels traités." in act(moderator, "resend", failed, other)
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"waiting"}
    # Who did it to which stands in the trace that nobody can change; what was left alone does not.
    traces = AuditEntry.objects.order_by("pk").values_list("action", "user__username", "details")
    assert list(traces) == [
        ("give_up_mails", "claire", {"mails": [str(other.pk)]}),
        ("retry_mails", "claire", {"mails": sorted([str(failed.pk), str(other.pk)])}),
    ]


def test_what_was_done_to_nothing_leaves_no_trace(moderator: Client) -> None:
    sent = queue()
    OutgoingMail.objects.update(state="sent", sent_at=timezone.now())
    assert "1 courriel laissé tel quel" in act(moderator, "resend", sent)
    assert AuditEntry.objects.count() == 0


def test_planner_does_neither(client: Client) -> None:
    mail = queue()
    user = User.objects.create_user("paul", is_staff=True)
    user.groups.add(Group.objects.get(name="planner"))
    client.force_login(user)
    act(client, "give_up", mail)
    mail.refresh_from_db()
    assert mail.state == "waiting"


def test_code_is_shown_to_nobody(moderator: Client) -> None:
    mail = queue(is_secret=True)
    page = moderator.get(f"/admin/mapservice/outgoingmail/{mail.pk}/change/").content.decode()
    assert "Masqué" in page
    assert "Fermé dès lundi" not in page
