"""Load the demonstration proposals: each is made once, and belongs to the moderators from then on.

Decided, put aside or withdrawn, it stays as people left it: only a proposal that never was is written.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from places.models import Place, Proposal
from places.proposals.values import check_values, read_values
from places.services.demo import DemoChanges
from places.services.demo_files import InvalidDemoError, demo_id

FILE = "proposals.toml"
_KNOWN = frozenset(
    {"kind", "topic", "place", "duplicate", "origin", "comment", "author_name", "email", "fields", "base"}
    | {"days_ago", "starts_in_days", "ends_in_days"}
)
_PLAIN = ("kind", "topic", "origin", "comment", "author_name", "email")


def load_demo_proposals(folder: Path, *, today: date | None = None) -> DemoChanges:
    """Makes the proposals of the file that never were, in one transaction. Needs the demonstration records.

    Raises InvalidDemoError, and writes nothing, when the file is wrong.
    """
    tables = read_tables(folder / FILE)
    day = today or timezone.localdate()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('proposals_demo'))")
        known = set(Proposal.objects.filter(pk__in=map(proposal_id, tables)).values_list("pk", flat=True))
        missing = {key: table for key, table in tables.items() if proposal_id(key) not in known}
        for key, table in missing.items():
            write(key, table, day)
    name = str(Proposal._meta.verbose_name) + "s"
    return DemoChanges(name, created=len(missing), kept=len(known))


def proposal_id(key: str) -> Any:
    return demo_id(f"proposal:{key}")


def read_tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidDemoError(f"{path.name}: {error}") from error
    defaults = content.pop("defaults", {})
    tables = {key: {**defaults, **table} for key, table in content.items()}
    for key, table in tables.items():
        if unknown := table.keys() - _KNOWN:
            raise InvalidDemoError(f"{key}: unknown field {min(unknown)}")
    return tables


def write(key: str, table: Mapping[str, Any], today: date) -> None:
    """One proposal, verified and waiting, received so many days ago."""
    place, duplicate = (find_place(key, table.get(name, "")) for name in ("place", "duplicate"))
    fields = proposed(key, table, today)
    # What the record says of the fields that it has: a closure's dates and a claim's names are nobody's yet.
    own = [name for name in fields if name in {field.name for field in Place._meta.concrete_fields}]
    base = read_values(place, own) if place and table["kind"] == "change" else {}
    proposal = Proposal(
        id=proposal_id(key),
        status="pending",
        place=place,
        duplicate=duplicate,
        fields=fields,
        base={**base, **table.get("base", {})},
        base_version=place.version if place else None,
        verified_at=timezone.now(),
        **{name: table[name] for name in _PLAIN if name in table},
    )
    try:
        # Checked above; an empty object is a value, which a form field would refuse.
        proposal.full_clean(exclude=["fields", "base"])
    except ValidationError as error:
        raise InvalidDemoError(f"{key}: {'; '.join(error.messages)}") from error
    proposal.save(force_insert=True)
    received = timezone.now() - timedelta(days=table.get("days_ago", 0))
    Proposal.objects.filter(pk=proposal.pk).update(created_at=received, verified_at=received)


def find_place(key: str, slug: str) -> Place | None:
    if not slug:
        return None
    place = Place.objects.filter(pk=demo_id(slug)).first()
    if place is None:
        raise InvalidDemoError(f"{key}: no place has the key {slug}")
    return place


def proposed(key: str, table: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The values by the rules of every proposal; the days of a closure count from the day of loading."""
    raw = dict(table.get("fields", {}))
    for name, days in (("starts_on", "starts_in_days"), ("ends_on", "ends_in_days")):
        if days in table:
            raw[name] = (today + timedelta(days=table[days])).isoformat()
    checked = check_values(table["kind"], raw, partial=table["kind"] == "change")
    if checked.problems:
        first = checked.problems[0]
        raise InvalidDemoError(f"{key}: {first.field}: {first.message}")
    return dict(checked.values)
