"""What is wrong or doubtful in a plan, before it is saved: pure checks over values.

`structural` speaks of what cannot be stored; `find_all` of the rest, once the structure holds.
"""

from mobile_units.findings.calendar import calendar_findings
from mobile_units.findings.model import LEVELS, Finding, Fix, Level, errors, warnings
from mobile_units.findings.movement import movement_findings
from mobile_units.findings.situation import Situation
from mobile_units.findings.stops import stop_findings
from mobile_units.findings.structure import structural

__all__ = ["LEVELS", "Finding", "Fix", "Level", "Situation", "errors", "find_all", "structural", "warnings"]

_ORDER = {Level.ERROR: 0, Level.WARNING: 1, Level.INFO: 2}


def find_all(situation: Situation) -> list[Finding]:
    """Every finding, errors first, then in the order of dates."""
    found = [*stop_findings(situation), *movement_findings(situation), *calendar_findings(situation)]
    return sorted(
        found, key=lambda one: (_ORDER[one.level], one.on_date is None, one.on_date or situation.last)
    )
