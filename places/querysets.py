"""The questions asked of the catalogue. Filters are adjectives or places and chain."""

from collections.abc import Iterable
from typing import Any, Self

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import QuerySet, Value

from mapservice.geo.querysets import LocatedQuerySet
from places.enums import OPEN_STATUSES, ProposalStatus, Status
from places.functions import SearchKey


class PublishedQuerySet(LocatedQuerySet):
    def published(self) -> Self:
        """What anybody may see. Every public door starts here."""
        return self.filter(status=Status.PUBLISHED)

    def visible(self) -> Self:
        """Published records and those closed for good: a page that existed says so instead of vanishing."""
        return self.filter(status__in=[Status.PUBLISHED, Status.CLOSED])

    def in_commune(self, insee: str) -> Self:
        return self.filter(commune_id=insee)

    def matching(self, text: str) -> Self:
        """Rows whose name, address or commune resembles the text; adds `similarity` in 0..1. Through trigrams."""
        key = SearchKey(Value(text))
        alike = TrigramWordSimilarity(key, "search_key")  # type: ignore[arg-type]  # an expression is accepted
        return self.filter(search_key__trigram_word_similar=key).annotate(similarity=alike)


class PlaceQuerySet(PublishedQuerySet):
    def of_kinds(self, kinds: Iterable[str]) -> Self:
        """Places of at least one of the kinds."""
        return self.filter(kinds__overlap=list(kinds))

    def offering(self, services: Iterable[str]) -> Self:
        """Places that offer every one of the services."""
        return self.filter(services__contains=list(services))


class WifiPointQuerySet(PublishedQuerySet):
    def usable(self) -> Self:
        """Wi-Fi points that were not switched off for good."""
        return self.exclude(state="disabled")


class ProposalQuerySet(QuerySet[Any]):
    def waiting(self) -> Self:
        """Those that a moderator has to decide on, the oldest first."""
        return self.filter(status__in=OPEN_STATUSES).order_by("created_at", "pk")

    def shown_to_moderators(self) -> Self:
        """Every one whose author showed that the address is theirs."""
        return self.exclude(status=ProposalStatus.UNVERIFIED)

    def with_records(self) -> Self:
        """With what a line of the queue names, in one query."""
        return self.select_related(
            "place", "wifi_point", "duplicate", "organisation", "assigned_to", "decided_by"
        )
