"""What every writing service shares: one writer per unit, a signature in the history, and care for the other planner."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from mobile_units.findings import Finding
from mobile_units.models import Itinerary, MobileUnit, Stop
from mobile_units.services.history import Change, changes_since

if TYPE_CHECKING:
    from mobile_units.services.preview import Preview

Versioned = TypeVar("Versioned", Itinerary, MobileUnit, Stop)


class Refused(Exception):  # noqa: N818 - a refusal with its sentences, not a defect
    """The plan forbids it. `findings` say why, each in a sentence; nothing was written."""

    def __init__(self, sentence: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.findings = list(findings)


class Unconfirmed(Exception):  # noqa: N818
    """The difference of passages was not confirmed, or is no longer the one that was: here is the present one."""

    def __init__(self, preview: "Preview") -> None:
        self.sentence = _("Les passages qui changent ont été recalculés : relisez-les, puis confirmez.")
        super().__init__(self.sentence)
        self.preview = preview


class StaleVersion(Exception):  # noqa: N818
    """Somebody changed the record meanwhile: what, field by field, and the record as it now is."""

    def __init__(self, current: Any, changes: Sequence[Change]) -> None:
        self.sentence = _("Quelqu'un a modifié cette fiche entre-temps : voici ce qui a changé.")
        super().__init__(self.sentence)
        self.current = current
        self.changes = list(changes)


class Missing(Exception):  # noqa: N818
    """The record does not exist, or not any more."""


@contextmanager
def writing(*, user: Any, unit_ids: Iterable[UUID] = ()) -> Iterator[None]:
    """A transaction signed by the user, alone at these units. Units are locked in one order, so that none waits twice."""
    signature = {"user": user.pk} if user is not None else {}
    with transaction.atomic(), pghistory.context(**signature):
        list(MobileUnit.objects.select_for_update().filter(pk__in=set(unit_ids)).order_by("pk"))
        yield


def current(model: type[Versioned], pk: UUID, version: int | None) -> Versioned:
    """The record, locked; its version is the one the writer saw. `version` None: the writer need not have seen it.

    Raises:
        Missing: no such record.
        StaleVersion: the record moved on.
    """
    record = model.objects.select_for_update().filter(pk=pk).first()
    if record is None:
        raise Missing(str(pk))
    if version is not None and record.version != version:
        raise StaleVersion(record, changes_since(record, version))
    return record


def unit_of(itinerary_id: UUID) -> UUID:
    """The unit whose lock a write on the itinerary needs. Raises Missing."""
    unit_id = Itinerary.objects.filter(pk=itinerary_id).values_list("unit_id", flat=True).first()
    if unit_id is None:
        raise Missing(str(itinerary_id))
    return unit_id
