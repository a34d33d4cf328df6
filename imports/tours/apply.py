"""Tours of a file → draft itineraries, through the planners' own services. A dry run does it all, then takes it back:
what is previewed is what happens.

Nothing published changes: a tour that the file changes gets a draft beside it. Nothing is deleted: what the file does
not speak of stays. A tour with a refused line is left alone, so that a misprint takes no stop off a round.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from imports.pipeline.records import Issue
from imports.tours.changes import Change, changes_between
from imports.tours.codes import say
from imports.tours.records import CallLine, StopLine, Tour, TourReading
from imports.tours.resolve import Directory, revision_name
from mobile_units.drafts import Draft, DraftCall
from mobile_units.findings import Finding
from mobile_units.models import Itinerary, MobileUnit, Stop
from mobile_units.services.calls import draft_of, matched
from mobile_units.services.itineraries import Written, create_itinerary, save_itinerary
from mobile_units.services.stops import save_stop
from mobile_units.services.units import save_unit
from mobile_units.services.writing import Refused
from places.enums import Status


class Action(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class TourOutcome:
    """What became of one tour, or would. `changes` compare with what was stored; `findings` are the planner's checks;
    `passages` says what publishing would do (« +26, −4 »).
    """

    tour: Tour
    action: Action
    itinerary_id: UUID | None = None
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()
    passages: str = ""


@dataclass
class Outcome:
    """A whole file. Of a dry run, ids of what would be created lead nowhere."""

    read: int
    refused: int = 0
    tours: list[TourOutcome] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    created_units: list[str] = field(default_factory=list)
    created_stops: list[str] = field(default_factory=list)
    is_applied: bool = False

    def count(self, action: Action) -> int:
        return sum(outcome.action == action for outcome in self.tours)


@dataclass(frozen=True, slots=True)
class Terms:
    """How an import goes. `creates_units`: unknown units become drafts. `takes_partial`: tours with refused lines too."""

    user: Any
    now: datetime
    creates_units: bool = False
    takes_partial: bool = False


def import_tours(reading: TourReading, terms: Terms, *, apply: bool = False) -> Outcome:
    """Everything in one transaction, taken back unless `apply`. Findings and refusals are told, none is raised."""
    with transaction.atomic():
        outcome = _Import(terms, reading).run()
        if not apply:
            transaction.set_rollback(True)
    outcome.is_applied = apply
    return outcome


class _LeftError(Exception):
    """The tour is left alone, for these reasons."""

    def __init__(self, *issues: Issue) -> None:
        super().__init__()
        self.issues = issues


class _Import:
    """One import under way: the directory grows with what it creates."""

    def __init__(self, terms: Terms, reading: TourReading) -> None:
        self.terms = terms
        self.reading = reading
        self.directory = Directory.load()
        self.outcome = Outcome(read=reading.read, issues=list(reading.issues))
        self.seen: dict[UUID, int] = {}
        self.made: list[MobileUnit | Stop] = []

    def run(self) -> Outcome:
        for tour in self.reading.tours:
            self.outcome.tours.append(self.take_or_leave(tour))
        self.outcome.issues.sort(key=lambda issue: issue.line or 0)
        self.outcome.refused = self.reading.refused
        return self.outcome

    def take_or_leave(self, tour: Tour) -> TourOutcome:
        """A tour that cannot be taken leaves nothing: neither the stops nor the unit that it would have made."""
        self.made = []
        try:
            with transaction.atomic():
                done = self.take(tour)
        except _LeftError as left:
            self.outcome.issues += left.issues
            self.directory.forget(self.made)
            return TourOutcome(tour, Action.LEFT)
        self.outcome.created_units += [str(one) for one in self.made if isinstance(one, MobileUnit)]
        self.outcome.created_stops += [str(one) for one in self.made if isinstance(one, Stop)]
        return done

    def take(self, tour: Tour) -> TourOutcome:
        self.check_whole(tour)
        unit = self.unit_of(tour)
        itinerary = self.itinerary_of(tour, unit)
        draft = self.draft_of_tour(tour, unit)
        try:
            return self.write(tour, draft, itinerary)
        except Refused as refusal:
            detail = " ".join(finding.sentence for finding in refusal.findings) or refusal.sentence
            raise _LeftError(say("tour_refused", tour.line, "tournee", tour.name, detail)) from refusal

    def check_whole(self, tour: Tour) -> None:
        if tour.is_whole:
            return
        if not self.terms.takes_partial:
            raise _LeftError(say("tour_incomplete", tour.line, "tournee", tour.name))
        lines = len(tour.calls)
        self.outcome.issues.append(
            say("tour_partial", tour.line, "tournee", tour.name, _("%d gardées") % lines)
        )

    # --- whose it is ---

    def unit_of(self, tour: Tour) -> MobileUnit:
        unit = self.directory.find_unit(tour.unit)
        if unit is not None:
            return unit
        if not self.terms.creates_units:
            close = self.directory.nearest_unit(tour.unit)
            raise _LeftError(say("unit_unknown", tour.line, "unite", tour.unit, close))
        unit = save_unit(user=self.terms.user, values={"name": tour.unit}, now=self.terms.now)
        self.directory.add_unit(unit)
        self.made.append(unit)
        return unit

    def itinerary_of(self, tour: Tour, unit: MobileUnit) -> Itinerary | None:
        itinerary = self.directory.find_itinerary(tour, unit)
        if itinerary is None and tour.id:
            raise _LeftError(say("tour_unknown", tour.line, "tournee_id", tour.id))
        if itinerary is None:
            return None
        if itinerary.status == Status.CLOSED:
            raise _LeftError(say("tour_closed", tour.line, "tournee", itinerary.name))
        if itinerary.unit_id != unit.pk and itinerary.status == Status.PUBLISHED:
            raise _LeftError(say("tour_other_unit", tour.line, "unite", itinerary.name, itinerary.unit.name))
        if itinerary.pk in self.seen:
            raise _LeftError(say("tour_twice", tour.line, "tournee", tour.name, self.seen[itinerary.pk]))
        self.seen[itinerary.pk] = tour.line
        return itinerary

    # --- where it stops ---

    def draft_of_tour(self, tour: Tour, unit: MobileUnit) -> Draft:
        rule, recurrence = tour.rule, tour.rule.recurrence
        return Draft(
            unit_id=unit.pk,
            name=tour.name,
            valid_from=rule.valid_from,
            valid_until=rule.valid_until,
            rhythm=recurrence.rhythm,
            weekday=recurrence.weekday,
            interval_weeks=recurrence.interval_weeks,
            anchor_on=recurrence.anchor_on,
            parity=recurrence.parity.value if recurrence.parity else "",
            nths=recurrence.nths,
            dates=recurrence.dates,
            public_holidays=rule.public_holidays,
            school_holidays=rule.school_holidays,
            calls=tuple(
                DraftCall(self.stop_of(call).pk, call.arrival, call.minutes, call.id) for call in tour.calls
            ),
        ).tidied()

    def stop_of(self, call: CallLine) -> Stop:
        line = call.stop
        stop = self.directory.find_stop(line)
        if stop is None and line.id:
            raise _LeftError(say("stop_unknown", call.line, "arret_id", line.id))
        if stop is None:
            return self.new_stop(call)
        if line.name != stop.name:
            self.outcome.issues.append(say("stop_renamed", call.line, "arret", line.name, stop.name))
        return stop

    def new_stop(self, call: CallLine) -> Stop:
        """A draft: a planner looks at it on the map before it is public."""
        line = call.stop
        insee = self.directory.locate(line)
        if not insee and line.point is None:
            close = self.directory.nearest_commune(line.commune)
            raise _LeftError(say("commune_unknown", call.line, "commune", line.commune, close))
        if line.point is None:
            self.outcome.issues.append(say("point_missing", call.line, "lon"))
        try:
            stop = save_stop(user=self.terms.user, values=_stop_values(line, insee), now=self.terms.now)
        except Refused as refusal:
            raise _LeftError(
                say("tour_refused", call.line, "arret", line.name, refusal.sentence)
            ) from refusal
        self.directory.add_stop(stop)
        self.made.append(stop)
        return stop

    # --- what is written ---

    def write(self, tour: Tour, draft: Draft, itinerary: Itinerary | None) -> TourOutcome:
        if itinerary is None:
            return self.create(tour, draft, Action.CREATED, ())
        wanted = _completed(itinerary, draft)
        changes = changes_between(draft_of(itinerary).tidied(), wanted, self.directory)
        if not changes:
            return TourOutcome(tour, Action.UNCHANGED, itinerary.pk)
        if itinerary.status == Status.PUBLISHED:
            return self.revise(tour, wanted, itinerary, changes)
        return self.change(tour, wanted, itinerary, changes)

    def create(self, tour: Tour, draft: Draft, action: Action, changes: Sequence[Change]) -> TourOutcome:
        written = create_itinerary(user=self.terms.user, draft=draft, now=self.terms.now)
        self.directory.add_itinerary(written.itinerary)
        self.seen[written.itinerary.pk] = tour.line
        return _told(tour, action, written, changes)

    def change(
        self,
        tour: Tour,
        draft: Draft,
        itinerary: Itinerary,
        changes: Sequence[Change],
        action: Action = Action.CHANGED,
    ) -> TourOutcome:
        written = save_itinerary(
            user=self.terms.user,
            itinerary_id=itinerary.pk,
            version=itinerary.version,
            draft=draft,
            now=self.terms.now,
        )
        return _told(tour, action, written, changes)

    def revise(
        self, tour: Tour, draft: Draft, itinerary: Itinerary, changes: Sequence[Change]
    ) -> TourOutcome:
        """A published tour stays as it is; its new version is a draft, the same one each time the file comes."""
        beside = replace(draft, name=revision_name(itinerary.name))
        earlier = self.directory.find_revision(itinerary)
        if earlier is None:
            calls = tuple(replace(call, id=None) for call in beside.calls)
            done = self.create(tour, replace(beside, calls=calls), Action.REVISED, changes)
        else:
            wanted = _completed(earlier, beside)
            if draft_of(earlier).tidied() == wanted:
                return TourOutcome(tour, Action.UNCHANGED, earlier.pk)
            done = self.change(tour, wanted, earlier, changes, Action.REVISED)
        self.outcome.issues.append(say("tour_revised", tour.line, "tournee", itinerary.name))
        return done


def _stop_values(line: StopLine, insee: str) -> dict[str, Any]:
    return {
        "name": line.name,
        "address": line.address,
        "commune_name": line.commune,
        "insee_code": insee or line.insee,
        "location": Point(*line.point, srid=4326) if line.point else None,
    }


def _completed(itinerary: Itinerary, draft: Draft) -> Draft:
    """The draft with what a file does not carry: the notes, and the ids of the calls it leaves out."""
    return matched(itinerary, replace(draft, internal_notes=itinerary.internal_notes)).tidied()


def _told(tour: Tour, action: Action, written: Written, changes: Sequence[Change]) -> TourOutcome:
    preview = written.preview
    return TourOutcome(
        tour,
        action,
        written.itinerary.pk,
        tuple(changes),
        tuple(preview.findings),
        preview.difference.sentence,
    )
