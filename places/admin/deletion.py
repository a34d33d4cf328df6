"""Why a draft cannot be deleted: proposals that speak of it, which nobody deletes."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from places.enums import OPEN_STATUSES
from places.models import Place, Proposal, WifiPoint

SHOWN = 20


def proposals_about(record: Place | WifiPoint) -> dict[str, Any]:
    """For the page that asks whether to delete: those to decide first, and the others; empty when there is none.

    One whose author has not confirmed their address keeps the record too, but shows to nobody.
    """
    about = Q(place=record) | Q(duplicate=record) if isinstance(record, Place) else Q(wifi_point=record)
    found = Proposal.objects.filter(about).order_by("created_at", "pk")
    if not found.exists():
        return {}
    shown = found.shown_to_moderators().with_records()
    return {
        "title": gettext("Suppression impossible"),
        "is_spoken_of": True,
        "waiting": list(shown.filter(status__in=OPEN_STATUSES)[:SHOWN]),
        "past": list(shown.exclude(status__in=OPEN_STATUSES)[:SHOWN]),
    }
