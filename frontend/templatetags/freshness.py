"""What pages say of the age of a record."""

from django import template
from django.db.models import Model

from frontend.freshness.words import confirmed_sentence, stale_sentence
from places.models import Organisation, Place, WifiPoint

register = template.Library()

register.filter("confirmed_sentence", confirmed_sentence)
register.filter("stale_sentence", stale_sentence)


@register.simple_tag
def keepers(record: Model) -> list[str]:
    """Names of the active organisations that look after a place or a Wi-Fi point. One query."""
    if not isinstance(record, Place | WifiPoint):
        return []
    looked_after = Organisation.objects.filter(stewardships__in=record.stewardships.all(), is_active=True)
    return list(looked_after.distinct().order_by("name").values_list("name", flat=True))
