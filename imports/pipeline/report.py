"""The same outcome twice: sentences for a person, JSON for a program."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imports.pipeline.codes import typeset
from imports.pipeline.records import Issue, Level, Outcome

# Lines shown of each code; the report file has them all.
SHOWN_PER_CODE = 5
_ORDER = (Level.ERROR, Level.WARNING, Level.INFO)


def as_json(outcome: Outcome) -> dict[str, Any]:
    """What `--report FILE` writes."""
    return {
        "read": outcome.read,
        "created": outcome.created,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "proposed": outcome.proposed,
        "refused": outcome.refused,
        "issues": [
            {"line": issue.line, "level": issue.level.value, "code": issue.code, "message": issue.message}
            for issue in outcome.issues
        ],
    }


def write_json(outcome: Outcome, path: Path) -> None:
    """The whole report, put in place once it is complete."""
    waiting = path.with_name(f"{path.name}.part")
    waiting.write_text(json.dumps(as_json(outcome), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    waiting.replace(path)


def sentences(outcome: Outcome) -> Iterator[str]:
    """The summary, then issues by level and code, a few lines of each."""
    return map(typeset, plain_sentences(outcome))


def plain_sentences(outcome: Outcome) -> Iterator[str]:
    yield summary(outcome)
    if outcome.vanished:
        yield _("%(count)d fiches ne sont plus dans la source : marquées, rien n'est supprimé.") % {
            "count": outcome.vanished
        }
    if outcome.raised:
        yield raised(outcome)
    if outcome.notice:
        yield outcome.notice
    for level in _ORDER:
        yield from level_sentences(level, [issue for issue in outcome.issues if issue.level == level])
    if not outcome.is_applied:
        yield _("Essai à blanc : rien n'a été écrit. Ajoutez --apply pour appliquer.")


def summary(outcome: Outcome) -> str:
    return _(
        "%(read)d lignes lues : %(created)d créées, %(changed)d modifiées, %(unchanged)d inchangées, "
        "%(refused)d refusées ; %(proposed)d gardent une valeur corrigée à la main."
    ) % {
        "read": outcome.read,
        "created": outcome.created,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "refused": outcome.refused,
        "proposed": outcome.proposed,
    }


def raised(outcome: Outcome) -> str:
    """What is left to a person."""
    said = ngettext(
        "%(count)d nouvelle proposition pour la modération : valeur gardée à la main, ou lieu peut-être en double.",
        "%(count)d nouvelles propositions pour la modération : valeurs gardées à la main, ou lieux peut-être en double.",
        outcome.raised,
    )
    return said % {"count": outcome.raised}


def level_sentences(level: Level, issues: Sequence[Issue]) -> Iterator[str]:
    """One block per code, the most frequent first."""
    titles = {Level.ERROR: _("Erreurs"), Level.WARNING: _("Avertissements"), Level.INFO: _("Informations")}
    if not issues:
        return
    yield f"{titles[level]} ({len(issues)})"
    for code, number in Counter(issue.code for issue in issues).most_common():
        yield f"  {code} : {number}"
        same = [issue for issue in issues if issue.code == code]
        for issue in same[:SHOWN_PER_CODE]:
            yield f"    {place_of(issue)}{issue.message}"
        if number > SHOWN_PER_CODE:
            yield _("    … et %(count)d autres (tout est dans --report FICHIER)") % {
                "count": number - SHOWN_PER_CODE
            }


def place_of(issue: Issue) -> str:
    return _("ligne %(line)d : ") % {"line": issue.line} if issue.line is not None else ""
