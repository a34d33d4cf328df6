"""What the planning API shows. English words of the dictionary; dates and instants in ISO 8601, instants in Paris time."""

from datetime import datetime
from typing import Any

from mobile_units.findings import Finding
from mobile_units.models import Itinerary, MobileUnit, Passage, Stop
from mobile_units.plan import PARIS, PlannedPassage
from mobile_units.services.history import Change, Version, plain
from mobile_units.services.preview import Difference, Leg, Moved, Preview
from mobile_units.services.records import call_record, exception_record, outage_record
from mobile_units.words import recurrence_words

# A preview of two calls a day over thirteen months would be long: beyond this, the counts tell.
MAX_LISTED = 200


def instant(at: datetime) -> str:
    return at.astimezone(PARIS).isoformat()


def unit_json(unit: MobileUnit) -> dict[str, Any]:
    """Reads the outages: prefetch them for many."""
    fields = (
        "name",
        "slug",
        "kind",
        "status",
        "summary",
        "description",
        "operator",
        "services",
        "wheelchair",
    )
    contact = ("access_note", "phone", "emails", "websites", "colour", "is_demo")
    return {
        "id": str(unit.pk),
        "version": unit.version,
        **{name: plain(getattr(unit, name)) for name in (*fields, *contact)},
        "closed_on": plain(unit.closed_on),
        "outages": [outage_record(outage) for outage in unit.outages.all()],
    }


def stop_json(stop: Stop) -> dict[str, Any]:
    fields = (
        "name",
        "slug",
        "status",
        "address",
        "address_complement",
        "postal_code",
        "commune_name",
        "insee_code",
    )
    return {
        "id": str(stop.pk),
        "version": stop.version,
        "label": str(stop),
        **{name: getattr(stop, name) for name in fields},
        "place": plain(stop.place_id),
        "location": plain(stop.location),
        "parking_advice": stop.parking_advice,
        "closed_on": plain(stop.closed_on),
        "is_demo": stop.is_demo,
    }


def itinerary_json(itinerary: Itinerary) -> dict[str, Any]:
    """With its calls and exceptions: read it with `with_plan`."""
    rule = ("rhythm", "weekday", "interval_weeks", "anchor_on", "parity", "nths", "dates")
    life = ("name", "status", "valid_from", "valid_until", "closed_on", "first_published_at", "updated_at")
    policies = ("public_holidays", "school_holidays", "internal_notes", "overrides", "is_demo")
    return {
        "id": str(itinerary.pk),
        "version": itinerary.version,
        "unit": str(itinerary.unit_id),
        "follows": plain(itinerary.follows_id),
        **{name: plain(getattr(itinerary, name)) for name in (*life, *rule, *policies)},
        "words": recurrence_words(itinerary.recurrence),
        "calls": [
            {**call_record(call), "label": str(call.stop)} for call in itinerary.calls.all() if call.is_active
        ],
        "exceptions": [exception_record(one) for one in itinerary.exceptions.all()],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "level": finding.level.value,
        "sentence": finding.sentence,
        "subject": finding.subject,
        "on_date": plain(finding.on_date),
        "call": finding.call,
        "stop": plain(finding.stop_id),
        "count": finding.count,
        "fixes": [
            {"label": fix.label, "action": fix.action, "change": dict(fix.change)} for fix in finding.fixes
        ],
    }


def preview_json(preview: Preview) -> dict[str, Any]:
    """Words, next dates, drives, findings, and the difference of passages with its digest."""
    return {
        "words": preview.words,
        "findings": [finding_json(finding) for finding in preview.findings],
        "next_dates": [
            {"date": day.isoformat(), "passages": [_planned(one, preview) for one in passages]}
            for day, passages in preview.next_dates
        ],
        "legs": [leg_json(leg) for leg in preview.legs],
        "difference": difference_json(preview.difference),
        "calls": [
            {
                "id": plain(call.id),
                "stop": str(call.stop_id),
                "arrival": f"{call.arrival:%H:%M}",
                "minutes": call.minutes,
            }
            for call in preview.draft.calls
        ],
    }


def _planned(passage: PlannedPassage, preview: Preview) -> dict[str, Any]:
    return {
        "stop": str(passage.stop_id),
        "label": preview.stop_labels.get(passage.stop_id, ""),
        "start": instant(passage.start),
        "end": instant(passage.end),
        "status": passage.status.value,
        "reason": passage.reason,
    }


def leg_json(leg: Leg) -> dict[str, Any]:
    """The drive after the call of that rank."""
    drive = leg.drive
    return {
        "call": leg.call,
        "minutes": drive.minutes if drive else None,
        "distance_m": drive.distance_m if drive else None,
        "is_estimate": drive.is_estimate if drive else None,
    }


def difference_json(difference: Difference) -> dict[str, Any]:
    return {
        "sentence": difference.sentence,
        "digest": difference.digest,
        "counts": {
            "added": len(difference.added),
            "cancelled": len(difference.cancelled),
            "removed": len(difference.removed),
            "moved": len(difference.moved),
            "unchanged": difference.unchanged,
        },
        "added": [_bare(one) for one in difference.added[:MAX_LISTED]],
        "cancelled": [_bare(one) for one in difference.cancelled[:MAX_LISTED]],
        "removed": [_bare(one) for one in difference.removed[:MAX_LISTED]],
        "moved": [_moved(one) for one in difference.moved[:MAX_LISTED]],
    }


def _bare(passage: Passage) -> dict[str, Any]:
    return {
        "stop": str(passage.stop_id),
        "start": instant(passage.start),
        "end": instant(passage.end),
        "status": str(passage.status),
        "reason": passage.reason,
    }


def _moved(moved: Moved) -> dict[str, Any]:
    was = {"stop": str(moved.old_stop_id), "start": instant(moved.old_start), "end": instant(moved.old_end)}
    return {**_bare(moved.passage), "was": was}


def passage_json(passage: Passage) -> dict[str, Any]:
    """Reads stop and itinerary: select them for many."""
    return {
        "id": str(passage.pk),
        "unit": str(passage.unit_id),
        "itinerary": str(passage.itinerary_id),
        "itinerary_name": passage.itinerary.name,
        "call": plain(passage.call_id),
        "label": str(passage.stop),
        "on_date": plain(passage.on_date),
        "is_draft": False,
        **_bare(passage),
    }


def drafted_json(passage: PlannedPassage, itinerary: Itinerary, label: str) -> dict[str, Any]:
    """A passage that a draft would make."""
    return {
        "id": str(passage.id),
        "unit": str(itinerary.unit_id),
        "itinerary": str(itinerary.pk),
        "itinerary_name": itinerary.name,
        "call": plain(passage.call_id),
        "label": label,
        "on_date": plain(passage.on_date),
        "is_draft": True,
        "stop": str(passage.stop_id),
        "start": instant(passage.start),
        "end": instant(passage.end),
        "status": passage.status.value,
        "reason": passage.reason,
    }


def change_json(change: Change) -> dict[str, Any]:
    return {"field": change.field, "label": change.label, "before": change.before, "after": change.after}


def version_json(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "at": instant(version.at),
        "who": version.who,
        "changes": [change_json(change) for change in version.changes],
    }
