"""What accepting does to the live records, one function for each kind of proposal."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.utils.timezone import localdate
from django.utils.translation import gettext

from places.enums import PhotoStatus, ProposalKind, Status
from places.models import Photo, Place, Proposal, Stewardship, TemporaryClosure
from places.proposals.difference import Record, model_of
from places.proposals.snapshots import snapshot
from places.proposals.values import write_values
from places.proposals.writing import (
    Applied,
    change_record,
    check_record,
    kept_rules,
    refused,
    save_changes,
)
from places.services.slugs import unique_slug

PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Order:
    """An accepted proposal with the checked values to write; `record` is locked."""

    proposal: Proposal
    record: Record | None
    values: Mapping[str, Any]
    by: User | None
    publish: bool = True
    has_photo: bool = False

    @property
    def live(self) -> Record:
        """The record, for kinds that always have one (the database says so)."""
        if self.record is None:
            raise ValueError("A proposal of this kind has a target.")
        return self.record


def apply_order(order: Order) -> Applied:
    """Writes what was accepted.

    Raises:
        DecisionRefused: the values break a rule of the record; the caller's transaction must end.
    """
    applied = APPLIERS[ProposalKind(order.proposal.kind)](order)
    photos = show_photos(order)
    return replace(applied, effects={**applied.effects, **photos})


def publish_new(order: Order) -> Applied:
    """A new record; the same one again when its acceptance was undone, or when an import had made a draft."""
    if order.record is not None:
        return publish_again(order, order.record)
    proposal, model = order.proposal, model_of(order.proposal)
    record = model(status=Status.PUBLISHED if order.publish else Status.DRAFT, edited_on=localdate())
    if proposal.organisation:
        record.source_name, record.is_demo = proposal.organisation.name, proposal.organisation.is_demo
    names = write_values(record, order.values)
    record.slug = unique_slug(model, record.name, record.commune_name)
    check_record(record)
    with kept_rules():
        record.save(force_insert=True)
    proposal.target = record
    after = snapshot(record, [*names, "status"])
    return Applied(after=after, effects={"created": True})


def publish_again(order: Order, record: Record) -> Applied:
    """A draft, or what was closed. One that is public says things that nobody compared with these values."""
    if record.status == Status.PUBLISHED:
        raise refused(gettext("Cette fiche est déjà sur la carte : rattachez-y la proposition, ou refusez."))
    original = copy(record)
    names = write_values(record, order.values)
    if order.publish:
        record.status, record.closed_on = Status.PUBLISHED, None
    return save_changes(record, original, [*names, "status", "closed_on"])


def change(order: Order) -> Applied:
    return change_record(order.live, order.values)


def close_for_a_time(order: Order) -> Applied:
    """A row of its own beside the place; the database forbids two that overlap."""
    place = order.live
    if not isinstance(place, Place):
        raise refused(
            gettext("Une borne Wi-Fi ne se ferme pas pour un temps : corrigez son état de service.")
        )
    closure = TemporaryClosure(
        place=place,
        starts_on=date.fromisoformat(order.values["starts_on"]),
        ends_on=date.fromisoformat(order.values["ends_on"]),
        reason=order.values["reason"],
    )
    check_record(closure)
    with kept_rules():
        closure.save()
    place.edited_on = localdate()
    place.save(update_fields=["edited_on"])
    return Applied(after=dict(order.values), effects={"closure": closure.pk})


def close_for_good(order: Order) -> Applied:
    day = order.values.get("closed_on")
    return close_record(order.live, date.fromisoformat(day) if day else localdate())


def close_record(record: Record, day: date) -> Applied:
    """Closed on a day that is not to come: until then a record is open."""
    if day > localdate():
        raise refused(
            gettext("Cette date est à venir : acceptez la fermeture ce jour-là."), field="closed_on"
        )
    original = copy(record)
    record.status, record.closed_on = Status.CLOSED, day
    return save_changes(record, original, ["status", "closed_on"])


def settle_report(order: Order) -> Applied:
    """A report is done; the moderator may correct the record by the way, or close it (`closed_on`)."""
    values = dict(order.values)
    closed_on = values.pop("closed_on", None)
    changed = change_record(order.live, values) if values else Applied()
    if not closed_on:
        return changed
    closed = close_record(order.live, date.fromisoformat(closed_on))
    return Applied({**changed.before, **closed.before}, {**changed.after, **closed.after})


def show_photos(order: Order) -> dict[str, Any]:
    """Photos sent with the proposal are published, or put away when the moderator did not take them."""
    place = order.proposal.place if order.has_photo else None
    return settle_photos(order.proposal, PhotoStatus.PUBLISHED if place else PhotoStatus.REMOVED, place)


def settle_photos(proposal: Proposal, status: PhotoStatus, place: Place | None = None) -> dict[str, Any]:
    """The photos of a proposal that wait get a status; what `undo` needs of it."""
    photos = Photo.objects.filter(proposal=proposal, status=PhotoStatus.PENDING)
    ids = [str(pk) for pk in photos.order_by("pk").values_list("pk", flat=True)]
    if not ids:
        return {}
    Photo.objects.filter(pk__in=ids).update(status=status, **({"place": place} if place else {}))
    return {"photos": {"ids": ids, "status": status.value}}


def only_photos(order: Order) -> Applied:
    if not isinstance(order.live, Place):
        raise refused(gettext("Seuls les lieux ont des photos."))
    return Applied()


def grant_claim(order: Order) -> Applied:
    """The organisation looks after the record from now on; its name and SIRET may have been corrected."""
    # Partners know proposals: the other way round only when a claim is granted.
    from places.partners.claims import grant  # noqa: PLC0415

    about = {"place" if isinstance(order.live, Place) else "wifi_point": order.live}
    before = set(Stewardship.objects.filter(**about).values_list("pk", flat=True))
    order.proposal.fields, proposed = {**order.proposal.fields, **order.values}, order.proposal.fields
    granted = grant(order.proposal, by=order.by)
    order.proposal.fields = proposed
    is_new = granted.pk not in before
    return Applied(after=dict(order.values), effects={"stewardship": granted.pk} if is_new else {})


APPLIERS: dict[ProposalKind, Callable[[Order], Applied]] = {
    ProposalKind.NEW_PLACE: publish_new,
    ProposalKind.NEW_WIFI_POINT: publish_new,
    ProposalKind.CHANGE: change,
    ProposalKind.TEMPORARY_CLOSURE: close_for_a_time,
    ProposalKind.PERMANENT_CLOSURE: close_for_good,
    ProposalKind.PHOTO: only_photos,
    ProposalKind.REPORT: settle_report,
    ProposalKind.CLAIM: grant_claim,
}
