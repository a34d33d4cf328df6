"""Writing itineraries: saved as drafts, published in one step, changed from a date on, ended."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from mobile_units.drafts import Draft
from mobile_units.findings.structure import LAST_DAY
from mobile_units.models import Itinerary, ItineraryException
from mobile_units.plan import PARIS
from mobile_units.services.calls import write_calls
from mobile_units.services.confirm import Override, confirmed, refuse_structure
from mobile_units.services.conflicts import expand_or_explain
from mobile_units.services.expand import Expansion
from mobile_units.services.heirs import inherited
from mobile_units.services.preview import Preview, preview_draft, preview_itinerary
from mobile_units.services.records import note_itinerary
from mobile_units.services.writing import Refused, current, unit_of, writing
from mobile_units.words import weekday_date
from places.enums import Status

WRITTEN = (
    "unit_id",
    "name",
    "valid_from",
    "valid_until",
    "rhythm",
    "weekday",
    "interval_weeks",
    "anchor_on",
    "parity",
    "nths",
    "dates",
    "public_holidays",
    "school_holidays",
    "internal_notes",
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a write left: the itinerary as it now is, what was seen before it, and what became of the passages."""

    itinerary: Itinerary
    preview: Preview
    expansion: Expansion


def create_itinerary(*, user: Any, draft: Draft, now: datetime, is_demo: bool = False) -> Written:
    """A new draft itinerary. Raises Refused when it cannot be stored."""
    with writing(user=user, unit_ids=[draft.unit_id]):
        preview = preview_draft(draft=draft, now=now)
        refuse_structure(preview)
        itinerary = _insert(preview.draft, now=now, is_demo=is_demo)
        return Written(itinerary, preview, Expansion())


def _insert(draft: Draft, *, now: datetime, **values: Any) -> Itinerary:
    itinerary = Itinerary(slug=_slug(draft.name), edited_on=_today(now), **values)
    _put(itinerary, draft)
    itinerary.save(force_insert=True)
    write_calls(itinerary, [replace(call, id=None) for call in draft.calls])
    note_itinerary(itinerary)
    return itinerary


def _put(itinerary: Itinerary, draft: Draft) -> None:
    for name in WRITTEN:
        value = getattr(draft, name)
        setattr(itinerary, name, list(value) if isinstance(value, tuple) else value)


def _slug(name: str) -> str:
    """Readable and never taken: an itinerary's address is not promised to anybody."""
    return f"{slugify(name)[:100].strip('-') or 'tournee'}-{uuid.uuid4().hex[:8]}"


def _today(now: datetime) -> date:
    return now.astimezone(PARIS).date()


def save_itinerary(
    *,
    user: Any,
    itinerary_id: uuid.UUID,
    version: int,
    draft: Draft,
    now: datetime,
    digest: str = "",
    overrides: Iterable[Override] = (),
    keep_ids: bool = False,
) -> Written:
    """Rewrites an itinerary, rule and calls in one go. A published one needs its preview confirmed (see `confirmed`).

    `keep_ids`: calls of the draft that are not stored any more come back with their ids.

    Raises:
        Missing, StaleVersion, Refused, Unconfirmed.
    """
    with writing(user=user, unit_ids=[unit_of(itinerary_id), draft.unit_id]):
        itinerary = current(Itinerary, itinerary_id, version)
        _refuse_closed(itinerary)
        if itinerary.status == Status.PUBLISHED and itinerary.unit_id != draft.unit_id:
            raise Refused(_("Une tournée publiée garde son unité : faites-en une autre pour l'autre unité."))
        preview = preview_draft(draft=draft, itinerary=itinerary, now=now)
        refuse_structure(preview)
        if itinerary.status == Status.PUBLISHED:
            itinerary.overrides = confirmed(
                preview,
                digest=digest,
                overrides=overrides,
                kept=itinerary.overrides,
                user=user,
                on=_today(now),
            )
        tidy = replace(preview.draft, calls=draft.tidied().calls) if keep_ids else preview.draft
        return Written(itinerary, preview, _rewrite(itinerary, tidy, now=now))


def _rewrite(itinerary: Itinerary, draft: Draft, *, now: datetime) -> Expansion:
    _put(itinerary, draft)
    itinerary.save(update_fields=[*(name.removesuffix("_id") for name in WRITTEN), "overrides"])
    write_calls(itinerary, draft.calls)
    note_itinerary(itinerary)
    return expand_or_explain(unit_id=itinerary.unit_id, now=now)


def _refuse_closed(itinerary: Itinerary) -> None:
    if itinerary.status == Status.CLOSED:
        raise Refused(_("Cette tournée est close : faites-en une nouvelle."))


def publish(
    *,
    user: Any,
    itinerary_id: uuid.UUID,
    version: int,
    digest: str,
    now: datetime,
    overrides: Iterable[Override] = (),
) -> Written:
    """Makes a draft public with its passages, in one step. `digest` is that of the difference that was shown.

    Raises:
        Missing, StaleVersion, Refused, Unconfirmed.
    """
    with writing(user=user, unit_ids=[unit_of(itinerary_id)]):
        itinerary = current(Itinerary, itinerary_id, version)
        _refuse_closed(itinerary)
        preview = preview_itinerary(itinerary=itinerary, now=now)
        refuse_structure(preview)
        itinerary.overrides = confirmed(
            preview, digest=digest, overrides=overrides, kept=itinerary.overrides, user=user, on=_today(now)
        )
        itinerary.status = Status.PUBLISHED
        itinerary.edited_on = _today(now)
        itinerary.save(update_fields=["status", "edited_on", "overrides"])
        note_itinerary(itinerary)
        return Written(itinerary, preview, expand_or_explain(unit_id=itinerary.unit_id, now=now))


