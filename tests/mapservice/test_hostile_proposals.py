"""Forged forms, foreign numbers, replayed links, guesses at accounts: tried on every address, whoever added it."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from psycopg2.sql import SQL, Identifier

from mapservice.accounts.access import Access, find_access
from mapservice.accounts.permissions import Role
from mapservice.logging_json import JsonFormatter, RequestFilter
from mapservice.models import OutgoingMail
from places.enums import MemberRole, ProposalStatus
from places.history import event_model
from places.models import Membership, Place, Proposal
from places.partners.members import invite
from places.privacy.persons import forget_proposals
from tests import factories
from tests.mapservice.actors_world import PARTNERS, build
from tests.mapservice.doors import addresses_of, all_routes, parameters_of, routes_for
from tests.mapservice.planted import plant

pytestmark = pytest.mark.django_db

# Tables that reading may write: sessions, counts.
READ_WRITTEN = {"django_session", "mapservice_cache", "usersessions_usersession", "places_pageviews"}


# A key notes when it served last.
_DIGEST = SQL(
    "SELECT md5(coalesce(string_agg(line, '|' ORDER BY line), ''))"
    " FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS line FROM {} t) rows"
)


def tables() -> dict[str, str]:
    """A digest of the rows of every table that only work writes."""
    digests = {}
    with connection.cursor() as cursor:
        for name in sorted(set(connection.introspection.table_names(cursor)) - READ_WRITTEN):
            cursor.execute(_DIGEST.format(Identifier(name)))
            digests[name] = cursor.fetchone()[0]
    return digests


def changed(before: dict[str, str]) -> list[str]:
    return [name for name, digest in tables().items() if before[name] != digest]


# --- forged forms ---------------------------------------------------------------------------------------------------

# A choice that changes the visitor's own cookie alone, and what a secret link or a key protects instead of a cookie.
WITHOUT_TOKEN = (
    "langue/",
    "proposer/horaires",
    "proposer/suivi/",
    "proposer/verifier/",
    "partenaire/confirmer/",
    "api/",
)


def test_forms_of_other_sites_write_nothing() -> None:
    """Every address outside the API, as a moderator who is a partner too: without a token nothing is done."""
    planted = plant()
    user = factories.UserFactory(is_superuser=True, is_staff=True)
    factories.MembershipFactory(user=user)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user)
    before, taken = tables(), []
    for route in routes_for(*Access):
        if route.startswith(WITHOUT_TOKEN):
            continue
        for address in addresses_of(route, planted.values)[:3]:
            response = client.post(address, {"do": "accept", "name": "x", "email": "x@exemple.fr"})
            if response.status_code not in {301, 403, 404, 405}:
                taken.append((address, response.status_code))
    assert taken == []
    assert changed(before) == []


def test_planning_api_wants_a_token_of_a_session() -> None:
    planted = plant()
    user = factories.UserFactory(is_superuser=True, is_staff=True)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user)
    before, taken = tables(), []
    for route in routes_for(Access.STAFF):
        if route.startswith("api/"):
            for address in addresses_of(route, planted.values)[:3]:
                response = client.post(address, "{}", content_type="application/json")
                if response.status_code not in {403, 404, 405}:
                    taken.append((address, response.status_code))
    assert taken == []
    assert changed(before) == []


# --- foreign numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*PARTNERS, Role.PROPOSER, Role.STATE_KEY, Role.STRANGER])
@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_numbers_open_nothing(role: Role, method: str) -> None:
    """Each number of each address, of objects that are somebody else's: 404, and no row moves."""
    client = build().clients[role]
    client.raise_request_exception = False
    planted = plant()
    before, opened = tables(), []
    for route in routes_for(Access.PARTNER, Access.STAFF, Access.ACCOUNT):
        if not parameters_of(route):
            continue
        # Staff's desks turn these people away before they look at a number.
        most = 2 if find_access(route) is Access.STAFF else None
        for address in addresses_of(route, planted.values)[:most]:
            response = getattr(client, method)(address)
            # To claim a public venue, one looks at it: what that page shows is public.
            if response.status_code < 300 and not address.endswith("/gerer/"):
                opened.append((address, response.status_code))
            assert response.status_code < 500, address
    assert [one for one in opened if "/comptes/" not in one[0]] == []
    assert changed(before) == []


