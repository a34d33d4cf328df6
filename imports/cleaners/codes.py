"""Identifiers, dates and opening hours."""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from imports.cleaners.texts import clean_text
from imports.pipeline.records import Finding
from places.hours import HoursError, check_hours, tidy_hours
from places.validators import validate_rna, validate_siret

PARIS = ZoneInfo("Europe/Paris")
OLDEST = date(2000, 1, 1)
MAX_ID = 200
MAX_HOURS = 1000

_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T].*)?", re.ASCII)
_ALWAYS = re.compile(r"^\s*24\s*/\s*7\s*$")


def clean_id(raw: Any) -> tuple[str, list[Finding]]:
    """The identifier that the source gives, at most 200 characters; empty when there is none that can be trusted."""
    text, findings = clean_text(raw, limit=MAX_ID + 1)
    return ("" if text is None or len(text) > MAX_ID else text), findings


def clean_pivot(raw: Any) -> tuple[dict[str, str], list[Finding]]:
    """`pivot` is a SIRET, else an RNA number: {siret, rna}; empty when it cannot be read."""
    text, findings = clean_text(raw, limit=40)
    if text is None:
        return {}, findings
    code = re.sub(r"[\s.-]", "", text).upper()
    if not code:
        return {"siret": "", "rna": ""}, findings
    if set(code) == {"0"}:
        return {"siret": "", "rna": ""}, [*findings, Finding("pivot_zero", text)]
    if passes(validate_siret, code) and re.fullmatch(r"\d{14}", code, re.ASCII):
        return {"siret": code, "rna": ""}, findings
    if passes(validate_rna, code):
        return {"siret": "", "rna": code}, findings
    return {}, [*findings, Finding("pivot_invalid", text)]


def passes(validate: Any, value: str) -> bool:
    try:
        validate(value)
    except ValidationError:
        return False
    return True


def clean_date(raw: Any, today: date) -> tuple[str | None, list[Finding]]:
    """An ISO date; the four forms that the national pipeline reads. None when it is not a past date since 2000."""
    text, findings = clean_text(raw, limit=60)
    if not text:
        return text, findings
    found = parse_date(text)
    if found is None or found < OLDEST:
        return None, [*findings, Finding("date_invalid", text)]
    if found > today:
        return None, [*findings, Finding("date_future", text)]
    return found.isoformat(), findings


def parse_date(text: str) -> date | None:
    """`YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS`, ISO date-times (a zone leads to the day in Paris), `DD/MM/YYYY`."""
    try:
        if french := _FRENCH_DATE.fullmatch(text):
            day, month, year = (int(part) for part in french.groups())
            return date(year, month, day)
        if not re.match(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return None
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(PARIS) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        return None


def clean_hours(raw: Any) -> tuple[dict[str, str], list[Finding]]:
    """{opening_hours, opening_hours_received}: what cannot be evaluated is shown as the source wrote it."""
    text, findings = clean_text(raw, limit=MAX_HOURS)
    if text is None:
        return {}, findings
    hours = "Mo-Su 00:00-24:00" if _ALWAYS.match(text) else tidy_hours(text)
    if not hours:
        return {"opening_hours": "", "opening_hours_received": ""}, findings
    try:
        check_hours(hours)
    except HoursError as error:
        findings.append(Finding("hours_unreadable", text, str(error)))
        return {"opening_hours": "", "opening_hours_received": text}, findings
    return {"opening_hours": hours, "opening_hours_received": ""}, findings
