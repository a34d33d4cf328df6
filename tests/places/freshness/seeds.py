"""Partners with records, at dates that tests choose."""

from datetime import UTC, date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from places.models import Organisation, Place
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    PlaceFactory,
    StewardshipFactory,
    UserFactory,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DUE = date(2026, 11, 2)


def old(record: Any) -> Any:
    """The record as if it had been made years ago."""
    type(record).objects.filter(pk=record.pk).update(created_at=LONG_AGO)
    record.refresh_from_db()
    return record


def place_due(on: date = DUE, **more: Any) -> Place:
    """A published place that is due on a day: confirmed six months before."""
    confirmed = on - relativedelta(months=6)
    return old(PlaceFactory(**{"confirmed_on": confirmed, "edited_on": None, **more}))


def partner(name: str, *places: Any, emails: tuple[str, ...] = ("mairie@exemple.fr",)) -> Organisation:
    """An organisation that looks after the places, and a member for each address."""
    organisation: Organisation = OrganisationFactory(name=name)
    for email in emails:
        MembershipFactory(organisation=organisation, user=UserFactory(email=email))
    for place in places:
        StewardshipFactory(organisation=organisation, place=place)
    return organisation
