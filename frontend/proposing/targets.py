"""The record that a form is about."""

from typing import Any

from django.http import Http404

from places.enums import Status
from places.models import Place, Redirect, WifiPoint


class ClosedForGood(Exception):  # noqa: N818 - it says what is the case
    """The record is closed: only errors can be told of it."""

    def __init__(self, record: Place | WifiPoint) -> None:
        super().__init__(str(record))
        self.record = record


def find_target(model: type[Any], slug: str, *, closed_too: bool = False) -> tuple[Any, bool]:
    """The public record of that slug, and whether it has another slug now. Raises Http404, ClosedForGood."""
    record = model.objects.visible().filter(slug=slug).first()
    moved = False
    if record is None and model is Place:
        way = Redirect.objects.filter(old_slug=slug).select_related("place").first()
        record, moved = (way.place, True) if way and way.place.status != Status.DRAFT else (None, False)
    if record is None:
        raise Http404
    if record.status == Status.CLOSED and not closed_too:
        raise ClosedForGood(record)
    return record, moved
