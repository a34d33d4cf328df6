"""What owners say of their organisation, and what moderators decide about it.

Every change locks the row of the organisation first and writes only its own columns: two at once both stand.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from places.enums import MemberRole
from places.models import Organisation, Place, Stewardship, WifiPoint
from places.partners.members import invite
from places.services.audit import record
from places.services.lifecycle import signed


class SiretTaken(Exception):  # noqa: N818 - it says what is the case
    """The number is another organisation's."""


@contextmanager
def _siret_once() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if "organisation_siret_once" not in str(error):
            raise
        raise SiretTaken from error


def create(*, name: str, siret: str, owner_email: str, by: User) -> Organisation:
    """A new organisation, whose first owner is invited by e-mail.

    Raises:
        SiretTaken: see there.
        ValidationError: this is not an e-mail address; nothing was written.
    """
    with _siret_once(), transaction.atomic(), signed("create", by):
        organisation = Organisation.objects.create(name=name, siret=siret)
        record("create_organisation", by=by, about=organisation, name=name)
        invite(organisation, owner_email, MemberRole.OWNER, by)
    return organisation


def rename(organisation: Organisation, *, name: str, siret: str, by: User) -> None:
    """Writes name and SIRET. Raises SiretTaken."""
    with _siret_once(), transaction.atomic(), signed("rename", by):
        stored = _locked(organisation)
        before = {"name": stored.name, "siret": stored.siret}
        stored.name, stored.siret = name, siret
        stored.save(update_fields=["name", "siret"])
        record("rename", by=by, about=stored, before=before)


def trust(organisation: Organisation, *, trusted: bool, by: User) -> bool:
    """Whether the organisation's changes to PARTNER_DIRECT_FIELDS wait for a decision; False when nothing changed.

    A change that is being applied holds the same row: it ends before trust is withdrawn.
    """
    return _switch(organisation, "is_trusted", trusted, "trust" if trusted else "distrust", by)


def deactivate(organisation: Organisation, *, by: User) -> bool:
    """Members and keys stop acting in its name from their next request on. Nothing is deleted; False when it was already."""
    return _switch(organisation, "is_active", False, "deactivate", by)


def reactivate(organisation: Organisation, *, by: User) -> bool:
    """Members and keys are again what they were; False when the organisation was active."""
    return _switch(organisation, "is_active", True, "reactivate", by)


def _switch(organisation: Organisation, name: str, value: bool, action: str, by: User) -> bool:
    with transaction.atomic(), signed(action, by):
        stored = _locked(organisation)
        if getattr(stored, name) == value:
            return False
        setattr(stored, name, value)
        stored.save(update_fields=[name])
        record(action, by=by, about=stored)
    return True


def attach(organisation: Organisation, target: Place | WifiPoint, *, by: User) -> bool:
    """The organisation looks after the record, without a claim; False when it did already. `claims.end` ends it."""
    about = {"place": target} if isinstance(target, Place) else {"wifi_point": target}
    with transaction.atomic(), signed("attach", by):
        _locked(organisation)
        _stewardship, is_new = Stewardship.objects.get_or_create(organisation=organisation, **about)
        if is_new:
            record("attach", by=by, about=target, organisation=str(organisation.pk))
    return is_new


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)
