"""What the queue is filtered by: everything is in the address, so that a queue can be shared and comes back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.fields.json import KeyTextTransform

from frontend.moderation.links import with_links
from places.enums import DECIDED_STATUSES, OPEN_STATUSES, ProposalKind, ProposalOrigin, ProposalStatus
from places.functions import SearchKey
from places.models import Commune, Proposal
from places.querysets import ProposalQuerySet

WAITING, DECIDED, EVERY = "waiting", "decided", "all"
ME, NOBODY = "me", "nobody"
_ONE_BY_ONE = (*OPEN_STATUSES, *DECIDED_STATUSES, ProposalStatus.WITHDRAWN)
# The statuses of each state of the list; all of them for the last one.
STATES: dict[str, tuple[str, ...]] = {
    WAITING: tuple(OPEN_STATUSES),
    **{status.value: (status.value,) for status in _ONE_BY_ONE},
    DECIDED: tuple(DECIDED_STATUSES),
    EVERY: (),
}
MAX_TEXT = 100
_COMMUNE = re.compile(r"(?:\d\d|2[AB])\d{3}")
_EPCI = re.compile(r"\d{9}")


@dataclass(frozen=True, slots=True)
class Filters:
    """`area` is the INSEE code of a commune or the SIREN of an EPCI. What is unknown counts as not asked."""

    kind: str = ""
    state: str = WAITING
    origin: str = ""
    who: str = ""
    area: str = ""
    links: str = ""
    q: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        area = str(data.get("area", ""))
        return cls(
            kind=_known(data, "kind", ProposalKind.values),
            state=_known(data, "state", STATES) or WAITING,
            origin=_known(data, "origin", ProposalOrigin.values),
            who=_known(data, "who", (ME, NOBODY)),
            area=area if _COMMUNE.fullmatch(area) or _EPCI.fullmatch(area) else "",
            links=_known(data, "links", ("yes",)),
            q=" ".join(str(data.get("q", "")).replace("\x00", "").split())[:MAX_TEXT],
        )

    def query(self, **more: Any) -> str:
        """`?kind=…&state=…`; empty when nothing departs from the usual queue."""
        own = {name: value for name, value in self.pairs() if value != getattr(_USUAL, name)}
        text = urlencode({**own, **{name: value for name, value in more.items() if value}})
        return f"?{text}" if text else ""

    def pairs(self) -> list[tuple[str, str]]:
        return [(one.name, getattr(self, one.name)) for one in fields(self)]

    def but(self, **changes: str) -> Self:
        return replace(self, **changes)

    @property
    def is_usual(self) -> bool:
        return self == _USUAL

    @property
    def is_open(self) -> bool:
        """Whether only proposals that wait for a decision pass."""
        return self.state in (WAITING, *OPEN_STATUSES)

    def apply(self, proposals: ProposalQuerySet, *, user_id: Any) -> ProposalQuerySet:
        found = proposals.shown_to_moderators()
        if statuses := STATES[self.state]:
            found = found.filter(status__in=statuses)
        for name in ("kind", "origin"):
            if value := getattr(self, name):
                found = found.filter(**{name: value})
        if self.who:
            found = found.filter(assigned_to=user_id if self.who == ME else None)
        if self.links:
            aliases, condition = with_links()
            found = found.alias(**aliases).filter(condition)
        return found.filter(in_area(self.area), of_words(self.q))


_USUAL = Filters()


def _known(data: Mapping[str, Any], name: str, values: Iterable[str]) -> str:
    value = str(data.get(name, ""))
    return value if value in values else ""


def in_area(area: str) -> Q:
    """Of records, live or proposed, of one commune or of the communes of one EPCI."""
    if not area:
        return Q()
    if _EPCI.fullmatch(area):
        proposed = Commune.objects.filter(epci=area, insee=KeyTextTransform("insee_code", OuterRef("fields")))
        return Q(place__commune__epci=area) | Q(wifi_point__commune__epci=area) | Q(Exists(proposed))
    return Q(place__insee_code=area) | Q(wifi_point__insee_code=area) | Q(fields__insee_code=area)


def of_words(text: str) -> Q:
    """Whose record, live or proposed, whose message or whose author holds the words."""
    if not text:
        return Q()
    key = SearchKey(Value(text))
    return (
        Q(place__search_key__contains=key)
        | Q(wifi_point__search_key__contains=key)
        | Q(fields__name__icontains=text)
        | Q(fields__commune_name__icontains=text)
        | Q(comment__icontains=text)
        | Q(email__icontains=text)
        | Q(author_name__icontains=text)
    )


def known_areas() -> list[tuple[str, str, bool]]:
    """Communes and EPCI with a proposal that waits, by name: (code, name, is an EPCI). One query."""
    waiting = Proposal.objects.waiting().order_by()
    codes = Q(insee__in=waiting.filter(place__isnull=False).values("place__insee_code"))
    codes |= Q(insee__in=waiting.filter(wifi_point__isnull=False).values("wifi_point__insee_code"))
    proposed = KeyTextTransform("insee_code", "fields")
    codes |= Q(insee__in=waiting.annotate(code=proposed).filter(code__isnull=False).values("code"))
    rows = Commune.objects.filter(codes).values_list("insee", "name", "epci", "epci__name").order_by("name")
    communes = [(insee, name, False) for insee, name, _, _ in rows]
    epci = {(code, name, True) for _, _, code, name in rows if code}
    return [*sorted(epci, key=lambda one: one[1]), *communes]
