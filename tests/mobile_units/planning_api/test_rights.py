"""Who may do what in the planning API: each role on each address, and its contract."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from openapi_spec_validator import OpenAPIV30SpecValidator

from mapservice.accounts.permissions import GROUPS, Role
from mobile_units.api.urls import urlpatterns
from tests.mobile_units.planning_api.client import client_of, create, made, send

pytestmark = pytest.mark.django_db

READ, WRITE = {Role.MODERATOR, Role.PLANNER, Role.ADMINISTRATOR}, {Role.PLANNER, Role.ADMINISTRATOR}
MATRIX: list[tuple[str, str, set[Role]]] = [
    ("GET", "openapi.json", READ),
    ("GET", "units", READ),
    ("POST", "units", WRITE),
    ("GET", "units/{unit}", READ),
    ("PATCH", "units/{unit}", WRITE),
    ("POST", "units/{unit}/publish", WRITE),
    ("POST", "units/{unit}/withdraw", WRITE),
    ("POST", "units/{unit}/outages", WRITE),
    ("PUT", "units/{unit}/outages/1", WRITE),
    ("DELETE", "units/{unit}/outages/1", WRITE),
    ("GET", "stops", READ),
    ("POST", "stops", WRITE),
    ("GET", "stops/{stop}", READ),
    ("PATCH", "stops/{stop}", WRITE),
    ("POST", "stops/{stop}/publish", WRITE),
    ("POST", "stops/{stop}/close", WRITE),
    ("GET", "travel", READ),
    ("GET", "passages?from=2027-03-01&to=2027-03-07&drafts=true", READ),
    ("POST", "preview", WRITE),
    ("GET", "itineraries", READ),
    ("POST", "itineraries", WRITE),
    ("GET", "itineraries/{itinerary}", READ),
    ("PUT", "itineraries/{itinerary}", WRITE),
    ("DELETE", "itineraries/{itinerary}", WRITE),
    ("GET", "itineraries/{itinerary}/preview", READ),
    ("POST", "itineraries/{itinerary}/publish", WRITE),
    ("POST", "itineraries/{itinerary}/change-from", WRITE),
    ("POST", "itineraries/{itinerary}/end", WRITE),
    ("POST", "itineraries/{itinerary}/exceptions", WRITE),
    ("PUT", "itineraries/{itinerary}/exceptions/1", WRITE),
    ("DELETE", "itineraries/{itinerary}/exceptions/1", WRITE),
    ("GET", "itineraries/{itinerary}/history", READ),
    ("POST", "itineraries/{itinerary}/restore", WRITE),
]


@pytest.mark.parametrize("role", [None, Role.PARTNER_EDITOR, *GROUPS], ids=str)
def test_each_role_on_each_address(planner: Client, role: Role | None) -> None:
    itinerary = made(planner)
    ids = {"itinerary": itinerary["id"], "unit": itinerary["unit"], "stop": itinerary["calls"][0]["stop"]}
    client = planner if role == Role.PLANNER else client_of(role)
    for method, path, roles in MATRIX:
        status = send(client, method, path.format(**ids)).status_code
        expected = {401} if role is None else {200, 400, 404, 422, 428} if role in roles else {403}
        assert status in expected, (method, path, status)


def test_matrix_knows_every_address() -> None:
    known = {
        (path.split("?")[0].count("/"), path.split("?")[0].split("/")[-1], method)
        for method, path, _ in MATRIX
    }
    for pattern in urlpatterns:
        for method in pattern.callback.view_class.operations:
            last = str(pattern.pattern).split("/")[-1]
            is_id = last.startswith("<")
            found = [one for one in known if one[0] == str(pattern.pattern).count("/") and one[2] == method]
            assert any(is_id or one[1] == last for one in found), (str(pattern.pattern), method)


def test_openapi_document_is_valid_and_says_the_conditions(planner: Client) -> None:
    document = send(planner, "GET", "openapi.json").json()
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []
    assert len(document["paths"]) == len(urlpatterns)
    put = document["paths"]["/itineraries/{pk}"]["put"]
    assert [one["name"] for one in put["parameters"]] == ["pk", "If-Match"]
    call = put["requestBody"]["content"]["application/json"]["schema"]["properties"]["calls"]["items"]
    assert call["required"] == ["stop", "arrival"]
    names = [one["operationId"] for item in document["paths"].values() for one in item.values()]
    assert len(names) == len(set(names))


def test_writer_without_csrf_token_is_refused(planner: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="planner"))
    response = create(strict, "units", {"name": "X"})
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")
