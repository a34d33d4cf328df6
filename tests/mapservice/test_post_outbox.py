"""What enters the outbox: rendered text, one line where one is due, one mail for a key, and no header of a stranger."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, connection, transaction
from django.template import TemplateDoesNotExist, engines
from django.template.backends.django import DjangoTemplates
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from mapservice.post.delivery import MailLink, deliver_next, message_of
from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from mapservice.post.outbox import cancel_mails, full_url, queue_mail, queue_text, quote, resend_mails
from mapservice.post.text import body_text, check_address, one_line, plain, subject_line

pytestmark = pytest.mark.django_db

HOSTILE_ADDRESSES = [
    "",
    "claire",
    "claire@example.org\nBcc: tous@example.org",
    "claire@example.org\r\nBcc: tous@example.org",
    "claire@example.org, paul@example.org",
    "Claire <claire@example.org>",
    '"a\x01b"@example.org',
    '"a b"@example.org',
    "claire@example.org\x00",
    "claire@exam\u2028ple.org",
    "cl\u202eaire@example.org",
    f"{'a' * 250}@example.org",
]


@pytest.fixture(autouse=True)
def mail_templates(tmp_path: Path) -> Iterator[None]:
    """Templates of these tests, as files where Django looks for them."""
    (tmp_path / "essai.subject.txt").write_text("{{ site_name }} :\n  {{ name }} a été reçu\n")
    (tmp_path / "essai.txt").write_text(
        "Bonjour,   \n\n\n\n{{ name }} & compagnie\n{{ message }}\n{% for line in lines %}- {{ line }}\n{% endfor %}"
        "{{ site_url }} {{ contact_email }} {{ operator }}\n\n"
    )
    (tmp_path / "vide.subject.txt").write_text("{{ nothing }}")
    (tmp_path / "vide.txt").write_text("Texte")
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    before = engine.engine.dirs
    engine.engine.dirs = [*before, str(tmp_path)]
    for loader in engine.engine.template_loaders:
        loader.reset()
    yield
    engine.engine.dirs = before
    for loader in engine.engine.template_loaders:
        loader.reset()


def send(**changes: Any) -> OutgoingMail | None:
    given_values: dict[str, Any] = {
        "to": "claire@example.org",
        "template": "essai",
        "context": {"name": "Médiathèque", "message": "", "lines": []},
    }
    return queue_mail(**(given_values | changes))


def sent(**changes: Any) -> OutgoingMail:
    mail = send(**changes)
    assert mail is not None
    return OutgoingMail.objects.get(pk=mail.pk)


def test_mail_is_rendered_at_once_and_leaves_later() -> None:
    mail = sent(
        context={"name": "L'<Atelier>", "message": quote("Fermé\nle lundi"), "lines": ["un", "deux"]},
        about="proposal:1",
    )
    assert mail.subject == "La carte des lieux connectés : L'<Atelier> a été reçu"
    assert mail.body == (
        "Bonjour,\n\nL'<Atelier> & compagnie\n> Fermé\n> le lundi\n- un\n- deux\n"
        "http://127.0.0.1:8000 contact@exemple.invalid Département de la Meuse\n"
    )
    assert (mail.state, mail.attempts, mail.about, mail.language) == ("waiting", 0, "proposal:1", "fr")
    assert mail.message_id == f"<{mail.message_id[1:37]}@exemple.invalid>"
    assert django_mail.outbox == []


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES, ids=range(len(HOSTILE_ADDRESSES)))
def test_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        send(to=address)
    assert not OutgoingMail.objects.exists()


def test_header_in_a_value_stays_a_value() -> None:
    name = "Mairie\r\nBcc: tous@example.org\r\n\r\n<script>\x00\x1b\u2028Reply-To: a@b.fr"
    mail = sent(context={"name": name, "message": "un\ndeux", "lines": ["a\nb"]})
    flat = "Mairie Bcc: tous@example.org <script> Reply-To: a@b.fr"
    assert mail.subject == f"La carte des lieux connectés : {flat} a été reçu"
    assert f"\n{flat} & compagnie\nun deux\n- a b\n" in mail.body
    message = message_of(mail).message()
    assert sorted(message.keys()) == [
        "Auto-Submitted",
        "Content-Language",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Reply-To",
        "Subject",
        "To",
    ]
    assert (message["To"], message["Auto-Submitted"]) == ("claire@example.org", "auto-generated")
    assert (message["Message-ID"], message["Reply-To"]) == (mail.message_id, "contact@exemple.invalid")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("to", "claire@example.org\nBcc: x@example.org"),
        ("to", "claire@example.org,x@example.org"),
        ("subject", "Bonjour\r\nBcc: x@example.org"),
        ("subject", ""),
        ("state", "lost"),
        ("state", "sent"),
        ("body", ""),
    ],
)
def test_database_refuses_what_the_code_would_have_missed(column: str, value: str) -> None:
    mail = sent()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(**{column: value})


def test_one_key_makes_one_mail() -> None:
    first = sent(key="proposal:1:accepted")
    assert send(key="proposal:1:accepted") is None
    assert sent(key="proposal:2:accepted").pk != first.pk
    sent(), sent()
    assert OutgoingMail.objects.count() == 4


def test_rolled_back_mail_never_leaves() -> None:
    with transaction.atomic():
        sent(key="proposal:1")
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()
    sent(key="proposal:1")


def test_unknown_language_template_and_empty_subject_are_refused() -> None:
    with pytest.raises(ValueError, match="'it'"):
        send(language="it")
    with pytest.raises(TemplateDoesNotExist):
        send(template="absent")
    with pytest.raises(ValueError, match="vide"):
        send(template="vide")
    with pytest.raises(ValueError, match="too long"):
        queue_text(to="claire@example.org", subject="Objet", body="é" * 100_001, template="long")


def test_full_url_is_the_public_one() -> None:
    with override_settings(SITE_URL="https://carte.example.org"):
        assert full_url("/lieux/atelier/?a=1") == "https://carte.example.org/lieux/atelier/?a=1"


def test_secret_leaves_first_and_its_text_is_erased() -> None:
    ordinary, secret = sent(), sent(is_secret=True)
    with MailLink() as link:
        assert [str(deliver_next(link)) for _ in range(3)] == ["Outcome.SENT", "Outcome.SENT", "None"]
    assert [message.extra_headers["Message-ID"] for message in django_mail.outbox] == [
        secret.message_id,
        ordinary.message_id,
    ]
    assert "Médiathèque" in django_mail.outbox[0].body
    assert list(OutgoingMail.objects.order_by("is_secret").values_list("body", flat=True)) == [
        ordinary.body,
        "",
    ]


def test_due_mails_are_found_by_an_index() -> None:
    sent()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        assert "mail_due" in OutgoingMail.objects.due()[:1].explain()


def test_given_up_and_sent_again() -> None:
    waiting, failed, gone = sent(), sent(), sent()
    OutgoingMail.objects.filter(pk=failed.pk).update(state=MailState.FAILED, attempts=8, last_error="550 no")
    OutgoingMail.objects.filter(pk=gone.pk).update(state=MailState.SENT, sent_at=gone.created_at)
    assert cancel_mails([waiting.pk, failed.pk, gone.pk]) == [waiting.pk]
    assert sorted(resend_mails([waiting.pk, failed.pk, gone.pk])) == sorted([waiting.pk, failed.pk])
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.last_error) == ("waiting", 0, "")
    gone.refresh_from_db()
    assert gone.state == "sent"


@given(st.text())
def test_any_text_becomes_one_line_and_a_body(text: str) -> None:
    for line in (one_line(text), subject_line(text)):
        assert len(line.splitlines()) <= 1
        assert line.encode("utf-8").decode("utf-8") == line
    assert one_line(one_line(text)) == one_line(text)
    body = body_text(text)
    assert "\r" not in body
    assert "\n\n\n" not in body
    assert all(character >= " " or character in "\n\t" for character in body)
    assert plain(body) == body
    assert all(line.startswith(">") for line in quote(text).splitlines())


def test_french_spaces_and_emojis_survive() -> None:
    assert (
        one_line("Ouvert\u00a0: 9\u202fh  👨\u200d👩\u200d👧") == "Ouvert\u00a0: 9\u202fh 👨\u200d👩\u200d👧"
    )
    assert subject_line("é" * 300) == "é" * 199 + "…"
    assert check_address("prenom.nom+carte@sous.exemple.fr") == "prenom.nom+carte@sous.exemple.fr"
