"""What partners do to their records without a decision, beyond changing fields: confirm, reopen, tell a state, take down."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localdate

from places.enums import FreshnessAnswer, PhotoStatus, StateOrigin, Status
from places.models import FreshnessRequest, Photo, Place, Stewardship, TemporaryClosure, WifiPoint
from places.services import lifecycle
from places.services.audit import record as trace
from places.services.lifecycle import signed


def confirm_records(
    *, places: Iterable[UUID], wifi_points: Iterable[UUID], by: User, organisation: UUID | None = None
) -> int:
    """Says that these published records are still right, and answers what was asked about them.

    In the name of `organisation`, else of the only one of the person that looks after any of them. Returns how many
    had not been confirmed today.
    """
    place_ids, wifi_ids = list(places), list(wifi_points)
    named = organisation or _only_organisation(by, Q(place__in=place_ids) | Q(wifi_point__in=wifi_ids))
    places_asked, points_asked = (
        Place.objects.filter(pk__in=place_ids),
        WifiPoint.objects.filter(pk__in=wifi_ids),
    )
    with transaction.atomic():
        count = lifecycle.confirm(records=places_asked, by=by, organisation=named)
        count += lifecycle.confirm(records=points_asked, by=by, organisation=named)
        asked = FreshnessRequest.objects.filter(answer=FreshnessAnswer.WAITING)
        asked.filter(Q(place__in=place_ids) | Q(wifi_point__in=wifi_ids)).update(
            answer=FreshnessAnswer.CONFIRMED, answered_at=timezone.now()
        )
    return count


def _only_organisation(by: User, about: Q) -> UUID | None:
    kept = Stewardship.objects.filter(about, organisation__is_active=True, organisation__memberships__user=by)
    keys = list(kept.order_by().values_list("organisation", flat=True).distinct()[:2])
    return keys[0] if len(keys) == 1 else None


def set_wifi_state(wifi: WifiPoint, state: str, *, by: User) -> bool:
    """How the service of a published point is today, seen by a person; False when it is no longer published."""
    with transaction.atomic(), signed("set_state", by):
        points = WifiPoint.objects.filter(pk=wifi.pk, status=Status.PUBLISHED)
        count = points.update(state=state, state_on=localdate(), state_origin=StateOrigin.PERSON)
    return bool(count)


def reopen(closure: TemporaryClosure, *, by: User) -> None:
    """Ends a closure: it is open from today on. One that has not begun, or began today, leaves no day behind."""
    today = localdate()
    with transaction.atomic(), signed("reopen", by):
        stored = TemporaryClosure.objects.select_for_update().filter(pk=closure.pk).first()
        if stored is None or stored.ends_on < today:
            return
        trace("reopen", by=by, about=stored.place, **_days(stored))
        _shorten(stored, today)
        Place.objects.filter(pk=stored.place_id).update(edited_on=today)


def _shorten(closure: TemporaryClosure, today: date) -> None:
    if closure.starts_on >= today:
        closure.delete()
        return
    closure.ends_on = today - timedelta(days=1)
    closure.save(update_fields=["ends_on"])


def _days(closure: TemporaryClosure) -> dict[str, str]:
    return {"starts_on": closure.starts_on.isoformat(), "ends_on": closure.ends_on.isoformat()}


def remove_photo(photo: Photo, *, by: User) -> bool:
    """A published photo is no longer shown; False when it was not."""
    with transaction.atomic():
        shown = Photo.objects.filter(pk=photo.pk, status=PhotoStatus.PUBLISHED)
        count = shown.update(status=PhotoStatus.REMOVED)
        if count:
            trace("remove_photo", by=by, about=photo)
    return bool(count)


def restore_photo(photo: Photo, *, by: User) -> bool:
    """A photo that was taken down is shown again; False when it was not taken down, or has no place."""
    with transaction.atomic():
        gone = Photo.objects.filter(pk=photo.pk, status=PhotoStatus.REMOVED, place__isnull=False)
        count = gone.update(status=PhotoStatus.PUBLISHED)
        if count:
            trace("restore_photo", by=by, about=photo)
    return bool(count)