def test_foreign_proposal_through_the_api() -> None:
    world = build()
    foreign = factories.ProposalFactory()
    before = tables()
    for role in Role:
        for route, _pattern in all_routes():
            if route.startswith("api/v1/proposals/<"):
                address = "/" + route.replace("<uuid:pk>", str(foreign.pk))
                for method in ("get", "post", "patch"):
                    answer = getattr(world.clients[role], method)(
                        address, *(["{}"] if method != "get" else []), content_type="application/json"
                    )
                    assert answer.status_code in {401, 403, 404, 405}, (role, address, method)
    assert changed(before) == []


# --- mass assignment ------------------------------------------------------------------------------------------------

FORBIDDEN = {
    "id": "00000000-0000-4000-8000-000000000009",
    "status": "published",
    "is_demo": True,
    "internal_notes": "x",
    "version": 99,
    "slug": "pirate",
    "source_name": "x",
    "edited_on": "2026-01-01",
    "confirmed_on": "2026-01-01",
    "review_months": 1,
    "first_published_at": "2026-01-01T00:00:00Z",
    "closed_on": "2026-01-01",
    "organisation": "x",
    "is_trusted": True,
    "__class__": "x",
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_program_writes_no_column_of_ours(name: str) -> None:
    place = factories.PlaceFactory(phone="+33329450000")
    body = {
        "kind": "change",
        "target": {"type": "place", "id": str(place.pk)},
        "fields": {"phone": "+33329450001", name: FORBIDDEN[name]},
        "email": "mairie@exemple.fr",
    }
    top = {**body, "fields": {"phone": "+33329450001"}, name: FORBIDDEN[name]}
    for sent in (body, top):
        answer = Client().post(reverse("api-proposals"), json.dumps(sent), content_type="application/json")
        assert answer.status_code == 400, sent
    assert Proposal.objects.count() == 0


# --- accounts -------------------------------------------------------------------------------------------------------


def member(email: str = "membre@exemple.fr", **values: Any) -> User:
    user: User = factories.UserFactory(email=email, **values)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    factories.MembershipFactory(user=user)
    return user


def told(response: Any, email: str) -> tuple[int, str, str]:
    """What an answer says, without the address that was typed and the tokens that each form has of its own."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, response.headers.get("Location", ""), body.replace(email, "")


def asked_for_code(email: str) -> list[tuple[int, str, str]]:
    """The answer, and the page that it leads to."""
    cache.clear()
    client = Client()
    first = client.post(reverse("account_request_login_code"), {"email": email})
    following = client.get(first["Location"]) if first.status_code == 302 else first
    return [told(first, email), told(following, email)]


def test_asking_for_a_code_does_not_tell_who_has_an_account() -> None:
    member()
    member("parti@exemple.fr", is_active=False)
    answers = [
        asked_for_code(email) for email in ("membre@exemple.fr", "inconnu@exemple.fr", "parti@exemple.fr")
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == answers[2][0]
    # Each address got a mail or none; whoever asked cannot see which.
    assert OutgoingMail.objects.filter(to="membre@exemple.fr").count() == 1


def test_wrong_password_does_not_tell_who_has_an_account() -> None:
    user = member()
    user.set_password("une phrase bien assez longue")
    user.save()
    answers = []
    for email in ("membre@exemple.fr", "inconnu@exemple.fr"):
        cache.clear()
        response = Client().post(reverse("account_login"), {"login": email, "password": "autre chose"})
        answers.append((response.status_code, response.content.decode().replace(email, "").count("error")))
    assert answers[0] == answers[1]


def test_invitation_does_not_tell_who_has_an_account() -> None:
    owner = member()
    organisation = owner.memberships.get().organisation
    factories.UserFactory(email="connu@exemple.fr")
    client = Client()
    client.force_login(owner)
    answers = []
    for email in ("connu@exemple.fr", "inconnu@exemple.fr"):
        response = client.post(
            reverse("partner-invite", args=[organisation.pk]), {"email": email, "role": MemberRole.EDITOR}
        )
        answers.append((response.status_code, response.headers.get("Location")))
    assert answers[0] == answers[1]
    assert OutgoingMail.objects.filter(template="places/mail/invitation").count() == 2


def test_session_is_new_after_signing_in() -> None:
    """A session that somebody planted in the browser before does not become that of the account."""
    user = member()
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": user.email})
    before = client.session.session_key
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", OutgoingMail.objects.get().body, re.MULTILINE)
    assert code is not None
    response = client.post(reverse("account_confirm_login_code"), {"code": code[1]})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != before
    fixed = Client()
    fixed.cookies["sessionid"] = before or "x"
    assert "_auth_user_id" not in fixed.session


# --- links ----------------------------------------------------------------------------------------------------------


def invitation_link(email: str = "invitee@exemple.fr") -> tuple[str, Membership]:
    owner = factories.MembershipFactory()
    invite(owner.organisation, email, MemberRole.EDITOR, owner.user)
    mail = OutgoingMail.objects.get(template="places/mail/invitation")
    link = re.search(r"/partenaire/invitation/[\w-]+/", mail.body)
    assert link is not None
    return link[0], owner


def test_invitation_serves_once_and_is_kept_by_nobody() -> None:
    link, owner = invitation_link()
    page = Client().get(link)
    assert page.status_code == 200
    # Its form needs a token, and browsers under `no-referrer` hide where a form comes from: our own pages alone are told.
    assert page["Referrer-Policy"] == "same-origin"
    assert {"no-store", "private"} <= set(page["Cache-Control"].replace(" ", "").split(","))
    Client().post(link)
    Client().post(link)
    assert owner.organisation.memberships.count() == 2
    # The history of memberships is signed without the address of the request, which is the secret itself.
    secret = link.split("/")[-2]
    events: Any = event_model(Membership)._default_manager.select_related("pgh_context")
    for event in events:
        assert secret not in str(event.pgh_context and event.pgh_context.metadata)


def test_invitation_is_for_its_addressee() -> None:
    link, owner = invitation_link()
    client = Client()
    client.force_login(member("autre@exemple.fr"))
    client.post(link)
    assert owner.organisation.memberships.count() == 1


def test_links_of_a_forgotten_proposal_lead_nowhere() -> None:
    place = factories.PlaceFactory()
    proposal = factories.ProposalFactory(
        place=place, secret="lien-a-oublier", status=ProposalStatus.REFUSED, decided_at="2026-01-01T00:00:00Z"
    )
    address = reverse("proposal-follow", args=["lien-a-oublier"])
    assert Client().get(address).status_code == 200
    forget_proposals(Proposal.objects.all())
    unknown = Client().get(reverse("proposal-follow", args=["jamais-vu"]))
    after = Client().get(address)
    assert (after.status_code, after.status_code >= 400) == (unknown.status_code, True)
    assert proposal.title not in after.content.decode()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    yield stream
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)


SECRET = "un-lien-secret-0123456789"


def test_secrets_of_addresses_do_not_reach_the_logs(log: io.StringIO) -> None:
    """Every route that carries one, true or damaged, with every method."""
    tried = 0
    for route, _pattern in all_routes():
        names = {name for name, _ in parameters_of(route)} & {"secret", "token", "uidb36"}
        if not names:
            continue
        values = {"secret": [SECRET], "token": [SECRET], "uidb36": ["4z"], "key": [SECRET]}
        for address in addresses_of(route, values):
            for wrong in (address, address.rstrip("/"), f"{address}encore/"):
                for method in ("get", "post", "head", "delete"):
                    getattr(Client(raise_request_exception=False), method)(wrong)
                    tried += 1
    assert tried > 50
    assert SECRET not in log.getvalue()


# --- words of strangers ---------------------------------------------------------------------------------------------

HEADER = "Mairie\r\nBcc: tout-le-monde@exemple.fr\r\n\r\nCliquez ici"


def test_names_write_no_header_into_mails() -> None:
    owner = factories.MembershipFactory(
        organisation__name=HEADER, user__first_name=HEADER[:150], user__email="proprio@exemple.fr"
    )
    invite(owner.organisation, "invitee@exemple.fr", MemberRole.EDITOR, owner.user)
    for mail in OutgoingMail.objects.all():
        assert mail.to == "invitee@exemple.fr"
        assert not re.search(r"[\r\n]", mail.subject)
        assert not re.search(r"^Bcc:", mail.body, re.MULTILINE)


def test_digest_of_tables_sees_a_change() -> None:
    """The oracle of this module: one column of one row is enough."""
    place = factories.PlaceFactory()
    before = tables()
    Place.objects.filter(pk=place.pk).update(internal_notes="x")
    assert {"places_place", "places_placeevent"} <= set(changed(before))
