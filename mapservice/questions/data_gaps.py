"""What lacks in the data, one QuerySet for each question, each in a total order."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from mobile_units.models import MobileUnit, Passage, Stop
from places.enums import LocationOrigin, LocationPrecision, WifiState
from places.exports.national import Options
from places.freshness.due import Freshness, with_freshness
from places.hours import HoursError, check_hours
from places.models import DistinctPair, Place, WifiPoint

Rows = QuerySet[Any]
# A point this far outside its commune is beside it, not on the line between two: outlines are exact to some 20 m.
OUTSIDE_DEGREES = 0.0005
# How long a Wi-Fi point may be down, or not looked at, before somebody should go there.
WIFI_DOWN_DAYS = 14
VAGUE = Q(location_precision__in=[LocationPrecision.UNKNOWN, LocationPrecision.MUNICIPALITY]) | Q(
    location_origin__in=[LocationOrigin.UNKNOWN, LocationOrigin.TOWN_HALL]
)


def places() -> Rows:
    return Place.objects.published().order_by("name", "pk")


def points() -> Rows:
    return WifiPoint.objects.published().order_by("name", "pk")


def unreadable_hours() -> Rows:
    """By text: there are far fewer texts than places, and each is read once."""
    texts = places().exclude(opening_hours="").order_by().values_list("opening_hours", flat=True).distinct()
    bad = [text for text in texts.iterator() if not is_readable(text)]
    return places().filter(Q(opening_hours__in=bad) | ~Q(opening_hours_received="") & Q(opening_hours=""))


def is_readable(text: str) -> bool:
    try:
        check_hours(text)
    except HoursError:
        return False
    return True


def missing_hours() -> Rows:
    lacking = places().filter(opening_hours="", opening_hours_received="")
    return lacking.exclude(help_by_appointment=True)


def no_holiday_rule() -> Rows:
    said = places().exclude(opening_hours="").exclude(opening_hours__contains="PH")
    return said.filter(opening_hours_note="")


def without_services() -> Rows:
    return places().filter(services=[])


def stale_places() -> Rows:
    return _stale(places())


def stale_points() -> Rows:
    return _stale(points())


def _stale(records: Rows) -> Rows:
    """Due since FRESHNESS_STALE_MONTHS, the oldest first; those that moderators were told of too."""
    dated = with_freshness(records).filter(freshness__in=[Freshness.STALE, Freshness.FLAGGED])
    return dated.order_by("since", "pk")


def vague_places() -> Rows:
    return places().filter(Q(location__isnull=True) | VAGUE)


def vague_points() -> Rows:
    return points().filter(Q(location__isnull=True) | VAGUE)


def twins() -> Rows:
    """One line for each place that has another at its very point; pairs that a person told apart do not count.

    Points borrowed from a town hall or a whole commune are told by `vague_places`.
    """
    told = DistinctPair.objects.filter(
        Q(first=OuterRef("pk"), second=OuterRef(OuterRef("pk")))
        | Q(second=OuterRef("pk"), first=OuterRef(OuterRef("pk")))
    )
    # The operator `~=`: equality of points, through the index.
    others = Place.objects.published().filter(location__same_as=OuterRef("location"), pk__gt=OuterRef("pk"))
    others = others.filter(~Exists(told)).order_by("pk")
    exact = places().filter(location__isnull=False).exclude(VAGUE)
    return exact.annotate(
        twin=Subquery(others.values("pk")[:1]), twin_name=Subquery(others.values("name")[:1])
    ).filter(twin__isnull=False)


def misplaced_places() -> Rows:
    return _outside(places())


def misplaced_points() -> Rows:
    return _outside(points())


def _outside(records: Rows) -> Rows:
    """Further than some 50 m outside the commune that its address names."""
    known = records.filter(location__isnull=False, commune__outline__isnull=False).select_related("commune")
    return known.exclude(location__dwithin=(F("commune__outline"), OUTSIDE_DEGREES))


def idle_units() -> Rows:
    return _without_passages(MobileUnit.objects.published(), "unit").order_by("name", "pk")


def idle_stops() -> Rows:
    return _without_passages(Stop.objects.published(), "stop").order_by("commune_name", "name", "pk")


def _without_passages(records: Rows, name: str) -> Rows:
    coming = Passage.objects.filter(end__gte=timezone.now()).exclude(status="cancelled")
    return records.filter(~Exists(coming.filter(**{name: OuterRef("pk")})))


def wifi_down() -> Rows:
    """Down, degraded or unknown, and nobody said otherwise since WIFI_DOWN_DAYS."""
    since = timezone.localdate() - timedelta(days=WIFI_DOWN_DAYS)
    long = Q(state_on__isnull=True) | Q(state_on__lte=since)
    return points().filter(long, state__in=[WifiState.DOWN, WifiState.DEGRADED, WifiState.UNKNOWN])


def not_exported() -> Rows:
    """Places that the national file leaves out, since they lack something that it demands."""
    options = Options(default_pivot=settings.EXPORT["default_pivot"])
    whole = Q()
    for demand in options.demands.values():
        whole &= demand
    return places().exclude(whole)


def failed_mails() -> Rows:
    return OutgoingMail.objects.filter(state=MailState.FAILED).order_by("-created_at", "pk")
