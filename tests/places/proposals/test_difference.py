"""A proposal beside the live record: words, three values, distances, and no query too many."""

from math import cos, hypot, radians

import pytest
from django.contrib.gis.geos import Point
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from places.enums import ProposalKind
from places.models import Place, Proposal
from places.proposals.difference import Row, difference_of
from tests.factories import PlaceFactory, WifiPointFactory
from tests.factories.proposals import ProposalFactory

pytestmark = pytest.mark.django_db


def row_of(proposal: Proposal, name: str) -> Row:
    (row,) = [row for row in difference_of(proposal).rows if row.field == name]
    return row


def plain(words: str | list[str]) -> list[str]:
    """The phrases with ordinary spaces, whichever the catalogue puts."""
    return [phrase.replace("\u00a0", " ") for phrase in words]


def test_a_text_has_a_label_and_three_values() -> None:
    row = row_of(ProposalFactory(), "phone")
    assert (row.label, row.kind, row.base, row.live, row.proposed, row.state) == (
        "Téléphone",
        "text",
        "03 29 45 00 00".replace(" ", "\u00a0"),
        "03 29 45 00 00".replace(" ", "\u00a0"),
        "03 29 45 00 01".replace(" ", "\u00a0"),
        "change",
    )
    assert (row.values, row.is_private) == (("+33329450000", "+33329450000", "+33329450001"), False)


@pytest.mark.parametrize(
    ("base", "live", "proposed", "state"),
    [
        ("A", "A", "B", "change"),
        ("A", "C", "B", "conflict"),
        ("A", "B", "B", "same"),
        ("", "", "B", "change"),
        ("A", "A", "A", "same"),
        ("A", "", "", "same"),
        ("17\u00a0h 30", "17\u00a0h 30", "17 h 30", "same"),
        ("17\u00a0h 30", "17\u00a0h 30", "17 h", "change"),
    ],
)
def test_three_values_have_one_state(base: str, live: str, proposed: str, state: str) -> None:
    proposal = ProposalFactory(
        place__access_note=live, fields={"access_note": proposed}, base={"access_note": base}
    )
    difference = difference_of(proposal)
    assert [row.state for row in difference.rows] == [state]
    assert (difference.is_conflicted, difference.conflicts) == (
        state == "conflict",
        ("access_note",) if state == "conflict" else (),
    )


def test_without_a_base_nothing_is_said_to_have_changed() -> None:
    assert row_of(ProposalFactory(fields={"summary": "Neuf"}, base={}), "summary").state == "change"


def test_a_list_says_what_comes_and_what_goes() -> None:
    place = PlaceFactory(services=["internet_access", "employment"])
    proposal = ProposalFactory(
        place=place,
        fields={"services": ["safe_use", "internet_access"]},
        base={"services": ["employment", "internet_access"]},
    )
    row = row_of(proposal, "services")
    assert (row.kind, row.state) == ("list", "change")
    assert (row.added, row.removed, row.kept) == (
        ("Utilisation sécurisée du numérique",),
        ("Insertion professionnelle via le numérique",),
        ("Accès internet et matériel informatique",),
    )


def test_hours_are_phrases_and_unreadable_ones_stay_as_typed() -> None:
    proposal = ProposalFactory(
        place__opening_hours="Mo-Fr 09:00-12:00",
        fields={"opening_hours": "Mo-Fr 09:00-12:00; Sa 10:00-12:00", "mediator_hours": "sur demande"},
        base={"opening_hours": "Mo-Fr 09:00-12:00", "mediator_hours": ""},
    )
    hours = row_of(proposal, "opening_hours")
    weekdays = "Du lundi au vendredi : 9 h – 12 h"
    assert (hours.kind, plain(hours.live)[0]) == ("hours", weekdays)
    assert plain(hours.proposed)[:2] == [weekdays, "Samedi : 10 h – 12 h"]
    mediator = row_of(proposal, "mediator_hours")
    assert (mediator.live, mediator.proposed) == ([], ["sur demande"])


def test_a_point_says_how_far_it_moves() -> None:
    place = PlaceFactory(location=Point(5.16, 48.77, srid=4326))
    proposal = ProposalFactory(
        place=place, fields={"location": [5.17, 48.78]}, base={"location": [5.16, 48.77]}
    )
    row = row_of(proposal, "location")
    assert (row.kind, row.points, row.state) == ("point", ([5.16, 48.77], [5.17, 48.78]), "change")
    # On a sphere of 6 371 km, within half a percent of the spheroid.
    north, east = radians(0.01) * 6_371_000, radians(0.01) * 6_371_000 * cos(radians(48.775))
    assert row.moved_m == pytest.approx(hypot(north, east), rel=0.005)


