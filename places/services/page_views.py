"""How often the page of a record is read: a number a day, and nothing about who.

Not counted: what only asks for headers, what a browser fetches ahead, programs that say so, and whoever is signed in
(staff and partners: accounts are for nobody else). A revalidation answered with 304 counts: somebody looks again.
"""

import logging
import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils.timezone import localdate

from places.hours import PARIS
from places.models import PageViews, Place, WifiPoint

logger = logging.getLogger(__name__)

Record = Place | WifiPoint
# After so many months days are summed by month.
DAYS_KEPT_MONTHS = 25
_PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|uptime|scan|fetch|archiv|headless|lighthouse|validator|facebookexternalhit"
    r"|whatsapp|curl|wget|python|java/|go-http|okhttp|libwww|axios|node",
    re.IGNORECASE,
)
# One statement of two parts: in its own transaction, a page never waits longer for somebody who holds the row.
_COUNT = """
SET LOCAL lock_timeout = '100ms';
INSERT INTO places_pageviews (place_id, wifi_point_id, day, count) VALUES (%s, %s, %s, 1)
ON CONFLICT ((COALESCE(place_id, wifi_point_id)), day) DO UPDATE SET count = places_pageviews.count + 1
"""
_FOLD = """
WITH old AS (
    DELETE FROM places_pageviews WHERE day < %s AND day <> date_trunc('month', day)::date
    RETURNING place_id, wifi_point_id, date_trunc('month', day)::date AS month, count
)
INSERT INTO places_pageviews (place_id, wifi_point_id, day, count)
SELECT place_id, wifi_point_id, month, sum(count) FROM old GROUP BY place_id, wifi_point_id, month
ON CONFLICT ((COALESCE(place_id, wifi_point_id)), day) DO UPDATE SET count = places_pageviews.count + excluded.count
"""


def count_view(request: HttpRequest, record: Record) -> None:
    """Counts one reading of the page. Never raises, whatever the database says: a page matters more than its count."""
    if not is_reader(request):
        return
    place, wifi = (record.pk, None) if isinstance(record, Place) else (None, record.pk)
    try:
        _write(_COUNT, [place, wifi, localdate(timezone=PARIS)])
    except Error:
        logger.warning("A page view could not be counted.", exc_info=True)


def is_reader(request: HttpRequest) -> bool:
    """Whether a person reads the page who is neither staff nor partner."""
    purpose = " ".join(
        request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    )
    agent = request.headers.get("User-Agent", "")
    is_page = request.method == "GET" and not re.search("prefetch|preview|prerender", purpose)
    return is_page and bool(agent) and not _PROGRAMS.search(agent) and not _is_signed_in(request)


def _is_signed_in(request: HttpRequest) -> bool:
    """Without its cookie the session is not asked: the page stays the same for every stranger, caches included."""
    has_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_cookie and bool(getattr(request, "user", None) and request.user.is_authenticated)


def _write(sql: str, values: list[Any]) -> None:
    """In autocommit the two parts are one transaction of their own; inside another, a failure must not spoil it."""
    if connection.in_atomic_block:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    else:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)


def views_of(
    records: Record | Iterable[Record], *, months: int = 12, today: date | None = None
) -> dict[UUID, int]:
    """Readings of each record in the last months, the running one included; zeros too. One query."""
    kept = [records] if isinstance(records, Place | WifiPoint) else list(records)
    first = (today or localdate(timezone=PARIS)).replace(day=1) - relativedelta(months=months - 1)
    places = [record.pk for record in kept if isinstance(record, Place)]
    points = [record.pk for record in kept if isinstance(record, WifiPoint)]
    rows = PageViews.objects.filter(Q(place__in=places) | Q(wifi_point__in=points), day__gte=first)
    sums = rows.order_by().values_list("place", "wifi_point").annotate(total=Sum("count"))
    counts: dict[UUID, int] = {place or wifi: total for place, wifi, total in sums}
    return {record.pk: counts.get(record.pk, 0) for record in kept}


def fold_old_views(today: date | None = None) -> str:
    """Sums days older than DAYS_KEPT_MONTHS into the first of their month; the same day twice changes nothing."""
    before = (today or localdate(timezone=PARIS)).replace(day=1) - relativedelta(months=DAYS_KEPT_MONTHS)
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [before])
        return f"Mois regroupés : {cursor.rowcount}."
