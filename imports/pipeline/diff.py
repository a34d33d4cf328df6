"""What a file would change, from what was received before and what the places say now. Pure.

Three layers per field: received last time, received now, shown. A new value goes to the place only where the shown
value is still the one received last time; elsewhere a person set it, and it stays.
"""

from collections.abc import Mapping

from imports.pipeline.codes import make_issue
from imports.pipeline.records import Cleaning, CleanRow, Finding, Issue, Plan, Stored, Update, Value
from places.models import Place

# The day of the last edit is set by every edit: keeping a person's day is no proposal.
QUIET = frozenset({"edited_on"})
PRIVATE = frozenset({"contact_name", "contact_email", "contact_phone"})
# The brake: a run that would mark more records than this, and a larger share of the source, is stopped.
BRAKE_RECORDS = 10
BRAKE_SHARE = 0.20
_EMPTY: tuple[Value, ...] = ("", None, [])


def same(one: Value, other: Value) -> bool:
    """Equal contents; the order of a list says nothing, and nothing is nothing however it is written."""
    if one in _EMPTY and other in _EMPTY:
        return True
    if (
        isinstance(one, list)
        and isinstance(other, list)
        and all(isinstance(item, str) for item in one + other)
    ):
        return sorted(one) == sorted(other)
    return bool(one == other)


def make_plan(cleaning: Cleaning, stored: Mapping[str, Stored], *, accept_vanished: bool = False) -> Plan:
    """Creations, updates and records that left, with their issues."""
    creations = tuple(row for row in cleaning.rows if row.external_id not in stored)
    updates = tuple(
        compare(row, stored[row.external_id]) for row in cleaning.rows if row.external_id in stored
    )
    left, notes = find_vanished(cleaning, stored)
    brake = find_brake(len(left), sum(not record.is_vanished for record in stored.values()))
    issues = [issue for update in updates for issue in say_update(update)]
    if brake and not accept_vanished:
        notes.append(make_issue(Finding("brake", detail=brake), None))
    notes += [make_issue(Finding("vanished", name), None, external_id=name) for name in left]
    return Plan(
        creations,
        updates,
        tuple(stored[name].record_id for name in left),
        (*notes, *issues),
        "" if accept_vanished else brake,
    )


def compare(row: CleanRow, stored: Stored) -> Update:
    """Field by field: applied, kept by a person, or nothing new."""
    changes: dict[str, Value] = {}
    kept: dict[str, Value] = {}
    for name, value in row.values.items():
        before = stored.received.get(name)
        if stored.live is None or same(value, before) or same(value, stored.live[name]):
            continue
        if same(stored.live[name], before):
            changes[name] = value
        elif name not in QUIET:
            kept[name] = value
    return Update(row, stored, changes, kept, {**stored.received, **row.values})


def say_update(update: Update) -> list[Issue]:
    """What a moderator should know about one record."""
    row, stored = update.row, update.stored
    issues = [say_kept(row, name, value) for name, value in update.kept.items()]
    findings = [Finding("returned", row.external_id)] if stored.is_vanished else []
    if stored.live is None:
        findings.append(Finding("place_deleted", row.external_id))
    elif stored.is_closed:
        findings.append(Finding("still_listed"))
    return [*issues, *(make_issue(found, row.line, external_id=row.external_id) for found in findings)]


def say_kept(row: CleanRow, name: str, value: Value) -> Issue:
    """The value of a private contact stays out of reports."""
    said = "" if name in PRIVATE else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    finding = Finding("kept_by_hand", said, label_of(name))
    return make_issue(finding, row.line, field=name, external_id=row.external_id)


def label_of(name: str) -> str:
    """The French name of a field of the place."""
    return str(getattr(Place._meta.get_field(name), "verbose_name", name))


def find_vanished(cleaning: Cleaning, stored: Mapping[str, Stored]) -> tuple[list[str], list[Issue]]:
    """Identifiers that left the source; none when an unreadable line may be any of them."""
    present = {row.external_id for row in cleaning.rows} | cleaning.protected
    left = [name for name, record in stored.items() if not record.is_vanished and name not in present]
    if left and not cleaning.lost <= stored.keys():
        return [], [make_issue(Finding("vanish_suspended"), None)]
    return sorted(left), []


def find_brake(leaving: int, active: int) -> str:
    """Why the run should stop, or an empty text."""
    if leaving > BRAKE_RECORDS and leaving > active * BRAKE_SHARE:
        return f"{leaving} / {active} ({leaving / active:.0%})"
    return ""


def missing_fields(cleaning: Cleaning, stored: Mapping[str, Stored]) -> list[str]:
    """Names of fields that the source gave earlier and that no line of this file supplies."""
    if not cleaning.rows:
        return []
    now = {name for row in cleaning.rows for name in row.values}
    earlier = {
        name for record in stored.values() for name, value in record.received.items() if value not in _EMPTY
    }
    return sorted(label_of(name) for name in earlier - now)
