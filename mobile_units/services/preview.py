"""What a draft would do, before anything is written: its words, its next dates, its passages, its findings."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby, islice, pairwise
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mobile_units.drafts import Draft
from mobile_units.enums import PassageStatus
from mobile_units.findings import Finding, find_all, structural
from mobile_units.findings.situation import Situation
from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from mobile_units.plan import PARIS, PlannedPassage
from mobile_units.services.calls import draft_of, matched
from mobile_units.services.expand import Expansion, compare
from mobile_units.services.plans import plan_of
from mobile_units.services.situation import Subject, coming, plan_for, situation_of
from mobile_units.travel import Drive
from mobile_units.words import recurrence_words
from places.enums import Status

NEXT_DATES = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """A passage as it would be, with what it was."""

    passage: Passage
    old_stop_id: UUID
    old_start: datetime
    old_end: datetime


@dataclass(frozen=True, slots=True)
class Leg:
    """The drive from one call to the next of the draft, by rank; None when a point is missing."""

    call: int
    drive: Drive | None


@dataclass(slots=True)
class Difference:
    """The difference of passages. What is cancelled stays as a row and is told to citizens; what is removed goes."""

    added: list[Passage] = field(default_factory=list)
    cancelled: list[Passage] = field(default_factory=list)
    removed: list[Passage] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    unchanged: int = 0

    @property
    def sentence(self) -> str:
        """« +26, −4, 3 déplacés »."""
        lost = len(self.cancelled) + len(self.removed)
        parts = [f"+{len(self.added)}" if self.added else "", f"−{lost}" if lost else ""]
        if self.moved:
            parts.append(
                ngettext("%(count)s déplacé", "%(count)s déplacés", len(self.moved))
                % {"count": len(self.moved)}
            )
        return ", ".join(part for part in parts if part) or _("Aucun passage ne change.")

    @property
    def digest(self) -> str:
        """Names this difference, whatever ids new calls will get: what was confirmed is what is done."""
        parts = {
            "added": [_said(one) for one in self.added],
            "cancelled": [_said(one) for one in self.cancelled],
            "removed": [_said(one) for one in self.removed],
            "moved": [
                [*_said(one.passage), str(one.old_stop_id), _instant(one.old_start)] for one in self.moved
            ],
        }
        told = json.dumps({key: sorted(rows) for key, rows in parts.items()})
        return hashlib.sha256(told.encode()).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(PARIS).isoformat()


def _said(passage: Passage) -> list[str]:
    return [
        str(passage.stop_id),
        _instant(passage.start),
        _instant(passage.end),
        passage.status,
        passage.reason,
    ]


@dataclass(slots=True)
class Preview:
    """`next_dates`: the first ten days on which it runs, each with its passages in order, cancelled ones included.

    With errors of structure there is nothing but `findings` and the words that can be said.
    """

    draft: Draft
    words: str = ""
    findings: list[Finding] = field(default_factory=list)
    next_dates: list[tuple[date, list[PlannedPassage]]] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    difference: Difference = field(default_factory=Difference)
    stop_labels: dict[UUID, str] = field(default_factory=dict)
    # Whether the draft can be stored: its structure holds.
    is_sound: bool = True


def preview_draft(
    *, draft: Draft, now: datetime, itinerary: Itinerary | None = None, from_date: date | None = None
) -> Preview:
    """What saving and publishing the draft would do. Writes nothing.

    With `itinerary`, the draft changes it; with `from_date` too, the draft takes its place from that day on.
    """
    tidy = draft.tidied()
    if from_date:
        tidy = starting(tidy, from_date)
    unit = MobileUnit.objects.filter(pk=tidy.unit_id).prefetch_related("outages").first()
    known = set(
        Stop.objects.filter(pk__in={call.stop_id for call in tidy.calls}).values_list("pk", flat=True)
    )
    found = structural(tidy, known_stops=known)
    if unit is None:
        found.append(Finding("unit_unknown", _("Cette unité n'existe pas, ou n'existe plus."), "unit"))
    if found or unit is None:
        return Preview(tidy, words=_words(tidy, found), findings=found, is_sound=False)
    if itinerary is not None and from_date is None:
        tidy = matched(itinerary, tidy)
    return _full(Subject(tidy, unit, itinerary, from_date), now=now)


def starting(draft: Draft, from_date: date) -> Draft:
    """The draft, valid from that day on."""
    return replace(draft, valid_from=from_date)


def preview_itinerary(*, itinerary: Itinerary, now: datetime) -> Preview:
    """What publishing the itinerary as it is stored would do."""
    return preview_draft(draft=draft_of(itinerary), itinerary=itinerary, now=now)


def _words(draft: Draft, found: list[Finding]) -> str:
    """The rhythm in words, unless it is the rhythm that is wrong."""
    wrong = {"weekday", "interval_weeks", "anchor_on", "parity", "nths", "dates"}
    return "" if wrong & {finding.subject for finding in found} else recurrence_words(draft.recurrence)


def _full(subject: Subject, *, now: datetime) -> Preview:
    plan = plan_for(subject)
    situation = situation_of(subject, plan, now=now)
    return Preview(
        subject.draft,
        words=recurrence_words(plan.recurrence),
        findings=find_all(situation),
        next_dates=list(islice(_by_day(situation.passages), NEXT_DATES)),
        legs=list(_legs(situation)),
        difference=_difference(subject, situation.passages, now=now),
        stop_labels={stop_id: facts.label for stop_id, facts in situation.stops.items()},
    )


def _by_day(passages: tuple[PlannedPassage, ...]) -> Iterator[tuple[date, list[PlannedPassage]]]:
    for day, group in groupby(passages, key=lambda passage: passage.start.astimezone(PARIS).date()):
        yield day, list(group)


def _legs(situation: Situation) -> Iterator[Leg]:
    points = [
        facts.point if (facts := situation.stops.get(call.stop_id)) else None
        for call in situation.draft.calls
    ]
    pairs = [(one, other) if one and other else None for one, other in pairwise(points)]
    known = situation.drives([pair for pair in pairs if pair])
    for rank, pair in enumerate(pairs):
        yield Leg(rank, known[pair] if pair else None)


def _difference(subject: Subject, planned: tuple[PlannedPassage, ...], *, now: datetime) -> Difference:
    itinerary = subject.itinerary
    stored = list(Passage.objects.filter(itinerary=itinerary, start__gt=now)) if itinerary else []
    was = {one.pk: (one.stop_id, one.start, one.end, one.status) for one in stored}
    target = subject.changed or Itinerary(unit=subject.unit)
    if itinerary is None or subject.from_date is None:
        outcome = compare(target, planned, stored, now=now)
    else:
        outcome = compare(itinerary, _shortened(itinerary, subject.from_date, now=now), stored, now=now)
        outcome += compare(target, planned, [], now=now)
        outcome.replace_continued()
    return sort_out(outcome, was)


def _shortened(itinerary: Itinerary, from_date: date, *, now: datetime) -> list[PlannedPassage]:
    """What the itinerary keeps when another follows it from that day on."""
    if itinerary.status != Status.PUBLISHED:
        return []
    plan = plan_of(itinerary)
    last = from_date - timedelta(days=1)
    return [passage for passage in coming(plan, now=now) if passage.on_date <= last]


def sort_out(outcome: Expansion, was: dict[UUID, tuple[UUID, datetime, datetime, str]]) -> Difference:
    """An expansion as people speak of it. A passage whose cancellation is lifted is added; `was`: before, by id."""
    told = Difference(
        added=list(outcome.created), cancelled=list(outcome.cancelled), removed=list(outcome.removed)
    )
    told.added = [one for one in told.added if one.status != PassageStatus.CANCELLED]
    told.unchanged = outcome.unchanged
    for passage in outcome.changed:
        stop_id, start, end, status = was[passage.pk]
        is_cancelled, was_cancelled = (one == PassageStatus.CANCELLED for one in (passage.status, status))
        if is_cancelled and not was_cancelled:
            told.cancelled.append(passage)
        elif was_cancelled and not is_cancelled:
            told.added.append(passage)
        elif (stop_id, start, end) != (passage.stop_id, passage.start, passage.end):
            told.moved.append(Moved(passage, stop_id, start, end))
        else:
            told.unchanged += 1
    return told
