"""What the pages about organisations read: the list with its counts, and what an organisation may be given."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Max, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from places.enums import Status
from places.functions import SearchKey
from places.models import FreshnessRequest, Membership, Organisation, Place, Stewardship, WifiPoint
from places.proposals.direct import direct_fields
from places.proposals.words import field_label
from places.words import enumeration

LIMIT = 12
MAX_TEXT = 100
PLACE, WIFI = "lieu", "borne-wifi"
MODELS: dict[str, type[Place] | type[WifiPoint]] = {PLACE: Place, WIFI: WifiPoint}
# `?state=`
STATES: dict[str, Q] = {
    "": Q(),
    "trusted": Q(is_trusted=True, is_active=True),
    "active": Q(is_active=True),
    "inactive": Q(is_active=False),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A record that may be attached."""

    record: Place | WifiPoint
    kind: str
    is_attached: bool


def words_of(text: str) -> str:
    """What was typed, as a search reads it."""
    return " ".join(text.replace("\x00", "").split())[:MAX_TEXT]


def listed(text: str, state: str) -> QuerySet[Any]:
    """By name, with `member_count`, `venue_count` and `answered_at`: one query for a page."""
    answers = FreshnessRequest.objects.filter(organisation=OuterRef("pk")).order_by().values("organisation")
    return (
        Organisation.objects.alias(key=SearchKey("name"))
        .filter(STATES[state], of_words(text))
        .annotate(
            member_count=_count(Membership),
            venue_count=_count(Stewardship),
            answered_at=Subquery(answers.annotate(last=Max("answered_at")).values("last")),
        )
        .order_by("name", "pk")
    )


def of_words(text: str) -> Q:
    """Whose name, SIRET or a member's address holds the words."""
    if not text:
        return Q()
    members = Membership.objects.filter(user__email__icontains=text).values("organisation")
    digits = text.replace(" ", "")
    number = Q(siret__startswith=digits) if digits.isdecimal() else Q()
    return Q(key__contains=SearchKey(Value(text))) | Q(pk__in=members) | number


def _count(model: type[Model]) -> Coalesce:
    rows = model._default_manager.filter(organisation=OuterRef("pk")).order_by().values("organisation")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def find_records(text: str, attached: list[Stewardship]) -> list[Found]:
    """Records that look like the words, by name or commune, drafts too, the most alike first. Two queries."""
    if not text:
        return []
    known = {one.place_id or one.wifi_point_id for one in attached}
    found: list[Any] = []
    for model in MODELS.values():
        alike: Any = model.objects.exclude(status=Status.CLOSED).matching(text)
        found.extend(alike.order_by("-similarity", "name", "pk")[:LIMIT])
    found.sort(key=lambda record: -record.similarity)
    return [Found(record, _kind(record), record.pk in known) for record in found[:LIMIT]]


def _kind(record: Place | WifiPoint) -> str:
    return PLACE if isinstance(record, Place) else WIFI


def direct_words() -> str:
    """The fields that a trusted partner changes without a decision (PARTNER_DIRECT_FIELDS), in words."""
    labels = {field_label(model, name) for model in (Place, WifiPoint) for name in direct_fields(model)}
    return enumeration(sorted(labels))
