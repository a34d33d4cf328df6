"""The stops among the results of the search, when units are all that is asked for.

« Mercredi après-midi » means the passages of that day from that hour on: a bus that stays twenty minutes is missed by
whoever asks what is open at two o'clock sharp.
"""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import Polygon

from frontend.cards import Card, card_of_found, card_of_stop
from frontend.criteria import Criteria
from mapservice.questions.nearest import MAX_LIMIT, NearestQuery, find_nearest
from mapservice.questions.passages import visits_of
from mobile_units.enums import PassageStatus
from mobile_units.models import Passage
from places.enums import Status
from places.hours import PARIS

WITHIN_DAYS = 14
# Passages read to answer for an area: some hundreds of stops over two weeks.
READ_MAX = 3_000


def end_of_day(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(PARIS).date() + timedelta(days=1), time(), PARIS)


def around_by_day(criteria: Criteria, at: datetime) -> list[Card]:
    """The nearest stops with a passage from `at` to the end of that day, nearest first."""
    lat, lon = criteria.position
    query = NearestQuery(
        lat=lat,
        lon=lon,
        at=at,
        kinds=criteria.kinds,
        services=criteria.services,
        limit=MAX_LIMIT,
        sort=criteria.sort,
        within_days=1,
    )
    end = end_of_day(at)
    return [
        card_of_found(found)
        for found in find_nearest(query).found
        if found.visits and found.visits.first.start < end
    ]


def stops_in_area(criteria: Criteria, at: datetime) -> list[Card]:
    """The stops of the area with a passage in the two weeks after `at`, or that day, or now; soonest first.

    One query, and another when all the passages of some stop are cancelled: for what comes later.
    """
    box = Polygon.from_bbox(criteria.bbox or settings.TERRITORY["extent"])
    box.srid = 4326
    until = end_of_day(at) if criteria.open == "at" else at + timedelta(days=WITHIN_DAYS)
    rows = Passage.objects.public().filter(
        unit__status=Status.PUBLISHED,
        unit__services__contains=sorted(criteria.services),
        stop__status=Status.PUBLISHED,
        stop__location__coveredby=box,
        end__gt=at,
    )
    rows = rows.select_related("unit", "stop").order_by("start", "pk")
    by_stop: dict[UUID, list[Passage]] = {}
    for row in rows.filter(start__lt=until)[:READ_MAX]:
        by_stop.setdefault(row.stop_id, []).append(row)
    cancelled = [
        key for key, each in by_stop.items() if all(one.status == PassageStatus.CANCELLED for one in each)
    ]
    if cancelled:
        later = rows.happening().filter(stop__in=cancelled, start__gte=until)
        for row in later.order_by("stop_id", "start", "pk").distinct("stop_id"):
            by_stop[row.stop_id].append(row)
    cards = [
        card_of_stop(each[0].stop, visits_of(each), each[0].unit.services, at) for each in by_stop.values()
    ]
    if criteria.open == "now":
        return [card for card in cards if card.availability.state == "open"]
    return cards
