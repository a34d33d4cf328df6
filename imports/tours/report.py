"""The outcome of an import of tours twice: sentences for a planner, JSON for a program."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from imports.pipeline.codes import typeset
from imports.pipeline.records import Issue, Level
from imports.pipeline.report import level_sentences
from imports.tours.apply import Action, Outcome, TourOutcome


def action_word(action: Action) -> str:
    return {
        Action.CREATED: _("nouvelle"),
        Action.CHANGED: _("modifiée"),
        Action.REVISED: _("nouvelle version en brouillon"),
        Action.UNCHANGED: _("inchangée"),
        Action.LEFT: _("non reprise"),
    }[action]


def sentences(outcome: Outcome) -> Iterator[str]:
    """The summary, each tour that changes with its difference, then issues by level and code."""
    return map(typeset, _plain_sentences(outcome))


def _plain_sentences(outcome: Outcome) -> Iterator[str]:
    yield summary(outcome)
    for tour in outcome.tours:
        if tour.action != Action.UNCHANGED:
            yield from _tour_sentences(tour)
    for level in (Level.ERROR, Level.WARNING, Level.INFO):
        yield from level_sentences(level, [issue for issue in outcome.issues if issue.level == level])
    if not outcome.is_applied:
        yield _("Essai à blanc : rien n'a été écrit. Ajoutez --apply pour appliquer.")


def summary(outcome: Outcome) -> str:
    return _(
        "%(read)d lignes lues, %(refused)d refusées. Tournées : %(created)d nouvelles, %(changed)d modifiées, "
        "%(revised)d nouvelles versions, %(unchanged)d inchangées, %(left)d non reprises ; %(stops)d arrêts nouveaux."
    ) % {
        "read": outcome.read,
        "refused": outcome.refused,
        "stops": len(outcome.created_stops),
        **{action.value: outcome.count(action) for action in Action},
    }


def _tour_sentences(tour: TourOutcome) -> Iterator[str]:
    yield f"{tour.tour.name} ({tour.tour.unit}) : {action_word(tour.action)}"
    for change in tour.changes:
        yield f"  {change.column} : {change.before or '–'} → {change.after or '–'}"
    for finding in tour.findings:
        yield f"  {finding.sentence}"


def as_json(outcome: Outcome) -> dict[str, Any]:
    """What `--report FILE` writes."""
    return {
        "read": outcome.read,
        "refused": outcome.refused,
        "is_applied": outcome.is_applied,
        "created_units": outcome.created_units,
        "created_stops": outcome.created_stops,
        "tours": [_tour_json(tour) for tour in outcome.tours],
        "issues": [_issue_json(issue) for issue in outcome.issues],
    }


def _tour_json(tour: TourOutcome) -> dict[str, Any]:
    return {
        "line": tour.tour.line,
        "unit": tour.tour.unit,
        "name": tour.tour.name,
        "action": tour.action.value,
        "changes": [{"column": one.column, "before": one.before, "after": one.after} for one in tour.changes],
        "findings": [
            {"level": one.level.value, "code": one.code, "message": one.sentence} for one in tour.findings
        ],
        "passages": tour.passages,
    }


def _issue_json(issue: Issue) -> dict[str, Any]:
    return {
        "line": issue.line,
        "level": issue.level.value,
        "code": issue.code,
        "column": issue.field,
        "value": issue.value,
        "message": issue.message,
    }


def write_json(outcome: Outcome, path: Path) -> None:
    """The whole report, put in place once it is complete."""
    waiting = path.with_name(f"{path.name}.part")
    waiting.write_text(json.dumps(as_json(outcome), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    waiting.replace(path)
