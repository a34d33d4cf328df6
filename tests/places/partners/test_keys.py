"""Keys: made once, kept as a digest, switched off; one form makes one key, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from places.enums import ApiScope
from places.models import ApiKey, AuditEntry
from places.partners import keys
from tests.factories import ApiKeyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory()


def every_text() -> str:
    """All that the database holds, as one text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query_to_xml(format('SELECT * FROM %I.%I', schemaname, tablename), true, true, '')"
            " FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'spatial_ref_sys'"
        )
        return "".join(str(row[0]) for row in cursor.fetchall())


def test_secret_is_nowhere_in_the_database(user: User) -> None:
    key, secret = keys.create_key(name="Site de test", scopes=[ApiScope.WRITE_PROPOSALS], by=user)
    kept = every_text()
    assert (key.secret_hash in kept, "Site de test" in kept) == (True, True)
    assert (secret in kept, secret.removeprefix(keys.MARK) in kept) == (False, False)
    assert keys.find_key(secret) == key


def test_same_id_makes_one_key(user: User) -> None:
    once = uuid4()
    keys.create_key(name="Première", scopes=[ApiScope.WRITE_PROPOSALS], by=user, pk=once)
    with pytest.raises(keys.KeyExists):
        keys.create_key(name="Seconde", scopes=[ApiScope.WRITE_PROPOSALS], by=user, pk=once)
    assert list(ApiKey.objects.values_list("name", flat=True)) == ["Première"]
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_at_once_makes_one_key(user: User) -> None:
    once = uuid4()

    def make() -> bool:
        try:
            keys.create_key(name="Site", scopes=[ApiScope.WRITE_PROPOSALS], by=user, pk=once)
        except keys.KeyExists:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(make), pool.submit(make)]]
    assert (sorted(answers), ApiKey.objects.count()) == ([False, True], 1)


def test_rate_changes_once_and_is_told(user: User) -> None:
    key = ApiKeyFactory()
    answers = [keys.change_rate(key, rate_per_minute=600, by=user) for _ in range(2)]
    assert answers == [True, False]
    assert ApiKey.objects.get().rate_per_minute == 600
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.user, entry.details["rate_per_minute"]) == ("api_key.rate", user, 600)


def test_live_keys_come_before_revoked_ones_in_one_query(user: User) -> None:
    first, second = ApiKeyFactory(created_by=user), ApiKeyFactory(created_by=user)
    keys.revoke(second, by=user)
    with CaptureQueriesContext(connection) as queries:
        listed = [(key, key.organisation, key.created_by) for key in keys.newest_first(ApiKey.objects.all())]
    assert [key for key, *_ in listed] == [first, second]
    assert len(queries) == 1
