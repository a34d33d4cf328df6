"""The one entry: fetch → read → clean → diff → apply → proposals → report."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pghistory
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from imports.models import ImportIssue, ImportRun, RunState, Source
from imports.pipeline import diff
from imports.pipeline.apply import apply_plan
from imports.pipeline.clean import clean
from imports.pipeline.codes import make_issue
from imports.pipeline.fetch import Known, is_url, shown
from imports.pipeline.gather import Gathered, gather
from imports.pipeline.lookalikes import mark_lookalikes
from imports.pipeline.proposals import ask, make_questions
from imports.pipeline.records import (
    Cleaning,
    Finding,
    Issue,
    Outcome,
    Plan,
    Reading,
    RefusedRunError,
    UnreadableFileError,
)
from imports.pipeline.store import load_known, load_stored
from imports.pipeline.territory import Territory
from imports.pipeline.values import Terms

# One import is applied at a time, whatever its source: two would not see each other's new places.
LOCK_KEY = 5_500_001
_ISSUE_BATCH = 2000
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """For callers that show nothing."""


def run_import(
    location: str,
    source: Source,
    *,
    apply: bool = False,
    accept_vanished: bool = False,
    progress: Progress = no_progress,
) -> Outcome:
    """Reads a file or an address for a source; without `apply` only tells what would happen.

    Raises UnreadableFileError when the file cannot be read at all, RefusedRunError when another import is being
    applied or when too many records would leave. Neither leaves anything written but the trace of the run.
    """
    with one_at_a_time(is_needed=apply):
        run = ImportRun.objects.create(source=source, file_name=short_name(location), is_trial=not apply)
        try:
            return attempt(location, run, accept_vanished=accept_vanished, progress=progress)
        except UnreadableFileError as error:
            end(run, RunState.FAILED, Outcome(notice=str(error)))
            raise
        except RefusedRunError as error:
            end(run, RunState.REFUSED, error.outcome)
            raise


@contextmanager
def one_at_a_time(*, is_needed: bool) -> Iterator[None]:
    """A lock that PostgreSQL drops by itself when the process dies; runs left open by a death are marked so."""
    if not is_needed:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
        if not cursor.fetchone()[0]:
            raise RefusedRunError(_("Un autre import est en cours : attendez qu'il se termine."), Outcome())
    try:
        stale = ImportRun.objects.filter(state=RunState.RUNNING, is_trial=False)
        stale.update(state=RunState.INTERRUPTED, ended_at=timezone.now())
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])


def short_name(location: str) -> str:
    """The name of the file, or the address without its secrets."""
    return shown(location) if is_url(location) else location.rsplit("/", 1)[-1].replace("\x00", "")[:500]


def attempt(location: str, run: ImportRun, *, accept_vanished: bool, progress: Progress) -> Outcome:
    """One reading, written in one transaction. Raises UnreadableFileError, and RefusedRunError for the brake."""
    source = run.source
    gathered = gather(location, known_answer(location, run))
    run.sha256 = gathered.sha256
    if gathered.reading is None:
        return say_unmoved(run)
    cleaning = clean_reading(gathered.reading, source)
    with transaction.atomic():
        plan = make_plan(cleaning, source, lock=not run.is_trial, accept_vanished=accept_vanished)
        questions = make_questions(plan, source, lock=not run.is_trial)
        outcome = make_outcome(cleaning, plan, raised=questions.raised, is_applied=not run.is_trial)
        if not run.is_trial:
            if plan.brake:
                notice = next(issue.message for issue in plan.issues if issue.code == "brake")
                raise RefusedRunError(notice, replace(outcome, is_applied=False, notice=notice))
            write(plan, run, progress)
            ask(questions, run)
            remember_answer(location, source, gathered)
        end(run, RunState.FINISHED, outcome)
    return outcome


def known_answer(location: str, run: ImportRun) -> Known:
    """What the server said of this address last time, when it was applied. A trial always reads the whole."""
    source = run.source
    if run.is_trial or not is_url(location) or source.fetched_url != location:
        return Known()
    return Known(source.etag, source.last_modified)


def say_unmoved(run: ImportRun) -> Outcome:
    """The server says that nothing changed: the lines of the last applied reading are all unchanged."""
    applied = ImportRun.objects.filter(source=run.source, is_trial=False, state=RunState.FINISHED)
    last = applied.order_by("-pk").first()
    read, refused = (last.read, last.refused) if last else (0, 0)
    notice = _("Le fichier n'a pas changé depuis le dernier import.")
    outcome = Outcome(read, unchanged=read - refused, refused=refused, is_applied=True, notice=notice)
    end(run, RunState.FINISHED, outcome)
    return outcome


def clean_reading(reading: Reading, source: Source) -> Cleaning:
    terms = Terms(source.title, timezone.localdate(), frozenset(reading.columns))
    return clean(reading, terms, Territory.load(), settings.SERVED_BOUNDS)


def make_plan(cleaning: Cleaning, source: Source, *, lock: bool, accept_vanished: bool) -> Plan:
    """The differences, with what only the catalogue can tell: lookalikes, columns that earlier files had."""
    stored = load_stored(source, lock=lock)
    plan = diff.make_plan(cleaning, stored, accept_vanished=accept_vanished)
    creations = mark_lookalikes(plan.creations, load_known(plan.creations))
    missing = diff.missing_fields(cleaning, stored)
    notes: list[Issue] = [make_issue(Finding("column_missing", name), None) for name in missing]
    notes += [
        make_issue(Finding("lookalike", detail=row.lookalike), row.line, external_id=row.external_id)
        for row in creations
        if row.lookalike
    ]
    return replace(plan, creations=creations, issues=(*plan.issues, *notes))


def make_outcome(cleaning: Cleaning, plan: Plan, *, raised: int, is_applied: bool) -> Outcome:
    issues = sorted((*cleaning.issues, *plan.issues), key=lambda issue: issue.line or 0)
    return Outcome(
        read=len(cleaning.rows) + cleaning.refused,
        created=len(plan.creations),
        changed=plan.changed,
        unchanged=len(plan.updates) - plan.changed,
        proposed=plan.proposed,
        refused=cleaning.refused,
        vanished=len(plan.vanished),
        raised=raised,
        is_applied=is_applied,
        issues=tuple(issues),
    )


def write(plan: Plan, run: ImportRun, progress: Progress) -> None:
    """Applies the plan; the history of every place says which source and which run moved it."""
    total, done = len(plan.creations) + len(plan.updates), 0

    def advance(lines: int) -> None:
        nonlocal done
        done += lines
        progress(done, total)

    with pghistory.context(source=run.source.name, import_run=run.pk):
        apply_plan(plan, run, timezone.localdate(), advance)


def remember_answer(location: str, source: Source, gathered: Gathered) -> None:
    """For the next question to the same address."""
    if is_url(location):
        source.fetched_url, source.etag, source.last_modified = (
            location,
            gathered.etag,
            gathered.last_modified,
        )
        source.save(update_fields=["fetched_url", "etag", "last_modified"])


def end(run: ImportRun, state: RunState, outcome: Outcome) -> None:
    """Figures and issues of the run, written with what it changed or not at all."""
    run.state, run.ended_at, run.notice = state, timezone.now(), outcome.notice[:500]
    counts = ("read", "created", "changed", "unchanged", "proposed", "refused", "vanished")
    for name in counts:
        setattr(run, name, getattr(outcome, name))
    run.save(update_fields=["state", "ended_at", "notice", "sha256", *counts])
    rows = [
        ImportIssue(
            run=run,
            line=issue.line,
            level=issue.level.value,
            code=issue.code,
            field=issue.field,
            value=issue.value,
            external_id=issue.external_id,
            message=issue.message[:1000],
        )
        for issue in outcome.issues
    ]
    ImportIssue.objects.bulk_create(rows, batch_size=_ISSUE_BATCH)
