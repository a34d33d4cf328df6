"""What the moderators' templates say: the tabs, ages, authors, kinds and states in words, keys."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from frontend.moderation import words
from frontend.moderation.filters import Filters
from frontend.moderation.links import is_linked
from frontend.moderation.mending import Fact, facts_of
from frontend.moderation.menu import Tab, tabs
from frontend.moderation.sheet import Sheet
from places.actors import actor_of, may
from places.models import Decision, Proposal
from places.proposals.difference import Row

register = template.Library()
SAME_NAME, NEAR_NAME = 0.95, 0.4

register.filter("age", words.age)
register.filter("author", words.author)
register.filter("user_name", words.user_name)
register.filter("proposals_count", words.proposals_count)
register.filter("is_linked", is_linked)


@register.simple_tag(takes_context=True)
def moderation_tabs(context: dict[str, Any]) -> list[Tab]:
    request: HttpRequest = context["request"]
    return tabs(request)


@register.simple_tag(takes_context=True)
def may_moderate(context: dict[str, Any]) -> bool:
    """Whether the moderators' desk is open to the visitor."""
    return may(actor_of(context["request"]), "view", "places.Proposal")


@register.filter
def kind(proposal: Proposal) -> str:
    return _(str(proposal.get_kind_display()))


@register.filter
def state(proposal: Proposal) -> str:
    return _(str(proposal.get_status_display()))


@register.filter
def origin(proposal: Proposal) -> str:
    return _(str(proposal.get_origin_display()))


@register.filter
def topic(proposal: Proposal) -> str:
    return _(str(proposal.get_topic_display()))


@register.filter
def verdict(decision: Decision) -> str:
    return _(str(decision.get_verdict_display()))


@register.filter
def reported_facts(sheet: Sheet) -> list[Fact]:
    return facts_of(sheet.proposal, sheet.difference.record)


@register.filter
def apart_m(rows: Iterable[Row]) -> float | None:
    """Metres between the two points that are compared; None when they are one, or when one is missing."""
    return next((row.moved_m for row in rows if row.kind == "point"), None)


@register.filter
def likeness(similarity: float) -> str:
    """How much two names resemble each other, 0 to 1."""
    if similarity >= SAME_NAME:
        return _("même nom")
    return _("nom proche") if similarity >= NEAR_NAME else _("autre nom")


@register.simple_tag
def filters_query(filters: Filters, **changes: str) -> str:
    """The query string with other filters, or with what continues the list (`after`, `before`)."""
    more = {name: changes.pop(name) for name in ("after", "before") if name in changes}
    return filters.but(**changes).query(**more) or "?"


@register.simple_tag
def key(letter: str) -> SafeString:
    """A key beside the words of its button; the button's own name does not need it."""
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', letter)


@register.simple_tag
def key_row(letter: str, sentence: str) -> SafeString:
    """A line of the help."""
    return format_html('<div><dt><kbd class="key">{}</kbd></dt><dd>{}</dd></div>', letter, sentence)
