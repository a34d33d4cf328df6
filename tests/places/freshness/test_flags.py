"""What moderators are told, and what they are not told twice."""

from datetime import date, timedelta

import pytest
from django.test import override_settings
from django.utils.timezone import localdate

from places.enums import ProposalStatus
from places.freshness.flags import flag_silent
from places.models import Place, Proposal
from tests.factories import WifiPointFactory
from tests.places.freshness.seeds import old, partner, place_due

pytestmark = pytest.mark.django_db

# Due on the 2nd of September: stale on the 2nd of November.
STALE = date(2026, 11, 2)
SEPTEMBER = date(2026, 9, 2)


def test_stale_records_without_partner_are_flagged_oldest_first_bounded() -> None:
    places = [place_due(SEPTEMBER - timedelta(days=number)) for number in range(3)]
    wifi = old(WifiPointFactory(confirmed_on=date(2025, 1, 1), edited_on=None))
    place_due(SEPTEMBER + timedelta(days=1))
    place_due(SEPTEMBER, status="draft")
    partner("Mairie", place_due(SEPTEMBER))
    with override_settings(FRESHNESS_FLAGS_PER_DAY=2):
        assert flag_silent(STALE) == "Fiches sans réponse : 0, sans partenaire : 2."
    flags = Proposal.objects.all()
    assert {flag.target for flag in flags} == {wifi, places[2]}
    assert {flag.organisation for flag in flags} == {None}


def test_record_is_flagged_once_while_moderators_think_and_a_while_after() -> None:
    place = place_due(SEPTEMBER)
    for number in range(3):
        flag_silent(STALE + timedelta(days=number))
    flag = Proposal.objects.get()
    assert flag.key == f"freshness:place:{place.pk}"
    Proposal.objects.update(status=ProposalStatus.REFUSED, decided_at="2026-11-05T10:00Z")
    flag_silent(STALE + timedelta(days=5))
    assert Proposal.objects.count() == 1


def test_flag_is_withdrawn_when_the_record_is_confirmed() -> None:
    place = place_due(SEPTEMBER)
    flag_silent(STALE)
    Place.objects.filter(pk=place.pk).update(confirmed_on=localdate() + timedelta(days=1))
    flag_silent(STALE + timedelta(days=1))
    assert Proposal.objects.get().status == ProposalStatus.WITHDRAWN
    place.refresh_from_db()
    assert place.status == "published"
