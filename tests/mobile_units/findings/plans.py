"""Plans written as values, and what the checks say of them."""

import uuid
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from mobile_units.drafts import Draft, DraftCall
from mobile_units.enums import DayPolicy, Rhythm
from mobile_units.findings import Finding, Situation, find_all, structural
from mobile_units.findings.situation import StopFacts
from mobile_units.plan import Plan, PlannedException, expand
from mobile_units.travel import estimate
from places.holidays import public_holiday, school_holiday

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 9, 1, 8, 0, tzinfo=PARIS)
# 7.3 km apart on the parallel of Bar-le-Duc; 9.5 km by road, 12 minutes.
WEST, EAST = uuid.UUID(int=1), uuid.UUID(int=2)
STOPS = {
    WEST: StopFacts(WEST, "Revigny – Mairie", "published", (5.10, 48.77)),
    EAST: StopFacts(EAST, "Bar-le-Duc – École", "published", (5.20, 48.77)),
}
TUESDAYS = Draft(
    unit_id=uuid.UUID(int=9),
    name="Mardis",
    valid_from=date(2026, 9, 1),
    valid_until=date(2027, 8, 31),
    rhythm=Rhythm.WEEKLY,
    weekday=1,
    public_holidays=DayPolicy.KEEP,
    calls=(DraftCall(WEST, time(9), 60), DraftCall(EAST, time(11), 60)),
)


def situation(
    draft: Draft = TUESDAYS,
    *,
    exceptions: tuple[PlannedException, ...] = (),
    now: datetime = NOW,
    **values: Any,
) -> Situation:
    plan = Plan(
        recurrence=draft.recurrence,
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        calls=draft.planned_calls(),
        public_holidays=draft.public_holidays,
        school_holidays=draft.school_holidays,
        public_holiday=public_holiday,
        school_holiday=school_holiday,
        exceptions=exceptions,
    )
    last = now.date() + relativedelta(months=13)
    known: dict[str, Any] = {
        "draft": draft,
        "plan": plan,
        "passages": tuple(one for one in expand(plan, now.date(), last) if one.start > now),
        "now": now,
        "last": last,
        "unit_name": "L'atelier",
        "unit_status": "published",
        "stops": STOPS,
        "drives": lambda legs: {leg: estimate(leg) for leg in legs},
        "unserved_weeks": 6,
    }
    return Situation(**(known | values))


def told(where: Situation) -> list[tuple[str, str]]:
    return [(one.code, one.sentence.replace("\u00a0", " ")) for one in find_all(where)]


def only(where: Situation, code: str) -> Finding:
    (finding,) = [one for one in find_all(where) if one.code == code]
    return finding


def sentence(finding: Finding) -> str:
    return finding.sentence.replace("\u00a0", " ")


def wrong(draft: Draft) -> list[tuple[str, str]]:
    return [(one.code, sentence(one)) for one in structural(draft, known_stops=STOPS)]
