"""What the pages of the mobile units draw beside the rest of the site."""

from datetime import datetime
from urllib.parse import urlsplit

from django import template
from django.conf import settings

from frontend.cards import Card

register = template.Library()


@register.inclusion_tag("frontend/parts/availability.html")
def visits_badge(card: Card, now: datetime) -> dict[str, object]:
    """Whether the unit is there or when it comes: a bus on its way is not a closed door."""
    is_there = card.availability.state == "open"
    return {
        "state": "open" if is_there else "coming",
        "icon": "check" if is_there else "calendar",
        "sentence": card.sentence(now),
    }


@register.simple_tag
def webcal(path: str) -> str:
    """The address that makes a calendar program subscribe, on the public host of the service."""
    return f"webcal://{urlsplit(settings.SITE_URL).netloc}{path}"
