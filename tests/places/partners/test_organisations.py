"""Moderators admit organisations, trust them and switch them off; nothing is lost, and two at once both stand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from mapservice.models import OutgoingMail
from places.actors import actor_of_user
from places.enums import ApiScope
from places.models import ApiKey, AuditEntry, Invitation, Membership, Organisation, Place, Stewardship
from places.partners import keys, organisations
from places.partners.organisations import SiretTaken
from places.proposals.direct import apply_directly
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    PlaceFactory,
    StewardshipFactory,
    UserFactory,
    WifiPointFactory,
)

pytestmark = pytest.mark.django_db

SIRET = "21550029900015"


@pytest.fixture
def staff() -> User:
    return UserFactory(first_name="Camille", last_name="Mode")


def history(model: str, pk: Any) -> list[tuple[str, int]]:
    """(action, user) of each event of a row, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.metadata->>'action', (c.metadata->>'user')::int FROM places_{model}event e"  # noqa: S608
            " JOIN pghistory_context c ON c.id = e.pgh_context_id WHERE e.pgh_obj_id = %s ORDER BY e.pgh_id",
            [pk],
        )
        return cursor.fetchall()


def test_new_organisation_invites_its_first_owner(staff: User) -> None:
    made = organisations.create(name="Mairie", siret=SIRET, owner_email="Maire@Exemple.fr", by=staff)
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.email, invitation.role) == (made, "maire@exemple.fr", "owner")
    assert (made.is_active, made.is_trusted, Membership.objects.count()) == (True, False, 0)
    assert OutgoingMail.objects.get().to == "maire@exemple.fr"
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "user")) == [
        ("create_organisation", staff.pk),
        ("invite", staff.pk),
    ]
    assert history("organisation", made.pk) == [("create", staff.pk)]


@pytest.mark.parametrize(
    ("siret", "email", "error"),
    [(SIRET, "a@exemple.fr", SiretTaken), ("", "pas une adresse", ValidationError)],
)
def test_organisation_that_cannot_be_made_leaves_nothing(
    staff: User, siret: str, email: str, error: type[Exception]
) -> None:
    OrganisationFactory(siret=SIRET)
    with pytest.raises(error):
        organisations.create(name="Autre", siret=siret, owner_email=email, by=staff)
    assert (Organisation.objects.count(), Invitation.objects.count(), AuditEntry.objects.count()) == (1, 0, 0)


def test_trust_is_given_once_and_withdrawn(staff: User) -> None:
    made = OrganisationFactory()
    answers = [organisations.trust(made, trusted=value, by=staff) for value in (True, True, False)]
    assert answers == [True, False, True]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["trust", "distrust"]
    assert history("organisation", made.pk)[-2:] == [("trust", staff.pk), ("distrust", staff.pk)]


def test_access_ends_at_once_and_comes_back(staff: User) -> None:
    owner = MembershipFactory()
    made = owner.organisation
    StewardshipFactory(organisation=made)
    _key, secret = keys.create_key(
        name="Site", scopes=[ApiScope.WRITE_PROPOSALS], by=owner.user, organisation=made
    )
    assert organisations.deactivate(made, by=staff)
    assert not organisations.deactivate(made, by=staff)
    assert (actor_of_user(owner.user).owner_of, keys.find_key(secret)) == (frozenset(), None)
    assert (Membership.objects.count(), ApiKey.objects.count(), Stewardship.objects.count()) == (1, 1, 1)
    assert organisations.reactivate(made, by=staff)
    assert not organisations.reactivate(made, by=staff)
    found = keys.find_key(secret)
    assert found is not None
    assert actor_of_user(owner.user).owner_of == {made.pk}
    assert found.organisation == made


def test_records_are_attached_once(staff: User) -> None:
    made, place, wifi = OrganisationFactory(), PlaceFactory(), WifiPointFactory()
    answers = [organisations.attach(made, target, by=staff) for target in (place, place, wifi)]
    assert answers == [True, False, True]
    assert {one.target for one in Stewardship.objects.all()} == {place, wifi}
    assert [entry.about for entry in AuditEntry.objects.order_by("pk")] == [
        f"places.Place:{place.pk}",
        f"places.WifiPoint:{wifi.pk}",
    ]


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    def run(action: Callable[[], Any]) -> Any:
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(run, action) for action in actions]]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_trust_deactivation_and_name_all_stand(self, staff: User) -> None:
        made = OrganisationFactory()
        at_once(
            lambda: organisations.trust(made, trusted=True, by=staff),
            lambda: organisations.deactivate(made, by=staff),
            lambda: organisations.rename(made, name="Nouveau nom", siret="", by=staff),
        )
        made.refresh_from_db()
        assert (made.is_trusted, made.is_active, made.name) == (True, False, "Nouveau nom")

    def test_two_withdraw_trust_and_one_did(self, staff: User) -> None:
        made = OrganisationFactory(is_trusted=True)
        withdraw = lambda: organisations.trust(made, trusted=False, by=staff)  # noqa: E731
        assert sorted(at_once(withdraw, withdraw)) == [False, True]
        assert AuditEntry.objects.filter(action="distrust").count() == 1

    def test_direct_change_waits_for_trust_being_withdrawn(self, staff: User) -> None:
        """The change that comes while trust is withdrawn sees it gone, whatever the page had shown."""
        owner = MembershipFactory(organisation__is_trusted=True)
        place = StewardshipFactory(organisation=owner.organisation).place

        def change() -> str:
            try:
                apply_directly(
                    target=place,
                    fields={"phone": "+33329111111"},
                    by=owner.user,
                    organisation=owner.organisation,
                )
            except PermissionDenied:
                return "denied"
            finally:
                connection.close()
            return "applied"

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                organisations.trust(owner.organisation, trusted=False, by=staff)
                waiting = pool.submit(change)
                # Nothing tells that the other waits for the lock but PostgreSQL itself.
                while not (waiting.done() or _somebody_waits()):
                    sleep(0.01)
                assert not waiting.done()
            assert waiting.result() == "denied"
        assert Place.objects.get(pk=place.pk).phone == place.phone


def _somebody_waits() -> bool:
    """pg_locks, as pg_stat_activity stays the same within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks w JOIN pg_locks h USING (pid) WHERE NOT w.granted"
            " AND h.database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
        )
        return bool(cursor.fetchone()[0])
