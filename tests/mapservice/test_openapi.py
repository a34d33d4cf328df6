"""The OpenAPI document says what is true: every address, every parameter, and nothing else."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV30SpecValidator
from schemathesis.checks import CheckFunction
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from mapservice.api.endpoints import Endpoint
from mapservice.api.openapi import endpoints_of
from mapservice.api_urls import urlpatterns
from tests.mapservice.ogc import BY_ID, ROOT, get_json, one_of_each

pytestmark = pytest.mark.django_db
# The WSGI transport hands bodies on as they are.
PLAIN = {"Accept-Encoding": "identity"}
# A schema cannot say that west lies before east, nor that a date exists.
UNSAYABLE: list[CheckFunction] = [positive_data_acceptance]
ADDRESSES = list(endpoints_of(urlpatterns))


def patterns(under: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for each in under:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns)
        else:
            yield each


def test_the_document_is_valid(client: Client) -> None:
    response = client.get(f"{ROOT}/openapi.json")
    assert response["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = response.json()
    assert list(OpenAPIV30SpecValidator(document).iter_errors()) == []
    assert document["openapi"].startswith("3.0.")
    assert document["servers"] == [{"url": "http://testserver/api/v1"}]


def test_every_address_is_documented(client: Client) -> None:
    views = [getattr(each.callback, "view_class", None) for each in patterns(urlpatterns)]
    assert [view for view in views if not (view and issubclass(view, Endpoint))] == []
    assert list(get_json(client, "openapi.json")["paths"]) == [path for path, _ in ADDRESSES]
    assert len(views) == len(ADDRESSES)


def test_every_operation_is_named_and_told(client: Client) -> None:
    operations = [path["get"] for path in get_json(client, "openapi.json")["paths"].values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert [each["operationId"] for each in operations if not (each["summary"] and each["description"])] == []
    told = [
        (each["operationId"], sent)
        for each in operations
        for sent in each["parameters"]
        if sent["in"] == "query"
    ]
    assert [(name, sent["name"]) for name, sent in told if not sent["description"]] == []


def query_parameters(document: dict[str, Any], path: str) -> set[str]:
    return {each["name"] for each in document["paths"][path]["get"]["parameters"] if each["in"] == "query"}


@pytest.mark.parametrize("path", [path for path, _ in ADDRESSES if "{" not in path])
def test_documented_parameters_are_accepted_and_no_other(client: Client, path: str) -> None:
    document = get_json(client, "openapi.json")
    documented = query_parameters(document, path)
    refused = client.get(f"{ROOT}{path}", {"undocumented": "1"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "undocumented")
    for name in documented:
        # Whatever the value, a known name is never refused as unknown.
        response = client.get(f"{ROOT}{path}", {name: "\x00"})
        assert response.status_code == 400, name
        assert response.json()["parameter"] == name
        assert "n'existe pas ici" not in response.json()["detail"]


@pytest.fixture
def api() -> Iterator[schemathesis.BaseSchema]:
    """The document as the service gives it, with a record of each kind that says everything and one that says nothing.

    Django ends a request by closing its connection: here that would lose the test's transaction.
    """
    one_of_each()
    application = get_wsgi_application()
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", application)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("collection_id", BY_ID)
def test_features_fit_their_schema(api: schemathesis.BaseSchema, collection_id: str) -> None:
    path = f"/collections/{collection_id}/items"
    api[path]["GET"].Case().call_and_validate(headers=PLAIN)
    for record in BY_ID[collection_id].rows():
        api[f"{path}/{{fid}}"]["GET"].Case(path_parameters={"fid": str(record.pk)}).call_and_validate(
            headers=PLAIN
        )


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_answers_are_those_documented(
    api: schemathesis.BaseSchema, mode: schemathesis.GenerationMode
) -> None:
    """Generated requests, right and wrong ones: no server error, documented statuses, types and schemas."""
    for found in api.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        # What takes no parameter cannot be asked wrongly.
        if operation.definition.raw["parameters"] or mode is schemathesis.GenerationMode.POSITIVE:
            try_operation(operation, mode)


def try_operation(operation: Any, mode: schemathesis.GenerationMode) -> None:
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=PLAIN, excluded_checks=UNSAYABLE)

    check()
