"""What strangers try: programs, replays, forgeries, markup, secrets in logs. Nothing of it passes, nothing is lost."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client

from frontend.proposing import guard
from mapservice.logging_json import JsonFormatter, RequestFilter
from places.enums import ProposalStatus
from places.models import Commune, Place, Proposal, ProposalMessage
from tests.factories import PlaceFactory
from tests.frontend.proposing import filled, last_link, new_place, sent_by, sentences, words
from tests.frontend.test_hostile import ATTACK, Tags

REPORT = "/proposer/signaler/lieu/mediatheque/"


@pytest.fixture
def place(bar_le_duc: Commune) -> Place:
    return PlaceFactory(commune=bar_le_duc, name="Médiathèque", slug="mediatheque")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({guard.TRAP: "https://x.example"}, "Votre envoi n'a pas pu être vérifié : relisez-le, puis envoyez-le de nouveau."),
        ({guard.TOKEN: ""}, "Ce formulaire est resté ouvert trop longtemps : rien n'est perdu, relisez-le, puis envoyez-le de nouveau."),
        ({guard.TOKEN: "x:y:z"}, "Ce formulaire est resté ouvert trop longtemps : rien n'est perdu, relisez-le, puis envoyez-le de nouveau."),
    ],
)  # fmt: skip
def test_programs_are_stopped_and_people_may_send_again(
    client: Client, place: Place, changed: dict[str, str], sentence: str
) -> None:
    page = client.post(REPORT, filled(topic="other", comment="Porte fermée") | changed)
    assert (page.status_code, sentences(page), Proposal.objects.count()) == (422, [sentence], 0)
    again = sent_by(page, REPORT)
    assert (again["comment"], again[guard.TRAP]) == (["Porte fermée"], [""])
    assert client.post(REPORT, again | {"topic": ["other"]}).status_code == 302


@pytest.mark.django_db
def test_too_fast_and_too_old(client: Client, place: Place) -> None:
    fast = client.post(REPORT, filled(topic="closed") | {guard.TOKEN: guard.issue()})
    assert sentences(fast) == [
        "L'envoi est parti trop vite : relisez votre saisie, puis envoyez-la de nouveau."
    ]
    old = guard.issue(time.time() - guard.MAX_HOURS * 3600 - 5)
    assert client.post(REPORT, filled(topic="closed") | {guard.TOKEN: old}).status_code == 422
    assert Proposal.objects.count() == 0


@pytest.mark.django_db
def test_same_page_sent_twice_is_one_proposal(client: Client, place: Place) -> None:
    answers = filled(topic="closed")
    first, second = (client.post(REPORT, answers)["Location"] for _rank in range(2))
    assert (first, Proposal.objects.count()) == (second, 1)
    secret = first.split("/")[3]
    assert not any(secret in str(value) for value in cache._cache.values())  # type: ignore[attr-defined]  # in memory


@pytest.mark.django_db
def test_answers_changed_after_a_step_back_are_not_lost(client: Client, place: Place) -> None:
    answers = filled(topic="closed")
    first = client.post(REPORT, answers)["Location"]
    second = client.post(REPORT, answers | {"topic": "moved"})["Location"]
    assert first != second
    assert sorted(Proposal.objects.values_list("topic", flat=True)) == ["closed", "moved"]


@pytest.mark.django_db(transaction=True)
def test_same_page_sent_twice_at_the_same_moment(place: Place) -> None:
    answers = filled(topic="closed")

    def send(_rank: int) -> str:
        try:
            return Client().post(REPORT, answers)["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        led = set(pool.map(send, range(4)))
    assert (len(led), Proposal.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_forms_refuse_forgeries_and_secret_pages_need_no_cookie(place: Place) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(REPORT, filled(topic="closed")).status_code == 403
    page = strict.get(REPORT)
    sent = strict.post(REPORT, sent_by(page, REPORT) | {"topic": ["closed"]})
    follow = sent["Location"].partition("?")[0]
    # A browser under `no-referrer` says where a form comes from with « null ».
    stranger = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    assert stranger.post(f"{follow}retrait/").status_code == 302
    assert Proposal.objects.get().status == ProposalStatus.WITHDRAWN


@pytest.mark.django_db
def test_too_many_proposals_are_told_when_to_come_back(client: Client, place: Place) -> None:
    for _rank in range(100):
        page = client.post(REPORT, filled(topic="other", comment="Encore"))
        if page.status_code != 302:
            break
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert sentences(page)[0].startswith("Trop d'envois en peu de temps : réessayez dans ")
    assert sent_by(page, REPORT)["comment"] == ["Encore"]


@pytest.mark.django_db
def test_secret_pages_are_kept_by_nobody(client: Client, place: Place) -> None:
    follow = client.post("/proposer/lieu/", new_place())["Location"]
    client.post(REPORT, filled(topic="closed"))
    joined = Client().post(REPORT, filled(topic="closed"))["Location"]
    for address in (follow, f"{follow}retrait/", last_link("verifier"), "/proposer/suivi/faux/", joined):
        page = client.get(address)
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert {"no-store", "private"} <= set(page["Cache-Control"].replace(" ", "").split(","))
        assert '<meta name="robots" content="noindex">' in page.content.decode()
        assert "Content-Encoding" not in client.get(address, headers={"Accept-Encoding": "gzip"})


@pytest.mark.django_db
def test_secrets_do_not_reach_the_logs(
    client: Client, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    follow = client.post("/proposer/lieu/", new_place())["Location"]
    link = last_link("verifier")
    client.post(REPORT, filled(topic="closed"))
    joined = Client().post(REPORT, filled(topic="closed"))["Location"]
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        for address in (follow, f"{follow}retrait/", f"{follow}rien/", link, f"{link}?a=b", joined):
            client.get(address)
        client.post(f"{follow}code/", {"code": "1"})
        client.post(link)
    written = [record for record in caplog.records if RequestFilter().filter(record)]
    told = "\n".join(JsonFormatter().format(record) for record in written)
    paths = [record.__dict__["path"] for record in caplog.records if record.name == "mapservice.requests"]
    assert paths == [
        "/proposer/suivi/<str:secret>/",
        "/proposer/suivi/<str:secret>/retrait/",
        "/proposer/…",
        "/proposer/verifier/<str:token>/",
        "/proposer/verifier/<str:token>/",
        "/proposer/signale/<str:token>/",
        "/proposer/suivi/<str:secret>/code/",
        "/proposer/verifier/<str:token>/",
    ]
    assert follow.split("/")[3] not in told
    assert link.split("/")[3] not in told
    assert joined.split("/")[3] not in told


@pytest.mark.django_db
def test_markup_stays_text_on_every_page(client: Client, bar_le_duc: Commune) -> None:
    texts = ("name", "address", "address_complement", "equipment_note", "summary", "description", "admission_note",
             "access_note", "contact_name", "parent_organisation", "author_name", "hours-note")  # fmt: skip
    answers = new_place(**dict.fromkeys(texts, ATTACK))
    shown_again = client.post("/proposer/lieu/", answers | {"commune": ATTACK})
    sent = client.post("/proposer/lieu/", answers)
    follow = sent["Location"]
    proposal = Proposal.objects.get()
    proposal.status = ProposalStatus.QUESTION
    proposal.save()
    ProposalMessage.objects.create(proposal=proposal, text=ATTACK)
    found = client.get("/proposer/", {"name": ATTACK, "commune": "Bar-le-Duc"})
    for page in (shown_again, client.get(follow), client.get(f"{follow}completer/"), found):
        tags = Tags()
        tags.feed(page.content.decode())
        assert [
            tag for tag, given in tags.seen if tag == "img" or any(name.startswith("on") for name in given)
        ] == []
        # What closes a script early would leave a stray one, ours all have a source or a type.
        assert all("src" in given or "type" in given for tag, given in tags.seen if tag == "script")
    assert ATTACK in words(client.get(follow))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["\x00", "x" * 60_000, "\N{PERSEVERING FACE}" * 3, "\u202egauche", "%00%0d%0a"]
)
def test_no_text_breaks_a_form(client: Client, bar_le_duc: Commune, text: str) -> None:
    for name in (
        "name",
        "commune",
        "lat",
        "siret",
        "phone",
        "emails",
        "websites",
        "email",
        "hours-0-0-start",
        "vus",
        "kinds",
    ):
        assert client.post("/proposer/lieu/", new_place(**{name: text})).status_code in {200, 302, 422, 429}
    assert client.get("/proposer/", {"name": text, "commune": text}).status_code == 200


@pytest.mark.django_db
def test_forged_first_values_do_not_break_a_correction(client: Client, place: Place) -> None:
    address = "/proposer/correction/lieu/mediatheque/"
    answers = sent_by(client.get(address), address) | {
        "fiche": ["forged"],
        "name": ["Autre nom"],
        "do": ["send"],
    }
    assert client.post(address, answers).status_code == 302
    assert Proposal.objects.get().fields == {"name": "Autre nom"}


@pytest.mark.django_db
def test_pages_are_light(client: Client, place: Place) -> None:
    for address in ("/proposer/", "/proposer/lieu/", "/proposer/correction/lieu/mediatheque/", REPORT):
        page = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert page["Content-Encoding"] == "gzip"
        assert len(page.content) < 25_000
