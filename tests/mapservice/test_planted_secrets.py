"""Drafts, proposals, private contacts, accounts and mails are planted, then looked for behind every door of the service."""

import gzip
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils import timezone

from mapservice.accounts.access import Access
from mapservice.limits import passed
from mapservice.settings.env import Rate
from places.enums import PhotoStatus, Status
from places.models import Place, Proposal
from places.proposals.submit import Author, submit
from tests import factories
from tests.mapservice.doors import addresses_of, routes_for
from tests.mapservice.planted import MARK, MERGED, PHONE, VIEWS, Planted, mark, plant

pytestmark = pytest.mark.django_db

JSON = "application/json"
OPEN = (Access.PUBLIC, Access.PROBE)
# `zqpla` finds what begins with the mark, and repeating it in a page betrays nothing.
SEARCHED = MARK[:5]
AROUND = {"lat": "48.7727", "lon": "5.1596"}
QUERIES: dict[str, list[dict[str, str]]] = {
    "": [{"q": SEARCHED}, {"kinds": "wifi"}, {**AROUND, "sort": "soonest"}, {"open": "now"}],
    "api/v1/nearest": [AROUND, {**AROUND, "sort": "soonest", "within_days": "14", "limit": "100"}],
    "api/v1/search": [{"q": SEARCHED}, {"q": "espace"}, {"q": f"{SEARCHED}nt lieu"}],
    "api/v1/clusters": [{"bbox": "4.8,48.3,6,49.7", "zoom": str(zoom)} for zoom in (0, 8, 14, 18)],
    "api/v1/proposals": [{"q": SEARCHED}],
    "proposer/": [{"q": SEARCHED}, {"name": SEARCHED, "commune": "55029"}, {"nom": SEARCHED}],
    "proposer/lieu/": [{"name": SEARCHED, "insee_code": "55029"}],
    "proposer/horaires": [{"opening_hours": "Mo 10:00-12:00"}],
}
_DIGITS = re.compile(r"[\s.\u00a0\u202f]")


def queries_of(route: str) -> list[dict[str, str]]:
    found = QUERIES.get(route, [])
    if route.endswith("/items"):
        found = [{"f": "html"}, {"f": "json", "limit": "100"}, {"filter": "name LIKE 'z%'"}]
    elif route.endswith("/items/<str:fid>"):
        found = [{"f": "html"}]
    return [{}, *found]


def doors(planted: Planted, *accesses: Access) -> Iterator[str]:
    """Every address with every parameter, and the questions that each may be asked."""
    for route in routes_for(*accesses):
        for address in addresses_of(route, planted.values):
            for query in queries_of(route):
                yield f"{address}?{urlencode(query)}" if query else address