def test_a_point_where_there_was_none() -> None:
    proposal = ProposalFactory(
        place__location=None, fields={"location": [5.17, 48.78]}, base={"location": None}
    )
    row = row_of(proposal, "location")
    assert (row.points, row.moved_m, row.live) == ((None, [5.17, 48.78]), None, "")


def test_yes_no_and_nothing_are_told_apart() -> None:
    proposal = ProposalFactory(place__has_wifi=None, fields={"has_wifi": False}, base={"has_wifi": None})
    row = row_of(proposal, "has_wifi")
    assert (row.kind, row.live, row.proposed, row.state) == ("bool", "", "non", "change")


def test_private_contacts_are_marked() -> None:
    proposal = ProposalFactory(fields={"contact_name": "Zoé"}, base={"contact_name": ""})
    assert row_of(proposal, "contact_name").is_private is True


def test_a_new_place_has_only_new_rows() -> None:
    difference = difference_of(ProposalFactory(new_place=True))
    assert {row.state for row in difference.rows} == {"new"}
    assert (difference.version, difference.record) == (None, None)
    assert [row.label for row in difference.rows][:2] == ["Nom", "Genres"]


def test_rows_stand_in_reading_order_however_they_were_stored() -> None:
    """PostgreSQL keeps the names of a JSON object shortest first."""
    fields = {"name": "Médiathèque", "opening_hours": "Mo 10:00-12:00", "fees": ["free"], "phone": "1"}
    proposal = ProposalFactory(new_place=True, fields=fields)
    proposal.refresh_from_db()
    assert list(proposal.fields) == ["fees", "name", "phone", "opening_hours"]
    rows = difference_of(proposal).rows
    assert [row.field for row in rows] == ["name", "phone", "opening_hours", "fees"]


def test_a_closure_shows_its_dates_in_words() -> None:
    proposal = ProposalFactory(
        kind=ProposalKind.TEMPORARY_CLOSURE,
        fields={"starts_on": "2027-01-04", "ends_on": "2027-01-08", "reason": "Travaux"},
        base={},
    )
    rows = {row.field: row for row in difference_of(proposal).rows}
    assert (rows["starts_on"].label, rows["starts_on"].proposed, rows["starts_on"].kind) == (
        "Premier jour",
        "4 janvier 2027",
        "date",
    )
    assert (rows["reason"].proposed, rows["reason"].state) == ("Travaux", "new")


def test_a_merge_compares_the_two() -> None:
    keep = PlaceFactory(name="Médiathèque", phone="+33329450000")
    # In reading order, which is not that of the columns.
    facts = {"summary": "Au premier étage", "host_kind": "library", "address": "2 rue du Bourg"}
    drop = PlaceFactory(name="Bibliothèque", phone="+33329450000", **facts)
    proposal = ProposalFactory(kind=ProposalKind.MERGE, place=keep, duplicate=drop, fields={}, base={})
    difference = difference_of(proposal)
    told = [(row.field, row.live, row.proposed) for row in difference.rows]
    assert told == [
        ("name", "Médiathèque", "Bibliothèque"),
        ("host_kind", "", "Médiathèque ou bibliothèque"),
        ("address", "1 rue du Bourg", "2 rue du Bourg"),
        ("summary", "", "Au premier étage"),
    ]
    assert (difference.record, difference.version) == (keep, 1)


def test_a_wifi_point_has_its_own_labels() -> None:
    wifi = WifiPointFactory(access="open")
    proposal = ProposalFactory(
        place=None, wifi_point=wifi, fields={"access": "portal"}, base={"access": "open"}
    )
    row = row_of(proposal, "access")
    assert (row.label, row.live, row.proposed) == ("Accès", "libre", "portail")


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_the_queue_asks_no_query_for_each(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        ProposalFactory()
        ProposalFactory(new_place=True)
        ProposalFactory(kind=ProposalKind.MERGE, duplicate=PlaceFactory(name="Autre"), fields={}, base={})
    with django_assert_num_queries(1):
        for proposal in Proposal.objects.waiting().with_records():
            assert difference_of(proposal).rows != ()


def test_the_record_may_be_given() -> None:
    proposal = ProposalFactory()
    fresh = Place.objects.get(pk=proposal.place_id)
    fresh.phone = "+33329459999"
    assert difference_of(proposal, record=fresh).conflicts == ("phone",)


def test_labels_follow_the_reader() -> None:
    with translation.override("en"):
        assert row_of(ProposalFactory(), "phone").label == "Telephone"
