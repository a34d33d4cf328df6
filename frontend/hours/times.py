"""A time of day as people type it."""

import re

DAY_MINUTES = 1440
_SEPARATED = re.compile(r"(\d{1,2})\s*(?:h|:|\.|heures?)\s*(\d{2})?(?:\s*mn|\s*min)?", re.IGNORECASE)
_DIGITS = re.compile(r"(\d{1,2})(\d{2})?")
_NAMED = {"midi": 720, "minuit": 0}


def read_time(text: str) -> int | None:
    """Minutes after midnight, 24:00 included: « 9h », « 9 h 30 », « 09:30 », « 9.30 », « 930 », « midi ». None: not a time."""
    tidy = " ".join(text.lower().split())
    if tidy in _NAMED:
        return _NAMED[tidy]
    found = _SEPARATED.fullmatch(tidy) or _DIGITS.fullmatch(tidy)
    if not found or not tidy.isascii():
        return None
    minutes = int(found[1]) * 60 + int(found[2] or 0)
    return minutes if int(found[2] or 0) < 60 and minutes <= DAY_MINUTES else None


def write_time(minutes: int) -> str:
    """« 9h00 », « 14h30 »: what a field shows, and what `read_time` reads."""
    day_minutes = minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES
    return f"{day_minutes // 60}h{day_minutes % 60:02d}"
