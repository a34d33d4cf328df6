"""Who last said that a record is right, as citizens may know it: an organisation or the département, never a person.

Read from the history of the record. Confirmations that were imported, merged or written by a program name nobody, nor
do those of an organisation that does not look after the record any more.
"""

from typing import Any, Literal

from django.contrib.auth.models import User
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from places.freshness.due import Record
from places.history import event_model, metadata_of
from places.models import Organisation
from places.services.lifecycle import CONFIRM

Confirmer = Organisation | Literal["staff"] | None


def confirmed_by(record: Record) -> Confirmer:
    """None when nobody knows. Three queries at most, none for a record that was never confirmed."""
    if record.confirmed_on is None:
        return None
    events = event_model(type(record))._default_manager.filter(pgh_obj_id=record.pk)
    other = events.exclude(confirmed_on=record.confirmed_on).order_by("-pgh_id").values("pgh_id")[:1]
    # The first version that bears the date is the confirmation itself; later ones repeat it.
    since = events.filter(pgh_id__gt=Coalesce(Subquery(other), 0)).order_by("pgh_id")
    event = since.select_related("pgh_context").first()
    told = metadata_of(event) if event else {}
    return _confirmer(record, told) if told.get("action") == CONFIRM and "user" in told else None


def _confirmer(record: Record, told: dict[str, Any]) -> Confirmer:
    """The organisation that is named, else the only one of the person, else staff."""
    keepers = Organisation.objects.filter(stewardships__in=record.stewardships.all(), is_active=True)
    if "organisation" in told:
        return keepers.filter(pk=told["organisation"]).first()
    own = list(keepers.filter(memberships__user=told["user"]).distinct()[:2])
    if own:
        return own[0] if len(own) == 1 else None
    return "staff" if User.objects.filter(pk=told["user"], is_staff=True).exists() else None
