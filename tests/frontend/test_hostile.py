"""Text is never HTML, and no address breaks a page."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.db import models
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontend.criteria import SearchForm
from places.models import Commune, Place, WifiPoint
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory, WifiPointFactory

pytestmark = pytest.mark.django_db

ATTACK = "</script><img src=x onerror=alert(1)>'\"{{1234*1234}}&amp;"
TEXTS = (models.CharField, models.TextField)
KEPT = {
    "slug",
    "status",
    "postal_code",
    "insee_code",
    "opening_hours",
    "mediator_hours",
    "siret",
    "rna",
    "phone",
}


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def attacked(model: type[Place | WifiPoint]) -> dict[str, str]:
    """The attack in every free text of the model, cut to its length."""
    return {
        field.name: ATTACK[: field.max_length or None]
        for field in model._meta.fields
        if isinstance(field, TEXTS) and not field.choices and field.name not in KEPT and not field.generated
    }


@pytest.fixture
def attacked_addresses(bar_le_duc: Commune) -> list[str]:
    commune = CommuneFactory(insee="55545", name=ATTACK, former_names=[ATTACK])
    place = PlaceFactory(
        commune=commune,
        slug="attaque",
        websites=["https://exemple.fr/" + ATTACK],
        emails=["a@exemple.fr" + ATTACK],
        **attacked(Place),
    )
    ClosureFactory(place=place, reason=ATTACK)
    unread = PlaceFactory(slug="illisible", opening_hours="", opening_hours_received=ATTACK)
    wifi = WifiPointFactory(
        commune=commune, place=place, slug="borne", ssids=[ATTACK[:32]], **attacked(WifiPoint)
    )
    around = f"lat={bar_le_duc.centre.y}&lon={bar_le_duc.centre.x}"
    attack = urlencode({"q": ATTACK, "label": ATTACK})
    return [
        "/",
        f"/?{attack}",
        f"/?{attack}&{around}",
        f"/?{urlencode({'bbox': ATTACK, 'kinds': ATTACK, 'date': ATTACK})}",
        place.get_absolute_url(),
        unread.get_absolute_url(),
        wifi.get_absolute_url(),
        "/communes/55545/",
        "/communes/55029/",
    ]


def test_text_never_becomes_markup(client: Client, attacked_addresses: list[str]) -> None:
    for address in attacked_addresses:
        body = client.get(address).content.decode()
        tags = Tags()
        tags.feed(body)
        assert [tag for tag, _ in tags.seen if tag == "img"] == [], address
        handlers = [name for _, attributes in tags.seen for name in attributes if name.startswith("on")]
        assert (handlers, "1522756" in body) == ([], False), address


def test_no_inline_script_nor_style(client: Client, attacked_addresses: list[str]) -> None:
    for address in attacked_addresses:
        tags = Tags()
        tags.feed(client.get(address).content.decode())
        styled = [tag for tag, attributes in tags.seen if tag == "style" or "style" in attributes]
        data = {"application/json", "application/ld+json"}
        inline = [
            attributes
            for tag, attributes in tags.seen
            if tag == "script" and not attributes.get("src") and attributes.get("type") not in data
        ]
        assert (styled, inline) == ([], []), address


def test_data_for_scripts_is_whole(client: Client, attacked_addresses: list[str]) -> None:
    body = client.get("/lieux/attaque/").content.decode()
    document = re.search(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)
    assert document is not None
    assert json.loads(document[1])["name"] == ATTACK
    assert "<" not in document[1]


def test_links_lead_to_the_web_only(client: Client) -> None:
    """A stored address with another scheme is refused by validators; were it there, it would not be a link."""
    place = PlaceFactory(websites=["javascript:alert(1)"], appointment_url="javascript:alert(2)")
    body = client.get(place.get_absolute_url()).content.decode()
    assert 'href="javascript:' not in body


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from([*SearchForm.base_fields, "other"]),
        st.one_of(
            st.text(max_size=40),
            st.floats().map(str),
            st.integers().map(str),
            st.sampled_from(["now", "at", "wifi", "third_place", "soonest", "2026-12-01", "23:59"]),
        ),
    )
)
def test_no_address_breaks_the_search(client: Client, values: dict[str, str]) -> None:
    assert client.get("/", values).status_code == 200
