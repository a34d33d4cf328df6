"""What every proposal goes through before it is kept, from a form, the API, an import, or its author once more."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from places.contacts import is_personal
from places.enums import ProposalKind, ProposalOrigin, ReportTopic, Status
from places.models import Place, WifiPoint
from places.proposals.checking import FieldProblem
from places.proposals.far_points import far_point_problem
from places.proposals.locks import find_kept
from places.proposals.texts import MAX_RAW, as_line, as_lines
from places.proposals.values import check_values, read_values, same_value

Record = Place | WifiPoint
# Doors that no stranger comes through: nothing is verified, drafts can be spoken of.
TRUSTED_ORIGINS = frozenset({ProposalOrigin.IMPORT, ProposalOrigin.FRESHNESS, ProposalOrigin.STAFF})
NEW_KINDS = frozenset({ProposalKind.NEW_PLACE, ProposalKind.NEW_WIFI_POINT})
# Kinds whose values are compared with the record's.
COMPARED_KINDS = frozenset({ProposalKind.CHANGE, ProposalKind.REPORT})
_PLACES_ONLY = frozenset({ProposalKind.TEMPORARY_CLOSURE, ProposalKind.MERGE, ProposalKind.PHOTO})
MAX_COMMENT = 2000


class ProposalRefused(Exception):  # noqa: N818 - a contract's name
    """Nothing was written; `problems` say why, a field each, "" for the whole."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


def refusal(message: str, *, field: str = "") -> ProposalRefused:
    """For one reason."""
    return ProposalRefused((FieldProblem(field, "", message),))


# --- the record -----------------------------------------------------------------------------------------------------


def living_record(kind: str, target: Record | None, *, trusted: bool) -> Record | None:
    """The record as it is now, or the one that it was merged into.

    Raises:
        ProposalRefused: it is not public, it is closed for good, or a proposal of this kind is not about such a record.
    """
    if kind in NEW_KINDS:
        if target is not None:
            raise refusal(_("Une nouvelle fiche ne vise aucune fiche existante."))
        return None
    record = None if target is None else _current(target)
    if record is None or (kind in _PLACES_ONLY and not isinstance(record, Place)):
        raise refusal(_("Cette proposition doit viser un lieu ou une borne Wi-Fi qui existe."))
    if not trusted and record.status == Status.DRAFT:
        raise refusal(_("Cette proposition doit viser un lieu ou une borne Wi-Fi qui existe."))
    if record.status == Status.CLOSED and kind != ProposalKind.REPORT:
        raise refusal(_("Cette fiche est fermée définitivement. Si elle a rouvert, signalez-le."))
    return record


def _current(target: Record) -> Record | None:
    record: Record | None = type(target)._default_manager.filter(pk=target.pk).first()
    if isinstance(record, Place) and record.status == Status.CLOSED:
        return find_kept(record.pk) or record
    return record


# --- values ---------------------------------------------------------------------------------------------------------


def checked_values(
    kind: str,
    raw: Mapping[str, Any],
    record: Record | None,
    *,
    language: str,
    trusted: bool = False,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Raises ProposalRefused with every problem. `earlier`: what was proposed before, and stands beside these values.

    A point far from its commune is a problem too, except through trusted doors: moderators are warned of those.
    """
    model = WifiPoint if kind == ProposalKind.NEW_WIFI_POINT or isinstance(record, WifiPoint) else Place
    checked = check_values(kind, raw, model=model, partial=kind in COMPARED_KINDS, language=language)
    problems = checked.problems
    if not trusted and not {"location", "insee_code", "commune_name"} & {one.field for one in problems}:
        changed, _base = only_changes(kind, {**(earlier or {}), **checked.values}, record)
        far = far_point_problem(changed, record, language=language)
        problems = (*problems, far) if far else problems
    if problems:
        raise ProposalRefused(problems)
    return checked.values


def only_changes(
    kind: str, values: Mapping[str, Any], record: Record | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that differ from the record's, and what the record says of the same fields."""
    if record is None or kind not in COMPARED_KINDS:
        return dict(values), {}
    live = read_values(record, values)
    changed = {name: value for name, value in values.items() if not same_value(value, live[name])}
    return changed, {name: live[name] for name in changed}


def without_persons(values: Mapping[str, Any], record: Record | None) -> tuple[dict[str, Any], str]:
    """The values with e-mail addresses of persons kept in private, and a note for moderators on those left over.

    An address that names a person is published by a moderator, never by default; those that the record already
    publishes were.
    """
    public = getattr(record, "emails", [])
    persons = [each for each in values.get("emails", []) if is_personal(each) and each not in public]
    if not persons:
        return dict(values), ""
    kept = {**values, "emails": [each for each in values["emails"] if each not in persons]}
    if not kept.get("contact_email"):
        kept["contact_email"] = persons.pop(0)
    note = _("Courriels de personnes, non publiés : %(addresses)s") % {"addresses": ", ".join(persons)}
    return kept, note if persons else ""


# --- words ----------------------------------------------------------------------------------------------------------


def bounded_text(text: str, limit: int, field: str, *, lines: bool = False) -> str:
    """A free text as it is kept. Raises ProposalRefused when it is too long."""
    tidy = (as_lines if lines else as_line)(text) if len(text) <= MAX_RAW else text
    if len(tidy) > limit:
        said = _("Ce texte est trop long : %(limit)d caractères au plus.") % {"limit": limit}
        raise refusal(said, field=field)
    return tidy


def checked_topic(kind: str, topic: str, *, trusted: bool) -> str:
    """What a report is about; other kinds have none."""
    if kind != ProposalKind.REPORT:
        return ""
    known = set(ReportTopic.values) - (set() if trusted else {ReportTopic.STALE.value})
    if topic not in known:
        raise refusal(_("Dites ce qui ne va pas."), field="topic")
    return topic
