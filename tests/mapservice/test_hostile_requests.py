"""What a request may try beside its form: names of hosts, ways out, caches, addresses that tell, bodies that break."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from mapservice.accounts.access import Access, find_access
from mapservice.models import OutgoingMail
from places.enums import MemberRole
from places.models import Membership
from tests import factories
from tests.mapservice.doors import addresses_of, all_routes, parameters_of, routes_for
from tests.mapservice.planted import plant
from tests.mapservice.test_hostile_proposals import changed, tables

pytestmark = pytest.mark.django_db

EVIL = "evil.example.org"
PASSWORD = "une phrase bien assez longue"


def everybody(email: str = "tout@exemple.fr") -> Membership:
    """Somebody who is a partner and may do everything besides."""
    user = User.objects.create_superuser("tout", email, PASSWORD, first_name="Zoé-Témoin")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    member: Membership = factories.MembershipFactory(user=user, role=MemberRole.OWNER)
    place = factories.PlaceFactory()
    factories.StewardshipFactory(organisation=member.organisation, place=place)
    return member


@pytest.fixture
def member() -> Membership:
    return everybody()


@pytest.fixture
def client(member: Membership) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    return client


# --- the name of the host -------------------------------------------------------------------------------------------


@override_settings(ALLOWED_HOSTS=["testserver", EVIL])
def test_links_of_mails_lead_to_us_whatever_host_was_asked(member: Membership) -> None:
    """Even a second name of ours is no address for a link: the requester chose it."""
    stranger = Client(headers={"Host": EVIL, "X-Forwarded-Host": EVIL})
    signed_in = Client(headers={"Host": EVIL})
    signed_in.force_login(member.user)
    stranger.post(reverse("account_reset_password"), {"email": member.user.email})
    stranger.post(reverse("account_request_login_code"), {"email": member.user.email})
    signed_in.post(
        reverse("partner-invite", args=[member.organisation_id]),
        {"email": "invitee@exemple.fr", "role": MemberRole.EDITOR},
    )
    place = factories.PlaceFactory(phone="+33329450000")
    body = {
        "kind": "change",
        "target": {"type": "place", "id": str(place.pk)},
        "fields": {"phone": "+33329450001"},
        "email": "mairie@exemple.fr",
    }
    stranger.post(reverse("api-proposals"), json.dumps(body), content_type="application/json")
    mails = list(OutgoingMail.objects.all())
    assert len({mail.template for mail in mails}) == 4
    assert [mail.template for mail in mails if EVIL in mail.subject + mail.body] == []
    reset = next(mail.body for mail in mails if "password_reset" in mail.template)
    assert re.search(r"^http://127\.0\.0\.1:8000/comptes/password/reset/key/\S+$", reset, re.MULTILINE)


# --- ways out -------------------------------------------------------------------------------------------------------

OUTSIDE = [
    f"//{EVIL}",
    f"https://{EVIL}/",
    f"/\\{EVIL}",
    f"http:{EVIL}",
    f"\t//{EVIL}",
    f"https://testserver@{EVIL}/",
]


@pytest.mark.parametrize("way", range(len(OUTSIDE)))
def test_no_address_sends_to_another_site(way: int, client: Client, member: Membership) -> None:
    planted = plant()
    sent, out = {"next": OUTSIDE[way], "language": "de", "do": "confirm"}, []
    for route in routes_for(*Access):
        # The first of each parameter: it is the way back that is tried, not the object.
        address = addresses_of(route, planted.values)[0]
        for who in (client, Client(raise_request_exception=False)):
            answers = (
                who.get(address, {"next": OUTSIDE[way]}),
                who.post(address, sent, headers={"Referer": f"https://{EVIL}/"}),
            )
            targets = [answer.headers.get("Location", "") for answer in answers]
            out += [(address, target) for target in targets if EVIL in target.partition("?")[0]]
        client.force_login(member.user)
    assert out == []


@pytest.mark.parametrize("way", range(len(OUTSIDE)))
def test_signing_in_leads_to_our_pages_only(way: int, member: Membership) -> None:
    cache.clear()
    client = Client()
    sent = {"login": member.user.email, "password": PASSWORD, "next": OUTSIDE[way]}
    answer = client.post(reverse("account_login"), sent)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert EVIL not in answer["Location"]
    assert "_auth_user_id" in client.session


# --- caches ---------------------------------------------------------------------------------------------------------


def directives(answer: Any) -> set[str]:
    return set(answer.headers.get("Cache-Control", "").replace(" ", "").split(","))


def test_what_is_for_one_person_is_kept_by_nobody(client: Client, member: Membership) -> None:
    """Every page as somebody who may see all: what names the reader, or lies behind a door, stays out of every cache."""
    planted = plant()
    kept, tried = [], 0
    marks = (member.user.email, member.user.first_name, "csrfmiddlewaretoken")
    for route in routes_for(*Access):
        for address in addresses_of(route, planted.values)[:2]:
            answer: Any = client.get(address)
            client.force_login(member.user)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            is_closed = find_access(route) in {Access.STAFF, Access.PARTNER, Access.ACCOUNT}
            is_personal = any(mark.encode() in body for mark in marks)
            if not is_closed and not is_personal:
                continue
            tried += 1
            # Outlines of communes, in the administration, are nobody's: a browser may keep those.
            is_kept = "no-store" not in directives(answer) and (
                "private" not in directives(answer) or is_personal
            )
            if answer.status_code < 300 and is_kept:
                kept.append((address, answer.headers.get("Cache-Control")))
            elif answer.status_code >= 300 and "public" in directives(answer):
                kept.append((address, answer.status_code))
    assert kept == []
    assert tried > 100


def test_nothing_is_left_after_signing_out(client: Client) -> None:
    stolen = Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    assert stolen.get(reverse("partner")).status_code == 200
    client.post(reverse("account_logout"))
    for one in (client, stolen):
        answer = one.get(reverse("partner"))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


# --- addresses that tell --------------------------------------------------------------------------------------------


def test_secret_addresses_are_told_to_no_other_site() -> None:
    values = {name: ["un-secret-0123456789"] for name in ("secret", "token", "key")} | {"uidb36": ["1"]}
    told, tried = [], 0
    for route, _pattern in all_routes():
        if {name for name, _ in parameters_of(route)} & {"secret", "token", "uidb36"}:
            for address in addresses_of(route, values):
                answer = Client(raise_request_exception=False).get(address)
                tried += 1
                if answer.headers.get("Referrer-Policy") not in {"no-referrer", "same-origin"}:
                    told.append(address)
    assert told == []
    assert tried > 7


@pytest.mark.parametrize("name", ["key", "api_key", "token", "access_token", "authorization"])
def test_a_key_in_an_address_opens_nothing(name: str) -> None:
    """Addresses end in logs and histories: a key is shown in a header or not at all."""
    factories.ApiKeyFactory(secret="mck_cle-dans-l-adresse", organisation=factories.OrganisationFactory())
    address = f"{reverse('api-proposals')}?{name}=mck_cle-dans-l-adresse"
    assert Client().get(address).status_code in {400, 401, 403}


def test_no_answer_lets_another_site_use_a_session(client: Client) -> None:
    planted = plant()
    wrong = []
    asked = {"Origin": f"https://{EVIL}", "Access-Control-Request-Method": "POST"}
    for route in routes_for(*Access):
        for address in addresses_of(route, planted.values)[:1]:
            for method in ("options", "get"):
                answer = getattr(client, method)(address, headers=asked)
                client.force_login(User.objects.get(username="tout"))
                origin = answer.headers.get("Access-Control-Allow-Origin")
                if answer.headers.get("Access-Control-Allow-Credentials") or origin not in {None, "*"}:
                    wrong.append((address, method, origin))
                if origin and not address.startswith(("/api/v1", "/exports/", "/calendars/")):
                    wrong.append((address, method, origin))
                if origin and address.startswith("/api/v1/planning/"):
                    wrong.append((address, method, origin))
    assert wrong == []


# --- bodies ---------------------------------------------------------------------------------------------------------

TEXTS = [
    "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202etxt", "\ufeff", "\uffff", "x" * 5_000, "9" * 4_000, "-1", "1e400",
    "NaN", "[]", "{}", "'\"<>&", "\r\nBcc: x@y.fr", "../../etc/passwd", "%00", "${7*7}", "2026-02-30", "0001-01-01",
    "9999999999-01-01", "٣", "\U0010ffff",
]  # fmt: skip
NAMES = [
    "do", "name", "email", "role", "comment", "text", "reason", "note", "fields", "version", "starts_on", "ends_on", "title",
    "message", "keep", "drop", "state", "label", "place", "query", "q", "organisation", "siret", "mail", "photo", "code", "rate_per_minute",
    "expires_on", "scopes", "assigned_to", "page", "next", "closure", "ready", "other", "phone", "hours-0-0-start", "do_refuse",
]  # fmt: skip


def test_no_text_breaks_a_desk(client: Client, member: Membership) -> None:
    """Every form behind a door, as somebody who may send it: words that no database and no encoding takes."""
    planted = plant()
    own = member.organisation.stewardships.get().place_id
    values = {
        **planted.values,
        "pk": [*planted.values["pk"][:1], own, member.organisation_id, planted.proposal.pk],
    }
    broken, tried = [], 0
    for route in routes_for(Access.PARTNER, Access.STAFF):
        if route.startswith("api/"):
            continue
        for address in addresses_of(route, values)[:4]:
            for turn in range(4):
                # Each field its own, another one each time. As a browser could never write it, and any program can.
                texts = [TEXTS[(place + 7 * turn) % len(TEXTS)] for place in range(len(NAMES))]
                sent = "&".join(f"{name}={_escaped(text)}" for name, text in zip(NAMES, texts, strict=True))
                answer = client.post(address, sent, content_type="application/x-www-form-urlencoded")
                tried += 1
                if answer.status_code >= 500:
                    broken.append((address, turn))
    assert broken == []
    assert tried > 400


def _escaped(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def bodies() -> Iterator[bytes]:
    yield b"[" * 100_000
    yield b'{"a":' * 50_000
    yield b'{"kind": "change", "kind": "report"}'
    yield from (
        b'{"kind": NaN}',
        b'{"kind": Infinity}',
        b'{"kind": 1e999}',
        b'{"kind": ' + b"9" * 5_000 + b"}",
    )
    yield from (
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
        b'{"\xff": 1}',
        b"null",
        b'"x"',
        b"true",
        b"{}x",
        b"\xff",
    )


def worded_bodies() -> Iterator[bytes]:
    """The names that the API of proposals knows, with each text in turn."""
    for text in TEXTS:
        escaped = json.dumps(text).encode()
        yield b"{" + escaped + b': "x"}'
        yield b'{"text": ' + escaped + b', "comment": ' + escaped + b"}"
        yield (
            b'{"kind": "new_place", "email": "mairie@exemple.fr", "comment": %s, "fields": {"name": %s, "commune_name": %s, '
            b'"address": %s, "kinds": [%s], "location": [%s, 1], "opening_hours": %s, "websites": [%s]}}'
        ) % ((escaped,) * 8)


def _programs() -> dict[str, Callable[[], Client]]:
    return {"nobody": Client, "a key": lambda: Client(headers={"Authorization": "Bearer mck_corps-hostiles"})}


@pytest.mark.parametrize("who", ["nobody", "a key"])
def test_no_body_breaks_the_api_of_proposals(who: str) -> None:
    organisation = factories.OrganisationFactory()
    factories.ApiKeyFactory(secret="mck_corps-hostiles", organisation=organisation, rate_per_minute=1_000_000)
    proposal = factories.ProposalFactory(organisation=organisation, email="")
    client = _programs()[who]()
    client.raise_request_exception = False
    before, broken = tables(), []
    root = reverse("api-proposals")
    for route, _pattern in all_routes():
        if not route.startswith("api/v1/proposals"):
            continue
        for address in addresses_of(route, {"pk": [proposal.pk]}):
            for body in [*bodies(), *(worded_bodies() if address == root or who == "a key" else ())]:
                answer = client.post(address, body, content_type="application/json")
                if answer.status_code >= 500:
                    broken.append((address, body[:60]))
    assert broken == []
    written = set(changed(before)) - {"places_apikey"}
    # A key answers a question for its organisation with any readable text; nobody's bodies write nothing.
    assert written <= (
        set() if who == "nobody" else {"places_proposal", "places_proposalmessage", "mapservice_outgoingmail"}
    )


def test_no_body_breaks_the_api_of_planning(client: Client) -> None:
    planted = plant()
    broken = []
    for route in routes_for(Access.STAFF):
        if route.startswith("api/v1/planning/"):
            for address in addresses_of(route, planted.values)[:1]:
                for body in bodies():
                    for method in ("post", "patch"):
                        answer = getattr(client, method)(address, body, content_type="application/json")
                        if answer.status_code >= 500:
                            broken.append((address, method, body[:60]))
    assert broken == []


def test_name_said_twice_is_refused() -> None:
    answer = Client().post(
        reverse("api-proposals"), b'{"kind": "report", "kind": "change"}', content_type="application/json"
    )
    assert (answer.status_code, answer.json()["detail"]) == (400, "Ce JSON ne se lit pas.")
