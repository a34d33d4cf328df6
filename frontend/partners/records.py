"""The records of a partner, each with what the desk says of it, in a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from frontend.partners.addresses import address_of
from frontend.partners.freshness import Freshness, freshness_of
from frontend.words import today
from places.actors import Actor
from places.enums import OPEN_STATUSES, PhotoStatus, Status
from places.models import Organisation, Photo, Place, Proposal, Stewardship, TemporaryClosure, WifiPoint
from places.partners.completeness import Completeness, Question, completeness_of

Record = Place | WifiPoint
# In which part of the form a question is answered, when not by the field of its name.
_ANCHORS = {"opening_hours": "horaires", "holidays": "horaires", "point": "id_point"}


@dataclass(frozen=True)
class Missing:
    """An answer that a record lacks, and where it is given."""

    words: str
    url: str


@dataclass(frozen=True)
class Row:
    record: Record
    organisations: tuple[Organisation, ...]
    completeness: Completeness
    freshness: Freshness
    waiting: int
    closure: TemporaryClosure | None

    @property
    def is_place(self) -> bool:
        return isinstance(self.record, Place)

    @property
    def is_published(self) -> bool:
        return self.record.status == Status.PUBLISHED

    @property
    def url(self) -> str:
        return address_of(self.record)

    @property
    def edit_url(self) -> str:
        return address_of(self.record, "edit")

    @property
    def confirm_url(self) -> str:
        return address_of(self.record, "confirm")

    @property
    def missing(self) -> list[Missing]:
        return [
            Missing(str(question.words), self._answer_url(question)) for question in self.completeness.missing
        ]

    def _answer_url(self, question: Question) -> str:
        if question.name == "photo":
            return reverse("partner-photos", args=[self.record.pk])
        if question.name == "state":
            return f"{self.url}#etat"
        return f"{self.edit_url}#{_ANCHORS.get(question.name, f'id_{question.name}')}"


def own_rows(actor: Actor) -> list[Row]:
    """Every record that the actor's organisations look after, places first, by name. Five queries."""
    stewardships = list(
        Stewardship.objects.filter(organisation__in=actor.editor_of)
        .select_related("organisation")
        .order_by("organisation__name", "pk")
    )
    places = own_places(actor, (row.place_id for row in stewardships if row.place_id))
    points = own_wifi_points(actor, (row.wifi_point_id for row in stewardships if row.wifi_point_id))
    return rows_of([*places, *points], stewardships)


def own_places(actor: Actor, ids: Iterable[Any]) -> QuerySet[Place]:
    """With their closures that are not over, and whether a photo shows."""
    photos = Photo.objects.filter(place=OuterRef("pk"), status=PhotoStatus.PUBLISHED)
    coming = TemporaryClosure.objects.filter(ends_on__gte=today()).order_by("starts_on", "pk")
    places = Place.objects.filter(pk__in=list(ids)).annotate(
        has_photo=Exists(photos), waiting=_waiting(actor)
    )
    return places.prefetch_related(Prefetch("closures", coming, to_attr="coming_closures"))


def own_wifi_points(actor: Actor, ids: Iterable[Any]) -> QuerySet[WifiPoint]:
    points = WifiPoint.objects.filter(pk__in=list(ids)).annotate(waiting=_waiting(actor))
    return points.select_related("place")


def _waiting(actor: Actor) -> Count:
    """What the actor's organisations proposed and nobody decided: what others propose is not theirs to know."""
    own = Q(proposals__organisation__in=actor.editor_of, proposals__status__in=OPEN_STATUSES)
    return Count("proposals", filter=own)


def rows_of(records: Sequence[Any], stewardships: Iterable[Stewardship]) -> list[Row]:
    """`records` as `own_places` and `own_wifi_points` give them."""
    owners: dict[Any, list[Organisation]] = {}
    for one in stewardships:
        owners.setdefault(one.place_id or one.wifi_point_id, []).append(one.organisation)
    return [_row(record, tuple(owners.get(record.pk, ()))) for record in records]


def _row(record: Any, organisations: tuple[Organisation, ...]) -> Row:
    closures: list[TemporaryClosure] = getattr(record, "coming_closures", [])
    return Row(
        record=record,
        organisations=organisations,
        completeness=completeness_of(record),
        freshness=freshness_of(record),
        waiting=record.waiting,
        closure=closures[0] if closures else None,
    )


def row_of(actor: Actor, record: Record) -> Row:
    """One record."""
    find: Any = own_places if isinstance(record, Place) else own_wifi_points
    about = {"place": record} if isinstance(record, Place) else {"wifi_point": record}
    own = Stewardship.objects.filter(organisation__in=actor.editor_of, **about).select_related("organisation")
    return rows_of(list(find(actor, [record.pk])), own)[0]


def proposals_of(actor: Actor, record: Record | None = None) -> QuerySet[Proposal]:
    """What was proposed in the name of the actor's organisations, the newest first."""
    proposals = Proposal.objects.with_records().filter(organisation__in=actor.editor_of)
    if isinstance(record, Place):
        proposals = proposals.filter(place=record)
    elif record is not None:
        proposals = proposals.filter(wifi_point=record)
    return proposals.order_by("-created_at", "pk")
