"""Mails about accounts speak with the voice of the service."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mapservice.post.models import OutgoingMail
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

SIGNATURE = "La carte des lieux connectés\nDépartement de la Meuse\ncontact@exemple.invalid"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_sign_in_code_says_what_it_is_for(client: Client) -> None:
    User.objects.create_user("partenaire-1f2e", "jeanne@exemple.fr")
    client.post("/comptes/login/code/", {"email": "jeanne@exemple.fr"})
    mail = OutgoingMail.objects.get()
    lines = plain(mail.body).splitlines()
    assert lines[0] == "Bonjour,"
    assert lines[2] == "Votre code pour vous connecter, valable 10 minutes :"
    assert len(lines[3]) == len("ABCD-EFGH")
    assert plain(mail.body).rstrip().endswith(SIGNATURE)
    client.post("/comptes/login/code/confirm/", {"code": lines[3]})
    assert "_auth_user_id" in client.session


def test_accounts_are_called_as_people_know_them(client: Client) -> None:
    """The name of the account itself is made by a program."""
    user = User.objects.create_user("partenaire-1f2e", "jeanne@exemple.fr", "une phrase assez longue")
    MembershipFactory(user=user)
    data = {"login": "jeanne@exemple.fr", "password": "une phrase assez longue"}
    page = client.post("/comptes/login/", data, follow=True).content.decode()
    assert "Connexion avec jeanne@exemple.fr réussie." in page
    assert "partenaire-1f2e" not in page


def test_other_mails_have_the_signature_too(client: Client) -> None:
    User.objects.create_user("jeanne", "jeanne@exemple.fr", "une phrase assez longue")
    client.post("/comptes/password/reset/", {"email": "jeanne@exemple.fr"})
    body = OutgoingMail.objects.get().body
    assert body.startswith("Bonjour,\n")
    assert body.rstrip().endswith(SIGNATURE)