def discard_draft(*, user: Any, itinerary_id: uuid.UUID, version: int) -> None:
    """Deletes an itinerary that was never public; its history stays.

    Raises:
        Missing, StaleVersion, Refused.
    """
    with writing(user=user, unit_ids=[unit_of(itinerary_id)]):
        itinerary = current(Itinerary, itinerary_id, version)
        if itinerary.first_published_at is not None or itinerary.passages.exists():
            raise Refused(
                _("Cette tournée a été publiée : donnez-lui une date de fin, elle ne s'efface pas.")
            )
        itinerary.exceptions.all().delete()
        itinerary.delete()


def change_from(
    *,
    user: Any,
    itinerary_id: uuid.UUID,
    version: int,
    from_date: date,
    draft: Draft,
    digest: str,
    now: datetime,
    overrides: Iterable[Override] = (),
) -> Written:
    """Another plan from a date on: the itinerary ends the day before, a published successor follows it.

    Earlier passages stay as they are. Exceptions from that date on go to the successor (see `heirs`); one about a
    call that it no longer has ends with that call.

    Raises:
        Missing, StaleVersion, Refused, Unconfirmed.
    """
    with writing(user=user, unit_ids=[unit_of(itinerary_id)]):
        itinerary = current(Itinerary, itinerary_id, version)
        _refuse_split(itinerary, draft, from_date, now=now)
        preview = preview_draft(draft=draft, itinerary=itinerary, from_date=from_date, now=now)
        refuse_structure(preview)
        kept = confirmed(
            preview, digest=digest, overrides=overrides, kept=itinerary.overrides, user=user, on=_today(now)
        )
        carried = inherited(itinerary, preview.draft, from_date)
        _shorten(itinerary, from_date - timedelta(days=1))
        successor = _insert(
            preview.draft,
            now=now,
            is_demo=itinerary.is_demo,
            follows=itinerary,
            status=Status.PUBLISHED,
            overrides=kept,
        )
        _carry(carried, successor)
        note_itinerary(itinerary)
        return Written(successor, preview, expand_or_explain(unit_id=itinerary.unit_id, now=now))


def _carry(exceptions: list[tuple[ItineraryException, int | None]], successor: Itinerary) -> None:
    calls = list(successor.calls.order_by("arrival"))
    for one, rank in exceptions:
        one.pk = None
        one.itinerary = successor
        one.call = None if rank is None else calls[rank]
        one.save(force_insert=True)
    note_itinerary(successor)


def _refuse_split(itinerary: Itinerary, draft: Draft, from_date: date, *, now: datetime) -> None:
    if itinerary.status != Status.PUBLISHED:
        raise Refused(
            _("Seule une tournée publiée se change à partir d'une date : modifiez directement le brouillon.")
        )
    if draft.unit_id != itinerary.unit_id:
        raise Refused(
            _("La suite d'une tournée garde son unité : faites une autre tournée pour l'autre unité.")
        )
    if Itinerary.objects.filter(follows=itinerary).exists():
        raise Refused(_("Une autre tournée prend déjà la suite de celle-ci : changez plutôt la suite."))
    if from_date <= itinerary.valid_from:
        sentence = _(
            "La tournée commence le %(date)s : choisissez une date plus tardive, ou modifiez-la directement."
        )
        raise Refused(sentence % {"date": weekday_date(itinerary.valid_from)})
    if from_date <= _today(now):
        raise Refused(_("Choisissez une date à venir : ce qui a eu lieu ne change plus."))


def _shorten(itinerary: Itinerary, last_day: date) -> None:
    """Ends the itinerary that day; the exceptions after it go, additions included: they would still make passages."""
    itinerary.valid_until = last_day
    itinerary.save(update_fields=["valid_until"])
    ItineraryException.objects.filter(itinerary=itinerary, on_date__gt=last_day).delete()


def end_itinerary(
    *, user: Any, itinerary_id: uuid.UUID, version: int, last_day: date, now: datetime, reason: str = ""
) -> Written:
    """The itinerary runs for the last time that day, today or later. `reason` is told for announced passages that go.

    Raises:
        Missing, StaleVersion, Refused.
    """
    with writing(user=user, unit_ids=[unit_of(itinerary_id)]):
        itinerary = current(Itinerary, itinerary_id, version)
        _refuse_closed(itinerary)
        if last_day < max(itinerary.valid_from, _today(now)):
            raise Refused(_("Une tournée finit au plus tôt aujourd'hui, et pas avant d'avoir commencé."))
        if last_day > LAST_DAY:
            raise Refused(_("Cette date est trop lointaine."))
        _shorten(itinerary, last_day)
        note_itinerary(itinerary)
        preview = preview_itinerary(itinerary=itinerary, now=now)
        return Written(
            itinerary,
            preview,
            expand_or_explain(unit_id=itinerary.unit_id, now=now, drop_reason=reason.strip()),
        )
