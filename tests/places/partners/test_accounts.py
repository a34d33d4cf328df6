"""Accounts made for an address: one for each, whatever its capitals and however many ask at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection

from places.partners.accounts import account_for, find_account, name_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_account_is_made_without_password_nor_rights() -> None:
    user = account_for("Mairie.Stenay@Exemple.FR", name="Jeanne de Bar")
    assert (user.email, user.first_name, user.last_name) == ("mairie.stenay@exemple.fr", "Jeanne", "de Bar")
    assert not user.has_usable_password()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert "stenay" not in user.username


def test_account_is_found_whatever_its_capitals() -> None:
    user = UserFactory(email="Mairie@Exemple.fr", first_name="Paul")
    assert account_for("MAIRIE@exemple.FR ", name="Un Autre") == user
    user.refresh_from_db()
    assert (user.email, user.first_name) == ("Mairie@Exemple.fr", "Paul")
    assert User.objects.count() == 1


def test_account_that_is_switched_on_comes_first() -> None:
    UserFactory(email="deux@exemple.fr", is_active=False)
    live = UserFactory(email="Deux@exemple.fr")
    assert account_for("deux@exemple.fr") == live


def test_account_that_is_switched_off_stays_so() -> None:
    user = UserFactory(email="parti@exemple.fr", is_active=False)
    assert account_for("parti@exemple.fr") == user
    assert not User.objects.get().is_active


def test_address_with_the_signs_of_a_pattern_finds_itself_alone() -> None:
    UserFactory(email="axb@exemple.fr")
    assert find_account("a_b@exemple.fr") is None
    assert find_account("a%@exemple.fr") is None


@pytest.mark.parametrize("address", ["", "pas une adresse", "a@b\nBcc: c@d.fr", "a@exemple.fr, b@exemple.fr"])
def test_what_is_no_address_makes_no_account(address: str) -> None:
    with pytest.raises(ValidationError):
        account_for(address)
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_account() -> None:
    def ask(capital: int) -> int:
        try:
            address = "conflit@exemple.fr"
            return account_for(address[:capital].upper() + address[capital:]).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(ask, range(6)))
    assert made == set(User.objects.values_list("pk", flat=True))
    assert len(made) == 1


def test_name_falls_back_to_the_address() -> None:
    assert name_of(UserFactory(first_name="Ana", last_name="Roux")) == "Ana Roux"
    assert name_of(UserFactory(email="ana@exemple.fr")) == "ana@exemple.fr"
    assert name_of(UserFactory(email="", username="ana")) == "ana"
