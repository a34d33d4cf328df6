"""What several proposed values must be together, kind by kind."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from places.enums import ProposalKind
from places.proposals.checking import FieldProblem

# A longer closure is no longer temporary; a later one is a slip of the year.
MAX_CLOSURE_DAYS = 366
MAX_AHEAD_DAYS = 2 * 366
_NEEDED = {
    ProposalKind.NEW_PLACE.value: ("name", "kinds"),
    ProposalKind.NEW_WIFI_POINT.value: ("name",),
    ProposalKind.TEMPORARY_CLOSURE.value: ("starts_on", "ends_on", "reason"),
    ProposalKind.CLAIM.value: ("organisation_name",),
}
_NEW = (ProposalKind.NEW_PLACE, ProposalKind.NEW_WIFI_POINT)


def rules_of(
    kind: str, values: Mapping[str, Any], bad: Collection[str], *, partial: bool
) -> Iterator[FieldProblem]:
    """Problems of the whole. Nothing is said again of the fields in `bad`, whose own value was wrong."""
    if not partial:
        for name in _NEEDED.get(kind, ()):
            if name not in values and name not in bad:
                yield FieldProblem(name, "", _("Cette réponse manque : elle est nécessaire."))
    if values.get("kinds") == []:
        yield FieldProblem("kinds", "", _("Choisissez au moins un genre de lieu."))
    if not partial and kind in _NEW:
        yield from _somewhere(values, bad)
    if kind == ProposalKind.TEMPORARY_CLOSURE:
        yield from _dates(values)
    if values.get("closed_on", "") is not None and values.get("closed_on", "") > _day(MAX_AHEAD_DAYS):
        yield FieldProblem("closed_on", values["closed_on"], _("Cette date est trop lointaine."))


def _somewhere(values: Mapping[str, Any], bad: Collection[str]) -> Iterator[FieldProblem]:
    told = ("insee_code", "commune_name", "location", "place_id")
    if not any(values.get(name) or name in bad for name in told):
        yield FieldProblem("insee_code", "", _("Dites dans quelle commune, ou placez le point sur la carte."))


def _dates(values: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """ISO texts compare as their dates do."""
    starts, ends = values.get("starts_on"), values.get("ends_on")
    if starts and starts > _day(MAX_AHEAD_DAYS):
        yield FieldProblem("starts_on", starts, _("Cette date est trop lointaine."))
    if ends and ends < _day(0):
        yield FieldProblem("ends_on", ends, _("Cette fermeture est déjà passée."))
    if not starts or not ends:
        return
    if ends < starts:
        yield FieldProblem("ends_on", ends, _("Le dernier jour est avant le premier."))
    elif (date.fromisoformat(ends) - date.fromisoformat(starts)).days > MAX_CLOSURE_DAYS:
        said = _("Une fermeture temporaire dure un an au plus : au-delà, proposez une fermeture définitive.")
        yield FieldProblem("ends_on", ends, said)


def _day(ahead: int) -> str:
    return (localdate() + timedelta(days=ahead)).isoformat()
