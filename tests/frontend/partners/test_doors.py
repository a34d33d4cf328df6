"""Every page of the desk: it opens for its own people, does not exist for others, and its forms carry a token."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from places.models import Organisation, Place, WifiPoint
from tests.factories import MembershipFactory, ProposalFactory, StewardshipFactory, WifiPointFactory

pytestmark = pytest.mark.django_db


PAGES: list[tuple[str, str, str]] = [
    ("get", "partner-record", "place"),
    ("get", "partner-edit", "place"),
    ("post", "partner-edit", "place"),
    ("post", "partner-confirm", "place"),
    ("get", "partner-closure", "place"),
    ("post", "partner-closure", "place"),
    ("get", "partner-photos", "place"),
    ("post", "partner-photos", "place"),
    ("get", "partner-statistics", "place"),
    ("get", "partner-wifi", "wifi"),
    ("get", "partner-wifi-edit", "wifi"),
    ("post", "partner-wifi-confirm", "wifi"),
    ("post", "partner-wifi-state", "wifi"),
    ("get", "partner-wifi-statistics", "wifi"),
    ("get", "partner-organisation", "organisation"),
    ("post", "partner-organisation-edit", "organisation"),
    ("get", "partner-csv", "organisation"),
    ("get", "partner-xlsx", "organisation"),
    ("post", "partner-invite", "organisation"),
    ("post", "partner-leave", "organisation"),
    ("get", "partner-proposal", "proposal"),
    ("post", "partner-proposal-reply", "proposal"),
    ("post", "partner-proposal-withdraw", "proposal"),
]


@pytest.mark.parametrize(("method", "name", "what"), PAGES)
def test_what_is_anothers_does_not_exist(client: Client, method: str, name: str, what: str) -> None:
    foreign = StewardshipFactory()
    wifi = StewardshipFactory(place=None, wifi_point=WifiPointFactory()).wifi_point
    objects = {
        "place": foreign.place,
        "wifi": wifi,
        "organisation": foreign.organisation,
        "proposal": ProposalFactory(organisation=foreign.organisation),
    }
    assert getattr(client, method)(reverse(name, args=[objects[what].pk])).status_code == 404
    assert (
        getattr(client, method)(reverse(name, args=["00000000-0000-0000-0000-000000000000"])).status_code
        == 404
    )


@pytest.mark.parametrize(("name", "what"), [(name, what) for method, name, what in PAGES if method == "post"])
def test_every_form_carries_a_token(name: str, what: str) -> None:
    member = MembershipFactory()
    own: dict[str, Any] = {
        "place": lambda: StewardshipFactory(organisation=member.organisation).place,
        "wifi": lambda: (
            StewardshipFactory(
                organisation=member.organisation, place=None, wifi_point=WifiPointFactory()
            ).wifi_point
        ),
        "organisation": lambda: member.organisation,
        "proposal": lambda: ProposalFactory(organisation=member.organisation),
    }
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member.user)
    assert strict.post(reverse(name, args=[own[what]().pk])).status_code == 403


def test_every_page_opens(
    client: Client, owner: Client, place: Place, wifi: WifiPoint, organisation: Organisation
) -> None:
    proposal = ProposalFactory(organisation=organisation, place=place)
    objects: dict[str, Any] = {
        "place": place,
        "wifi": wifi,
        "organisation": organisation,
        "proposal": proposal,
    }
    addresses = [reverse(name, args=[objects[what].pk]) for method, name, what in PAGES if method == "get"]
    others = ["partner", "partner-proposals", "partner-files", "partner-views", "partner-claim-search"]
    for user in (client, owner):
        statuses = {address: user.get(address).status_code for address in [*addresses, *map(reverse, others)]}
        assert set(statuses.values()) == {200}, statuses
