"""What the pages of the mobile units draw beside the rest of the site."""

from urllib.parse import urlsplit

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def webcal(path: str) -> str:
    """The address that makes a calendar program subscribe, on the public host of the service."""
    return f"webcal://{urlsplit(settings.SITE_URL).netloc}{path}"
