"""Proposals by programs: each author sees their own, the validator is the forms', and no session counts."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV30SpecValidator
from schemathesis.checks import CheckFunction
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from mapservice.post.models import OutgoingMail
from places.enums import ApiScope, ProposalOrigin, ProposalStatus, Status
from places.models import ApiKey, Organisation, Place, Proposal, ProposalMessage
from places.partners.keys import create_key, find_key, revoke
from tests import factories
from tests.factories.proposals import (
    MembershipFactory,
    OrganisationFactory,
    ProposalFactory,
    RedirectFactory,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/proposals"
CHANGE = {"fields": {"phone": "03 29 45 00 01"}}


@pytest.fixture(autouse=True)
def _no_counts() -> Iterator[None]:
    for cache in caches.all():
        cache.clear()
    caches["rates"].clear()
    caches["default"].clear()
    yield
    caches["rates"].clear()
    caches["default"].clear()


def send(client: Client, method: str, path: str = "", body: Any = None, *, bearer: str = "") -> Any:
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    content = "" if body is None else json.dumps(body)
    kind = "application/json" if content else ""
    response: Any = client.generic(method, f"{ROOT}{path}", content, kind, headers=headers)
    return response


def partner_key(organisation: Organisation | None = None) -> tuple[ApiKey, str]:
    return create_key(
        name="Site de la mairie",
        scopes=[ApiScope.WRITE_PROPOSALS],
        by=None,
        organisation=organisation or OrganisationFactory(),
    )


def change_of(place: Place, **more: Any) -> dict[str, Any]:
    return {"kind": "change", "target": {"type": "place", "id": str(place.pk)}, **CHANGE, **more}


def errors_of(response: HttpResponse) -> dict[str, str]:
    assert response.status_code == 400, response.content
    return {one["field"]: one["sentence"] for one in json.loads(response.content)["errors"]}


def test_key_proposes_and_waits_for_a_moderator_at_once(client: Client) -> None:
    key, secret = partner_key()
    place = factories.PlaceFactory(phone="+33329450000")
    response = send(client, "POST", body=change_of(place), bearer=secret)
    assert response.status_code == 201, response.content
    body = json.loads(response.content)
    proposal = Proposal.objects.get()
    assert body["proposal"]["id"] == str(proposal.pk)
    assert body["proposal"]["status"] == "pending"
    assert body["proposal"]["target"] == {"type": "place", "id": str(place.pk)}
    assert response["Location"] == f"http://testserver{ROOT}/{proposal.pk}"
    assert response["Cache-Control"] == "no-store"
    assert (proposal.origin, proposal.api_key, proposal.organisation) == (
        ProposalOrigin.API,
        key,
        key.organisation,
    )
    assert (proposal.fields, proposal.base) == ({"phone": "+33329450001"}, {"phone": "+33329450000"})
    place.refresh_from_db()
    assert place.phone == "+33329450000"
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_same_reference_changes_the_open_proposal(client: Client) -> None:
    _, secret = partner_key()
    place = factories.PlaceFactory(phone="+33329450000")
    first = send(client, "POST", body=change_of(place, reference="agenda-42"), bearer=secret)
    again = change_of(place, reference="agenda-42") | {"fields": {"phone": "03 29 45 00 02"}}
    second = send(client, "POST", body=again, bearer=secret)
    assert [first.status_code, second.status_code] == [201, 201]
    proposal = Proposal.objects.get()
    assert proposal.fields == {"phone": "+33329450002"}
    assert json.loads(second.content)["proposal"]["reference"] == "agenda-42"


def test_stranger_confirms_the_address_with_the_code(client: Client) -> None:
    place = factories.PlaceFactory(phone="+33329450000")
    response = send(client, "POST", body=change_of(place, email="mairie@exemple.fr"))
    assert response.status_code == 201, response.content
    body = json.loads(response.content)
    path, secret = f"/{body['proposal']['id']}", body["secret"]
    assert body["proposal"]["status"] == "unverified"
    mail = OutgoingMail.objects.get()
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", mail.body)
    assert found
    code = "".join(found.groups())
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert send(client, "POST", f"{path}/verify", {"code": wrong}, bearer=secret).status_code == 403
    verified = send(client, "POST", f"{path}/verify", {"code": code}, bearer=secret)
    assert (verified.status_code, json.loads(verified.content)["status"]) == (200, "pending")


def test_new_code_replaces_the_one_before(client: Client) -> None:
    place = factories.PlaceFactory(phone="+33329450000")
    body = json.loads(send(client, "POST", body=change_of(place, email="mairie@exemple.fr")).content)
    path, secret = f"/{body['proposal']['id']}", body["secret"]
    assert send(client, "POST", f"{path}/new-code", {}).status_code == 401
    again = send(client, "POST", f"{path}/new-code", {}, bearer=secret)
    assert (again.status_code, json.loads(again.content)["status"]) == (200, "unverified")
    mails = list(OutgoingMail.objects.order_by("created_at"))
    codes = [
        re.sub(r"\D", "", re.findall(r"^\s*\d{3}\s?\d{3}\s*$", mail.body, re.MULTILINE)[0]) for mail in mails
    ]
    assert len(codes) == 2
    if codes[0] != codes[1]:
        assert send(client, "POST", f"{path}/verify", {"code": codes[0]}, bearer=secret).status_code == 403
    assert send(client, "POST", f"{path}/verify", {"code": codes[1]}, bearer=secret).status_code == 200


def test_stranger_without_address_is_refused(client: Client) -> None:
    place = factories.PlaceFactory()
    assert "email" in errors_of(send(client, "POST", body=change_of(place)))
    assert Proposal.objects.count() == 0


def test_check_tells_every_problem_and_writes_nothing(client: Client) -> None:
    body = {
        "kind": "new_place",
        "fields": {"name": "", "kinds": ["conected_space"], "opening_hours": "lundi"},
    }
    response = send(client, "POST", "/check", body)
    told = {one["field"]: one for one in json.loads(response.content)["errors"]}
    assert {"name", "kinds", "opening_hours"} <= set(told)
    assert told["kinds"]["nearest"] == "connected_space"
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "status", "slug", "is_demo", "source_name", "id", "version", "internal_notes", "review_months",
        "first_published_at", "edited_on", "confirmed_on", "search_key", "closed_on", "commune",
        "stewardships", "__class__",
    ],
)  # fmt: skip
def test_what_may_not_be_proposed_is_refused_by_name(client: Client, name: str) -> None:
    _, secret = partner_key()
    place = factories.PlaceFactory()
    body = change_of(place) | {"fields": {name: "published"}}
    assert name in errors_of(send(client, "POST", body=body, bearer=secret))
    assert Proposal.objects.count() == 0


def test_body_members_are_read_strictly(client: Client) -> None:
    body = {
        "kind": "merge",
        "target": "x",
        "status": "accepted",
        "comment": 3,
        "fields": [],
        "language": "xx",
    }
    assert set(errors_of(send(client, "POST", body=body))) == {
        "kind", "status", "comment", "fields", "language",
    }  # fmt: skip


@pytest.mark.parametrize("status", [Status.DRAFT])
def test_what_is_not_public_does_not_exist(client: Client, status: Status) -> None:
    _, secret = partner_key()
    draft = factories.PlaceFactory(status=status)
    assert set(errors_of(send(client, "POST", body=change_of(draft), bearer=secret))) == {"target"}


def test_merged_place_leads_to_the_one_that_stayed(client: Client) -> None:
    _, secret = partner_key()
    stayed = factories.PlaceFactory(phone="+33329450000")
    redirect = RedirectFactory(place=stayed)
    body = change_of(stayed) | {"target": {"type": "place", "id": str(redirect.old_id)}}
    assert send(client, "POST", body=body, bearer=secret).status_code == 201
    assert Proposal.objects.get().place == stayed


def test_each_author_reaches_only_their_own(client: Client) -> None:
    mine, secret = partner_key()
    _, other = partner_key()
    colleague_key, colleague = partner_key(mine.organisation)
    proposal = ProposalFactory(api_key=mine, organisation=mine.organisation, email="")
    stranger = ProposalFactory(secret="suivi-d-autrui")
    for path, method, body in (
        ("", "GET", None),
        ("/withdraw", "POST", {}),
        ("/reply", "POST", {"text": "Voici."}),
        ("", "PATCH", {"fields": {}, "comment": "Voici."}),
    ):
        for bearer, expected in ((other, 404), ("suivi-d-autrui", 404), ("inconnu", 401), ("", 401)):
            response = send(client, method, f"/{proposal.pk}{path}", body, bearer=bearer)
            assert response.status_code == expected, (method, path, bearer)
        assert send(client, method, f"/{stranger.pk}{path}", body, bearer=secret).status_code == 404
    assert send(client, "GET", f"/{proposal.pk}", bearer=colleague).status_code == 200
    assert send(client, "GET", f"/{stranger.pk}", bearer="suivi-d-autrui").status_code == 200
    assert colleague_key.organisation == mine.organisation
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.PENDING


def test_list_is_one_page_at_a_time_in_few_queries(client: Client, django_assert_num_queries: Any) -> None:
    key, secret = partner_key()
    now = timezone.now()
    made = [ProposalFactory(api_key=key, organisation=key.organisation, email="") for _ in range(53)]
    for rank, proposal in enumerate(made):
        # Two share each instant: the order must still be total.
        Proposal.objects.filter(secret_hash=proposal.secret_hash).update(
            created_at=now - timedelta(minutes=rank // 2)
        )
    ProposalFactory()
    with django_assert_num_queries(5):  # the key, its last use, the page, messages, decisions
        first = json.loads(send(client, "GET", bearer=secret).content)
    second = json.loads(
        send(client, "GET", first["next"].removeprefix(f"http://testserver{ROOT}"), bearer=secret).content
    )
    assert (len(first["proposals"]), len(second["proposals"]), second["next"]) == (50, 3, None)
    read = [one["id"] for one in first["proposals"] + second["proposals"]]
    expected = Proposal.objects.filter(api_key=key).order_by("-created_at", "-pk")
    assert read == [str(one.pk) for one in expected]


def test_moderators_notes_and_names_stay_among_them(client: Client) -> None:
    key, secret = partner_key()
    proposal = ProposalFactory(api_key=key, organisation=key.organisation, email="")
    ProposalMessage.objects.create(proposal=proposal, text="NOTE-INTERNE", is_internal=True)
    ProposalMessage.objects.create(proposal=proposal, text="Quels horaires ?")
    content = send(client, "GET", f"/{proposal.pk}", bearer=secret).content.decode()
    assert "NOTE-INTERNE" not in content
    assert [one["text"] for one in json.loads(content)["messages"]] == ["Quels horaires ?"]


def test_decided_proposal_changes_no_more(client: Client) -> None:
    key, secret = partner_key()
    proposal = ProposalFactory(
        api_key=key, organisation=key.organisation, status=ProposalStatus.REFUSED, decided_at=timezone.now()
    )
    response = send(client, "PATCH", f"/{proposal.pk}", {"comment": "Encore"}, bearer=secret)
    assert response.status_code == 409, response.content


def test_withdrawing_takes_it_out_of_the_queue(client: Client) -> None:
    key, secret = partner_key()
    proposal = ProposalFactory(api_key=key, organisation=key.organisation)
    response = send(client, "POST", f"/{proposal.pk}/withdraw", {}, bearer=secret)
    assert json.loads(response.content)["status"] == "withdrawn"
    assert list(Proposal.objects.waiting()) == []


def test_session_counts_for_nothing(client: Client) -> None:
    membership = MembershipFactory()
    client.force_login(membership.user)
    place = factories.PlaceFactory(phone="+33329450000")
    assert "email" in errors_of(send(client, "POST", body=change_of(place)))
    own = ProposalFactory(user=membership.user, organisation=membership.organisation)
    assert send(client, "GET", f"/{own.pk}").status_code == 401


def test_worthless_keys_get_the_same_answer(client: Client) -> None:
    revoked, first = partner_key()
    assert revoke(revoked, by=None) is True
    assert revoke(revoked, by=None) is False
    expired, second = partner_key()
    ApiKey.objects.filter(secret_hash=expired.secret_hash).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    asleep = OrganisationFactory()
    _, third = partner_key(asleep)
    Organisation.objects.filter(pk=asleep.pk).update(is_active=False)
    answers = set()
    for secret in (first, second, third, "mck_" + "x" * 43):
        response = send(client, "GET", bearer=secret)
        assert response["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        answers.add((response.status_code, response.content))
    assert len(answers) == 1
    assert {status for status, _ in answers} == {401}


def test_secret_of_a_key_is_kept_nowhere() -> None:
    key, secret = partner_key()
    stored = {field.attname: str(getattr(key, field.attname)) for field in key._meta.concrete_fields}
    assert [name for name, value in stored.items() if secret in value] == []
    assert secret.startswith(key.prefix)
    assert len(key.prefix) == 10
    assert find_key(secret) == key
    assert find_key(secret + "x") is None


def test_reading_key_may_not_propose(client: Client) -> None:
    _, secret = create_key(name="État", scopes=[ApiScope.READ_INVENTORY], by=None)
    place = factories.PlaceFactory(phone="+33329450000")
    draft = factories.PlaceFactory(name="BROUILLON-PLANTÉ", status=Status.DRAFT)
    assert send(client, "GET", bearer=secret).status_code == 403
    headers = {"Authorization": f"Bearer {secret}"}
    listed = client.get("/api/v1/collections/places/items", headers=headers)
    assert [one["id"] for one in listed.json()["features"]] == [str(place.pk)]
    assert client.get(f"/api/v1/collections/places/items/{draft.pk}", headers=headers).status_code == 404
    assert client.get("/api/v1/planning/units", headers=headers).status_code == 401


def test_each_key_has_its_own_rate(client: Client) -> None:
    slow, first = partner_key()
    ApiKey.objects.filter(secret_hash=slow.secret_hash).update(rate_per_minute=2)
    _, other = partner_key()
    statuses = [send(client, "GET", bearer=first).status_code for _ in range(3)]
    assert statuses[:2] == [200, 200]
    if statuses[2] == 200:  # the minute ended in between: its successor bounds as well
        statuses = [send(client, "GET", bearer=first).status_code for _ in range(3)]
    assert statuses[2] == 429
    assert int(send(client, "GET", bearer=first)["Retry-After"]) >= 1
    assert send(client, "GET", bearer=other).status_code == 200


def test_another_sites_page_may_call_without_cookies(client: Client) -> None:
    answer = send(client, "OPTIONS")
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, "*")
    assert answer["Access-Control-Allow-Methods"] == "GET, POST, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in answer
    assert send(client, "DELETE").status_code == 405


def test_document_is_valid_and_names_every_address(client: Client) -> None:
    document = json.loads(send(client, "GET", "/openapi.json").content)
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []
    assert list(document["paths"]) == [
        "/proposals", "/proposals/openapi.json", "/proposals/check", "/proposals/{pk}",
        "/proposals/{pk}/reply", "/proposals/{pk}/verify", "/proposals/{pk}/new-code", "/proposals/{pk}/withdraw",
    ]  # fmt: skip


@pytest.fixture
def api() -> Iterator[schemathesis.BaseSchema]:
    """The document as the service gives it. Django ends a request by closing its connection: here it must not."""
    application = get_wsgi_application()
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


# A schema cannot say that a stranger's proposal needs an address, nor which records exist.
UNSAYABLE: list[CheckFunction] = [positive_data_acceptance]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_generated_bodies_meet_documented_answers(
    api: schemathesis.BaseSchema, mode: schemathesis.GenerationMode
) -> None:
    _, secret = partner_key()
    ApiKey.objects.update(rate_per_minute=10_000)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}

    def tried(operation: Any) -> None:
        @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy(generation_mode=mode))
        def check(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=headers, excluded_checks=UNSAYABLE)

        check()

    for found in api.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        raw = operation.definition.raw
        if raw["parameters"] or "requestBody" in raw or mode is schemathesis.GenerationMode.POSITIVE:
            tried(operation)


def report_of(place: Place, **more: object) -> dict[str, object]:
    target = {"type": "place", "id": str(place.pk)}
    return {"kind": "report", "target": target, "topic": "closed", **more}


def test_a_report_of_a_stranger_needs_no_address(client: Client) -> None:
    place = factories.PlaceFactory()
    response = send(client, "POST", body=report_of(place, comment="MOT-DU-PREMIER"))
    body = json.loads(response.content)
    assert (response.status_code, body["proposal"]["status"], body["joined"]) == (201, "pending", False)
    path, secret = f"/{body['proposal']['id']}", body["secret"]
    assert send(client, "GET", path, bearer=secret).status_code == 200
    assert not OutgoingMail.objects.exists()

    second = send(client, "POST", body=report_of(place, comment="MOT-DU-SECOND"))

    assert (second.status_code, second.has_header("Location")) == (201, False)
    assert json.loads(second.content) == {"proposal": None, "secret": "", "joined": True}
    assert Proposal.objects.count() == 1
    assert b"MOT-DU-SECOND" not in send(client, "GET", path, bearer=secret).content
    assert send(client, "POST", f"{path}/withdraw", {}, bearer=secret).status_code == 400


def test_a_report_with_values_or_an_address_waits_for_a_code(client: Client) -> None:
    place = factories.PlaceFactory(phone="+33329450000")
    values = report_of(place, fields={"phone": "03 29 45 00 01"})
    assert "email" in errors_of(send(client, "POST", body=values))
    response = send(client, "POST", body=report_of(place, email="mairie@exemple.fr"))
    assert json.loads(response.content)["proposal"]["status"] == "unverified"


def test_reports_are_limited_by_network(client: Client) -> None:
    place = factories.PlaceFactory()
    with override_settings(PROPOSAL_LIMITS={"report": {"network": [(1, 3600)]}}):
        assert send(client, "POST", body=report_of(place)).status_code == 201
        late = send(client, "POST", body=report_of(place))
    assert (late.status_code, late["Retry-After"].isdigit()) == (429, True)
