"""One line's cells → values of a place, column by column. Nothing here knows the other lines."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from imports.cleaners.codes import clean_date, clean_hours, clean_pivot
from imports.cleaners.contacts import clean_emails, clean_phone, clean_url, clean_urls
from imports.cleaners.lists import as_cell, clean_list, in_order, split_items
from imports.cleaners.texts import clean_text
from imports.pipeline.drafts import Draft
from imports.pipeline.records import Finding
from imports.sources import national

# Column → (field, most characters, whether line breaks stay). The limits are those of the place's fields.
TEXTS: dict[str, tuple[str, int, bool]] = {
    "nom": ("name", 200, False),
    "adresse": ("address", 200, False),
    "complement_adresse": ("address_complement", 200, False),
    "structure_parente": ("parent_organisation", 200, False),
    "presentation_resume": ("summary", 280, False),
    "presentation_detail": ("description", 5000, True),
}
_TYPOLOGY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")


@dataclass(frozen=True)
class Terms:
    """What the source and the day say for every line."""

    source_title: str
    today: date
    columns: frozenset[str]


def fill_values(draft: Draft, cells: Mapping[str, Any], terms: Terms) -> None:
    """Every value but the address and the point."""
    fill_texts(draft, cells, terms.columns)
    fill_contacts(draft, cells, terms.columns)
    fill_identity(draft, cells, terms)
    fill_lists(draft, cells, terms.columns)
    fill_typologies(draft, cells, terms.columns)


def fill_texts(draft: Draft, cells: Mapping[str, Any], columns: Collection[str]) -> None:
    for column, (name, limit, lines) in TEXTS.items():
        if column in columns:
            text, findings = clean_text(cells.get(column), limit=limit, lines=lines)
            draft.say(named(findings, column), about=name)
            draft.put(name, text)


def named(findings: list[Finding], column: str) -> list[Finding]:
    """A finding about the kind of a cell names its column."""
    return [
        Finding(found.code, found.value, column) if found.code == "not_text" else found for found in findings
    ]


def fill_contacts(draft: Draft, cells: Mapping[str, Any], columns: Collection[str]) -> None:
    if "courriels" in columns:
        emails, private, findings = clean_emails(as_cell(cells.get("courriels")))
        draft.say(named(findings, "courriels"), about="emails")
        draft.put("emails", emails)
        draft.put("contact_email", private if emails is not None else None)
    for column, name, clean in (
        ("telephone", "phone", clean_phone),
        ("site_web", "websites", clean_urls),
        ("fiche_acces_libre", "accesslibre_url", clean_url),
        ("prise_rdv", "appointment_url", clean_url),
    ):
        if column in columns:
            value, findings = clean(as_cell(cells.get(column)))
            draft.say(named(findings, column), about=name)
            draft.put(name, value)


def fill_identity(draft: Draft, cells: Mapping[str, Any], terms: Terms) -> None:
    """Pivot, hours, date and source."""
    for column, fields, clean in (
        ("pivot", ("siret", "rna"), clean_pivot),
        ("horaires", ("opening_hours", "opening_hours_received"), clean_hours),
    ):
        if column in terms.columns:
            values, findings = clean(cells.get(column))
            draft.say(named(findings, column), about=fields[0])
            for name in fields:
                draft.put(name, values.get(name))
    if "date_maj" in terms.columns:
        day, findings = clean_date(cells.get("date_maj"), terms.today)
        draft.say(named(findings, "date_maj"), about="edited_on")
        draft.put("edited_on", day)
    said, findings = clean_text(cells.get("source"), limit=200)
    draft.say(named(findings, "source"), about="source_name")
    draft.put("source_name", said or terms.source_title)


def fill_lists(draft: Draft, cells: Mapping[str, Any], columns: Collection[str]) -> None:
    """Controlled lists; a column may give codes to another field than its own, so fields are put together first."""
    codes: dict[str, list[str]] = {}
    for column, words in national.VOCABULARIES.items():
        if column not in columns:
            continue
        found = clean_list(cells.get(column), words, column)
        draft.say(named(found.findings, column), about=words.field)
        if not found.is_readable:
            draft.unreadable.add(words.field)
        codes.setdefault(words.field, [])
        for name, given in found.codes.items():
            codes.setdefault(name, []).extend(given)
    add_other_labels(draft, cells, columns, codes)
    for name, given in codes.items():
        choices = national.CHOICES.get(name)
        draft.values[name] = in_order(given, choices) if choices else list(dict.fromkeys(given))[:60]


def add_other_labels(
    draft: Draft, cells: Mapping[str, Any], columns: Collection[str], codes: dict[str, list[str]]
) -> None:
    """`autres_formations_labels` is free: its own labels join those that the controlled columns did not know."""
    if "autres_formations_labels" not in columns:
        return
    text, findings = clean_text(as_cell(cells.get("autres_formations_labels")), limit=5000)
    draft.say(named(findings, "autres_formations_labels"), about="other_labels")
    if text is None:
        draft.unreadable.add("other_labels")
    labels = [item[:150] for item in split_items(text or "")]
    codes.setdefault("other_labels", []).extend(labels)


def fill_typologies(draft: Draft, cells: Mapping[str, Any], columns: Collection[str]) -> None:
    """National typologies; what houses the place and whether it is a third place follow from them."""
    if "typologie" not in columns:
        return
    text, findings = clean_text(as_cell(cells.get("typologie")), limit=2000)
    draft.say(named(findings, "typologie"), about="typologies")
    items = split_items(text or "")
    known = [item for item in items if _TYPOLOGY.fullmatch(item)]
    unknown = [item for item in items if item not in known]
    draft.say([Finding("value_unknown", item, "typologie") for item in unknown], about="typologies")
    draft.put("typologies", sorted(set(known)) if text is not None and (known or not items) else None)
    draft.put("host_kind", next((host.value for code, host in national.HOSTS.items() if code in known), ""))
    draft.third_place = any(code in national.KINDS for code in known)
