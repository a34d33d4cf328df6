"""What the partners' pages say."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.auth.models import User

from frontend import words
from frontend.partners.addresses import address_of
from places.models import Place, Proposal, WifiPoint
from places.partners.accounts import name_of
from places.partners.completeness import Completeness
from places.proposals.words import kind_name, status_name, status_sentence, title_of

register = template.Library()

register.filter("proposal_title", title_of)
register.filter("state_sentence", status_sentence)


@register.filter
def kind_words(proposal: Proposal) -> str:
    return kind_name(proposal.kind)


@register.filter
def state_words(proposal: Proposal) -> str:
    return status_name(proposal.status)


@register.filter
def person(user: User) -> str:
    return name_of(user)


@register.filter
def partner_url(record: Place | WifiPoint, page: str) -> str:
    return address_of(record, page)


@register.filter
def percent(completeness: Completeness) -> int:
    return round(100 * completeness.filled / completeness.total)


@register.filter
def first_of(items: Sequence[Any], limit: int) -> Sequence[Any]:
    """The first ones; all of them when the limit is 0."""
    return items[:limit] if limit else items


@register.filter
def beyond(items: Sequence[Any], limit: int) -> int:
    """How many more there are."""
    return max(0, len(items) - limit) if limit else 0


@register.filter
def date_ago(moment: datetime | date) -> str:
    return words.ago(moment.date() if isinstance(moment, datetime) else moment)


@register.filter
def no_target(place: Any, wifi_point: Any) -> bool:
    return place is None and wifi_point is None