def text_of(response: Any, folder: Path) -> str:
    """Everything that an answer tells: head and body, unpacked, a poster as `pdftotext` reads it."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if body and response.headers.get("Content-Type") == "application/pdf":
        file = folder / "affiche.pdf"
        file.write_bytes(body)
        body = subprocess.run(["pdftotext", file, "-"], stdout=subprocess.PIPE, check=True, timeout=60).stdout
    heads = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{heads}\n{response.cookies}\n{body.decode('utf-8', 'replace')}"


def leaks(text: str) -> set[str]:
    """The planted values in a text, however a number is grouped."""
    found = set(re.findall(rf"{MARK}[\w@.-]*", text, re.IGNORECASE))
    digits = _DIGITS.sub("", text)
    return found | {name for name in (PHONE[3:], str(VIEWS)) if name in digits}


@pytest.fixture
def planted() -> Planted:
    return plant()


def test_the_search_would_find_what_leaks(planted: Planted, tmp_path: Path) -> None:
    """The secrets published on purpose: each kind of body shows them, so that its silence means something."""
    stop = factories.StopFactory(slug="temoin", name=mark("temoin"))
    factories.PassageFactory(stop=stop, start=timezone.now() + timedelta(days=5))
    for address in ("/arrets/temoin/", "/arrets/temoin/affiche.pdf", "/api/v1/collections/stops/items"):
        told = text_of(
            planted.clients["stranger"].get(address, headers={"Accept-Encoding": "gzip"}), tmp_path
        )
        assert leaks(told) == {mark("temoin")}, address
    Place.objects.filter(pk=planted.draft.pk).update(status=Status.PUBLISHED)
    z, x, y = (planted.values[name][-1] for name in "zxy")
    tile = text_of(Client().get(f"/api/v1/tiles/{z}/{x}/{y}.mvt"), tmp_path)
    assert mark("lieu-brouillon") in leaks(tile)


@pytest.mark.parametrize("who", ["stranger", "state key", "another partner"])
def test_no_door_shows_a_secret(
    who: str, planted: Planted, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    client = planted.clients[who]
    client.raise_request_exception = False
    found: dict[str, Any] = {}
    count = 0
    for address in doors(planted, *Access):
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        count += 1
        if told := leaks(text_of(response, tmp_path)):
            found[address] = told
        if response.status_code >= 500:
            found[address] = response.status_code
    record_property("told", f"{count} doors tried as {who}")
    assert found == {}
    assert count > 400


@pytest.mark.parametrize("method", ["head", "options", "post", "put", "patch", "delete"])
def test_no_other_method_shows_a_secret(method: str, planted: Planted, tmp_path: Path) -> None:
    client = Client(raise_request_exception=False)
    found: dict[str, Any] = {}
    for address in doors(planted, *OPEN, Access.PARTNER):
        response = getattr(client, method)(address)
        if told := leaks(text_of(response, tmp_path)):
            found[address] = told
        if response.status_code >= 500:
            found[address] = response.status_code
    assert found == {}
    assert Place.objects.get(pk=planted.draft.pk).status == Status.DRAFT
    assert Proposal.objects.count() == 4


def test_hidden_columns_are_no_oracle(planted: Planted) -> None:
    """A filter on a private column would tell it letter by letter."""
    for name in (
        "internal_notes",
        "contact_name",
        "contact_email",
        "contact_phone",
        "status",
        "search_key",
        "version",
    ):
        for query in ({"filter": f"{name} LIKE 'z%'"}, {name: MARK}, {"sortby": name}, {"properties": name}):
            answer = Client().get("/api/v1/collections/places/items", query)
            assert answer.status_code == 400, (name, query)


# --- faults ---------------------------------------------------------------------------------------------------------


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError(mark("message"))


urlpatterns = [
    path("casse", broken),
    path("api/v1/casse", broken),
    path("", include("mapservice.urls")),
]
handler400 = "mapservice.faults.bad_request"
handler403 = "mapservice.faults.forbidden"
handler404 = "mapservice.faults.not_found"
handler500 = "mapservice.faults.server_error"


@override_settings(ROOT_URLCONF="tests.mapservice.test_planted_secrets", RATE_LIMIT_API=Rate(2, 60))
def test_pages_of_faults_show_no_secret(planted: Planted, tmp_path: Path) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    draft = f"/lieux/{planted.draft.slug}/"
    big = b"x" * 2_000_000
    answers = [
        (400, client.get("/api/v1/nearest?lat=abc&lon=5")),
        (400, client.get("/", headers={"Host": "ailleurs.example"})),
        (403, client.post("/proposer/lieu/", {"name": "x"})),
        (404, client.get(draft)),
        (404, client.get(f"/api/v1/collections/places/items/{planted.draft.pk}")),
        (405, Client().put("/healthz")),
        (413, client.post("/api/v1/proposals", big, content_type=JSON)),
        (413, client.post("/proposer/signaler/lieu/public/", big, content_type=JSON)),
        (500, client.get("/casse")),
    ]
    for _ in range(3):
        passed("127.0.0.1", 2, 60)
    answers.append((429, client.get("/api/v1/search?q=es")))
    with override_settings(RATE_LIMIT_API=None):
        answers.append((500, client.get("/api/v1/casse")))
    assert [answer.status_code for _, answer in answers] == [status for status, _ in answers]
    for status, answer in answers:
        assert leaks(text_of(answer, tmp_path)) == set(), status


# --- what changes says that something is there ----------------------------------------------------------------------


def conditional(planted: Planted) -> dict[str, tuple[int, str, str]]:
    """By address: what a cache is told."""
    return {address: told_to_caches(Client().get(address)) for address in doors(planted, *OPEN)}


def told_to_caches(answer: Any) -> tuple[int, str, str]:
    # A feed of which nothing is to be told is dated now.
    is_empty_feed = "atom" in answer.headers.get("Content-Type", "") and b"<entry>" not in answer.content
    modified = "" if is_empty_feed else answer.headers.get("Last-Modified", "")
    return answer.status_code, answer.headers.get("ETag", ""), modified


def test_drafts_and_proposals_move_no_cache(planted: Planted) -> None:
    before = conditional(planted)
    assert sum(bool(etag) for _, etag, _ in before.values()) > 20
    draft = planted.draft
    draft.name, draft.phone = mark("autre-nom"), "+33329450099"
    draft.save()
    planted.proposal.fields = {"name": mark("encore")}
    planted.proposal.save()
    factories.ProposalFactory(place=planted.place, comment=mark("nouvelle"))
    factories.ProposalMessageFactory(proposal=planted.proposal, text=mark("message"))
    factories.PhotoFactory(place=planted.place, status=PhotoStatus.PENDING)
    factories.PlaceFactory(name=mark("second"), status=Status.DRAFT, commune=planted.place.commune)
    after = conditional(planted)
    assert {
        address: (before[address], after[address]) for address in before if before[address] != after[address]
    } == {}


def test_not_modified_says_nothing_else(planted: Planted, tmp_path: Path) -> None:
    client = Client()
    for address in doors(planted, *OPEN):
        etag = client.get(address).headers.get("ETag")
        if etag:
            again = client.get(address, headers={"If-None-Match": etag})
            assert again.status_code == 304, address
            assert leaks(text_of(again, tmp_path)) == set()


# --- particular doors -----------------------------------------------------------------------------------------------


def test_photo_that_is_not_published_does_not_exist(planted: Planted) -> None:
    """Pending, taken away, or of a place that is a draft: the answer is that of an unknown number."""
    of_draft = factories.PhotoFactory(place=planted.draft)
    unknown = "00000000-0000-4000-8000-00000000000f"
    for name in ("photo", "photo-thumbnail"):
        nothing = Client().get(reverse(name, args=[unknown]))
        for pk in (*planted.values["photo"], of_draft.pk):
            answer = Client().get(reverse(name, args=[pk]))
            # Pages repeat their own address.
            said = answer.content.decode().replace(str(pk), unknown)
            assert (answer.status_code, said) == (404, nothing.content.decode())


def test_merged_place_leads_to_a_public_one_only(planted: Planted) -> None:
    for address in ("/lieux/fusionne/", f"/lieux/{MERGED}/"):
        assert Client().get(address)["Location"] == "/lieux/public/"
    Place.objects.filter(pk=planted.place.pk).update(status=Status.DRAFT)
    assert (
        Client().get(Client().get("/lieux/fusionne/").headers.get("Location", "/nulle-part/")).status_code
        == 404
    )


def test_contact_that_names_a_person_is_not_published_by_default(planted: Planted) -> None:
    """What the public form takes as an address of the venue goes to the private contact when it names a person."""
    made = submit(
        kind="change",
        origin="form",
        author=Author(email="secretariat@exemple.fr"),
        target=planted.place,
        fields={"emails": ["marie.lagarde@exemple.fr", "mairie@exemple.fr"]},
    ).proposal
    assert made.fields["emails"] == ["mairie@exemple.fr"]
    assert made.fields["contact_email"] == "marie.lagarde@exemple.fr"
