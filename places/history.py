"""The history of a record: every version that the triggers kept, and who made it.

`pghistory` writes one event after each insert, update and delete, whatever door it came through; the context beside it
names the user (from the request) or the program that wrote (key `writer`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pghistory
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from places.enums import ProposalOrigin
from places.models import Proposal
from places.words import phone

WRITER = "writer"
WRITERS = {"demo": _("chargement de la démonstration")}


def writing_as(writer: str) -> Any:
    """A context in which every change is signed by a program of this name."""
    return pghistory.context(**{WRITER: writer})


def event_model(model: type[Model]) -> type[Model]:
    """The event class that tracks a model."""
    tracked: Any = model
    return tracked.events.rel.related_model


def events_of(record: Model) -> QuerySet[Any]:
    """Every event of one record, the oldest first, with its context."""
    return (
        event_model(type(record))
        ._default_manager.filter(pgh_obj_id=record.pk)
        .select_related("pgh_context")
        .order_by("pgh_id")
    )


def touched_by_others(
    model: type[Model], keys: Iterable[Any], *, writer: str, field: str = "pgh_obj_id"
) -> set[Any]:
    """Those of the keys that anybody else than this writer created, changed or deleted."""
    events = event_model(model)._default_manager.filter(**{f"{field}__in": list(keys)})
    # Told by what is signed: an event without context, or whose context lacks the key, is somebody else's.
    signed = events.filter(**{f"pgh_context__metadata__{WRITER}": writer})
    return set(events.exclude(pk__in=signed.values("pk")).values_list(field, flat=True))


# --- what changed, in words -----------------------------------------------------------------------------------------

# Moved by triggers or derived: they say nothing that the other fields do not.
UNTOLD = {"id", "version", "created_at", "updated_at", "first_published_at", "search_key"}
ACTIONS = {"insert": _("Création"), "update": _("Modification"), "delete": _("Suppression")}
# What is done with a proposal, by the action that signs the change; who did it stands beside.
DEEDS = {
    "accept": _("Proposition acceptée, auteur : %(author)s"),
    "grant": _("Demande de gestion acceptée, auteur : %(author)s"),
    "apply": _("Changement appliqué sans attendre, auteur : %(author)s"),
    "merge": _("Fusion de deux fiches"),
    "undo": _("Décision annulée"),
}
# Kept as they are dialled from abroad, said as people write them.
PHONES = frozenset({"phone", "contact_phone"})
PROGRAMS = (ProposalOrigin.IMPORT, ProposalOrigin.FRESHNESS)


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after, as people read it."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One event of a record, or of a row that belongs to it (`subject`)."""

    at: datetime
    action: str
    who: str
    reason: str
    fields: tuple[FieldChange, ...]
    subject: str = ""

    @property
    def is_long(self) -> bool:
        """A whole record at once, rather than a change: to be unfolded by who wants to see it."""
        return len(self.fields) > 12


def history_of(record: Model, related: Mapping[type[Model], str] | None = None) -> list[Change]:
    """Every change of a record, the latest first; four queries at most, one more per change of a related record.

    `related` names the models whose rows belong to the record, each with its foreign key.
    """
    events = list(events_of(record))
    for model, key in (related or {}).items():
        own = event_model(model)._default_manager.filter(**{f"{key}_id": record.pk})
        events += own.select_related("pgh_context").order_by("pgh_id")
    names, proposals = user_names(events), proposals_behind(events)
    previous: dict[tuple[str, Any], Any] = {}
    changes = []
    # One transaction gives all its events the same instant: the record first, then what belongs to it.
    for event in sorted(events, key=lambda e: (e.pgh_created_at, e.pgh_obj_id != record.pk, e.pgh_id)):
        rank = (event._meta.label, event.pgh_obj_id)
        changes.append(
            told(event, previous.get(rank), names, proposals, is_record=event.pgh_obj_id == record.pk)
        )
        previous[rank] = event
    return changes[::-1]


def user_names(events: Iterable[Any]) -> dict[str, str]:
    """Names of the users that signed the events, by key; one query."""
    signed = (metadata_of(event).get("user") for event in events)
    keys = {user for user in signed if user is not None}
    users = get_user_model()._default_manager.filter(pk__in=keys)
    return {str(user.pk): user.get_full_name() or user.get_username() for user in users}


def metadata_of(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def proposals_behind(events: Iterable[Any]) -> dict[str, Proposal]:
    """The proposals that led to the events, by key; one query, none when there is none."""
    keys = {key for event in events if (key := metadata_of(event).get("proposal")) is not None}
    return (
        {str(each.pk): each for each in Proposal.objects.with_records().filter(pk__in=keys)} if keys else {}
    )


def told(
    event: Any,
    before: Any | None,
    names: Mapping[str, str],
    proposals: Mapping[str, Proposal],
    *,
    is_record: bool,
) -> Change:
    model = event.pgh_tracked_model
    return Change(
        at=event.pgh_created_at,
        action=str(ACTIONS[event.pgh_label]),
        who=signature(event, names),
        reason=reason_of(event, proposals),
        fields=tuple(differences(model, before, None if event.pgh_label == "delete" else event)),
        subject="" if is_record else str(model._meta.verbose_name),
    )


def signature(event: Any, names: Mapping[str, str]) -> str:
    """Who made a change: a person, else a program, else nobody that is known."""
    metadata = metadata_of(event)
    user = metadata.get("user")
    if user is not None:
        return names.get(str(user)) or gettext("compte supprimé")
    if "source" in metadata:
        return gettext("import « %s »") % metadata["source"]
    return str(WRITERS.get(metadata.get(WRITER, ""), _("programme")))


def reason_of(event: Any, proposals: Mapping[str, Proposal]) -> str:
    """Why: the proposal and what was done with it, then the words of who did it."""
    metadata = metadata_of(event)
    deed = DEEDS.get(metadata.get("action", "")) if "proposal" in metadata else None
    told = str(deed) % {"author": author_of(proposals.get(metadata["proposal"]))} if deed else ""
    return " – ".join(filter(None, [told, metadata.get("reason", "")]))


def author_of(proposal: Proposal | None) -> str:
    """Whom a proposal comes from; an e-mail address is never shown here."""
    if proposal is None:
        return gettext("oublié")
    if proposal.organisation or proposal.author_name:
        return str(proposal.organisation or proposal.author_name)
    return gettext("programme") if proposal.origin in PROGRAMS else gettext("sans nom")


def differences(model: type[Model], before: Any | None, after: Any | None) -> list[FieldChange]:
    """Fields whose values differ between two versions of a row; an absent version has empty values."""
    found = []
    for field in model._meta.concrete_fields:
        if field.name in UNTOLD or field.generated:
            continue
        old, new = (getattr(version, field.attname, None) for version in (before, after))
        if old != new and (words(field, old) != words(field, new)):
            label = str(field.verbose_name)
            found.append(FieldChange(field.name, label, words(field, old), words(field, new)))
    return found


def words(field: Any, value: Any) -> str:
    """A stored value as people read it: labels instead of codes, oui and non, dates in full; empty is empty."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return ", ".join(words(field.base_field, item) for item in value)
    if field.is_relation:
        return str(field.related_model._default_manager.filter(pk=value).first() or value)
    if field.name in PHONES:
        return phone(value)
    labels = dict(field.flatchoices or ())
    return gettext(str(labels[value])) if isinstance(value, str) and value in labels else plain_words(value)


def plain_words(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    if isinstance(value, Point):
        return f"{value.y:.6f}, {value.x:.6f}"
    return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else str(value)
