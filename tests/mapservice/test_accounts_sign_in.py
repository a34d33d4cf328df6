"""Signing in: no open door, attempts counted, and a second factor that staff cannot walk around."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client, override_settings

from mapservice.models import OutgoingMail

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase assez longue"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def moderator() -> User:
    user = User.objects.create_user("claire", "claire@example.org", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    return user


@pytest.fixture
def strict() -> Iterator[None]:
    with override_settings(STAFF_MFA_REQUIRED=True):
        yield


def sign_in(client: Client, password: str = PASSWORD, login: str = "claire@example.org") -> HttpResponse:
    response: Any = client.post("/comptes/login/", {"login": login, "password": password})
    return response


def code_now() -> str:
    return format_hotp_value(hotp_value(SEED, int(time.time()) // 30))


def refused_to(client: Client) -> str:
    """Where the planning API, which refuses to read and to write, says that the second factor is shown."""
    addresses = set()
    for answer in (client.get("/api/v1/planning/itineraries"), client.post("/api/v1/planning/units")):
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert (answer.json()["status"], answer["Cache-Control"]) == (403, "no-store")
        addresses.add(answer.json()["confirm"])
    (address,) = addresses
    return str(address)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_up_is_closed(client: Client) -> None:
    form = {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert b"password1" not in client.get("/comptes/signup/").content
    client.post("/comptes/signup/", form)
    assert not User.objects.exists()


def test_admin_sends_to_the_one_sign_in_page(client: Client) -> None:
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    response = client.get("/admin/login/?next=/admin/")
    assert (response.status_code, response["Location"]) == (302, "/comptes/login/?next=%2Fadmin%2F")


def test_admin_login_takes_no_password(client: Client, moderator: User) -> None:
    response = client.post("/admin/login/", {"username": "claire", "password": PASSWORD})
    assert response["Location"].startswith("/comptes/login/")
    assert not is_signed_in(client)


@pytest.mark.parametrize("login", ["claire@example.org", "CLAIRE@example.org", "claire"])
def test_sign_in_by_address_or_name(client: Client, moderator: User, login: str) -> None:
    assert sign_in(client, login=login)["Location"] == "/moderation/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("role", "desk"),
    [("planner", "/planification/"), ("moderator", "/moderation/"), ("administrator", "/admin/")],
)
def test_sign_in_leads_each_to_their_desk(client: Client, role: str, desk: str) -> None:
    user = User.objects.create_user("zoe", "zoe@example.org", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    assert sign_in(client, login="zoe")["Location"] == desk


def test_sign_in_leads_nowhere_else(client: Client, moderator: User) -> None:
    """An address of another site in `next` is not followed."""
    response = client.post(
        "/comptes/login/?next=https://evil.example.org/",
        {"login": "claire", "password": PASSWORD, "next": "https://evil.example.org/"},
    )
    assert response["Location"] == "/moderation/"


def test_wrong_password_and_unknown_account_say_the_same(client: Client, moderator: User) -> None:
    wrong = sign_in(client, "une autre phrase").content.decode()
    unknown = sign_in(client, login="personne@example.org").content.decode()
    pattern = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|value="[^"]*@example.org"')
    assert pattern.sub("", wrong) == pattern.sub("", unknown)


def test_attempts_are_counted(client: Client, moderator: User) -> None:
    for _ in range(5):
        sign_in(client, "une autre phrase")
    sign_in(client)
    assert not is_signed_in(client)


def test_attempts_from_one_address_are_counted(client: Client, moderator: User) -> None:
    answers = [sign_in(client, "faux", login=f"compte{number}").status_code for number in range(25)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_switched_off_account_stays_outside(client: Client, moderator: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client)
    assert client.get("/admin/").status_code == 302


def test_partner_stays_out_of_the_administration(client: Client, moderator: User) -> None:
    User.objects.update(is_staff=False)
    sign_in(client)
    assert is_signed_in(client)
    assert client.get("/admin/", follow=True).status_code == 403


def request_code(client: Client) -> str:
    client.post("/comptes/login/code/", {"email": "claire@example.org"})
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.is_secret) == ("claire@example.org", True)
    return re.findall(r"^\s*([A-Z0-9-]{6,})\s*$", mail.body, re.MULTILINE)[0]


def test_sign_in_by_mailed_code(client: Client, moderator: User) -> None:
    code = request_code(client)
    client.post("/comptes/login/code/confirm/", {"code": code})
    assert is_signed_in(client)


def test_code_for_a_stranger_sends_no_mail(client: Client) -> None:
    client.post("/comptes/login/code/", {"email": "personne@example.org"})
    assert not OutgoingMail.objects.exists()


@pytest.mark.usefixtures("strict")
class TestSecondFactor:
    def test_staff_without_factor_must_set_one_up(self, client: Client, moderator: User) -> None:
        sign_in(client)
        for path in ("/admin/", "/admin/places/place/", "/admin/logout/"):
            assert client.get(path)["Location"] == "/comptes/2fa/totp/activate/"
        assert client.get("/comptes/2fa/totp/activate/").status_code == 200

    def test_naming_a_key_is_asked_in_french(self, client: Client, moderator: User) -> None:
        sign_in(client)
        assert (
            'for="id_name">Nom de la clé</label>' in client.get("/comptes/2fa/webauthn/add/").content.decode()
        )

    def test_programs_are_refused_in_their_own_words(self, client: Client, moderator: User) -> None:
        sign_in(client)
        assert refused_to(client) == "/comptes/2fa/totp/activate/"
        TOTP.activate(moderator, SEED)
        assert refused_to(client) == "/comptes/2fa/reauthenticate/"
        client.post("/comptes/2fa/reauthenticate/", {"code": code_now()})
        moderator.groups.add(Group.objects.get(name="planner"))
        assert client.get("/api/v1/planning/itineraries").status_code == 200

    def test_mailed_code_is_no_second_factor(self, client: Client, moderator: User) -> None:
        client.post("/comptes/login/code/confirm/", {"code": request_code(client)})
        assert client.get("/admin/")["Location"] == "/comptes/2fa/totp/activate/"

    # Committed for real: the session remembers the new factor once the transaction ended.
    @pytest.mark.django_db(transaction=True)
    def test_setting_up_opens_the_administration(self, client: Client, moderator: User) -> None:
        sign_in(client)
        client.get("/comptes/2fa/totp/activate/")
        seed = client.session["mfa.totp.secret"]
        code = format_hotp_value(hotp_value(seed, int(time.time()) // 30))
        response = client.post("/comptes/2fa/totp/activate/", {"code": code})
        assert response.status_code == 302
        assert client.get("/admin/").status_code == 200
        assert Authenticator.objects.filter(user=moderator).count() == 2  # The factor and its recovery codes.

    def test_another_session_without_the_factor_stays_closed(self, client: Client, moderator: User) -> None:
        """Signed in with the password alone, before the factor existed."""
        sign_in(client)
        TOTP.activate(moderator, SEED)
        response = client.get("/admin/")
        assert response["Location"] == "/comptes/2fa/reauthenticate/?next=%2Fadmin%2F"
        client.post("/comptes/2fa/reauthenticate/?next=/admin/", {"code": code_now()})
        assert client.get("/admin/").status_code == 200

    def test_password_alone_does_not_sign_in(self, client: Client, moderator: User) -> None:
        TOTP.activate(moderator, SEED)
        assert sign_in(client)["Location"].startswith("/comptes/2fa/authenticate/")
        assert not is_signed_in(client)
        client.post("/comptes/2fa/authenticate/", {"code": "000000"})
        assert not is_signed_in(client)
        client.post("/comptes/2fa/authenticate/", {"code": code_now()})
        assert is_signed_in(client)
        assert client.get("/admin/").status_code == 200

    def test_mailed_code_does_not_replace_the_factor(self, client: Client, moderator: User) -> None:
        TOTP.activate(moderator, SEED)
        client.post("/comptes/login/code/confirm/", {"code": request_code(client)})
        assert not is_signed_in(client)

    def test_code_serves_once(self, client: Client, moderator: User) -> None:
        TOTP.activate(moderator, SEED)
        code = code_now()
        sign_in(client)
        client.post("/comptes/2fa/authenticate/", {"code": code})
        other = Client()
        sign_in(other)
        other.post("/comptes/2fa/authenticate/", {"code": code})
        assert (is_signed_in(client), is_signed_in(other)) == (True, False)

    def test_recovery_code_serves_once(self, client: Client, moderator: User) -> None:
        TOTP.activate(moderator, SEED)
        (code, *_) = RecoveryCodes.activate(moderator).get_unused_codes()
        signed_in = []
        for browser in (client, Client()):
            sign_in(browser)
            browser.post("/comptes/2fa/authenticate/", {"code": code})
            signed_in.append(is_signed_in(browser))
        assert signed_in == [True, False]

    def test_factor_taken_away_closes_the_administration(self, client: Client, moderator: User) -> None:
        TOTP.activate(moderator, SEED)
        sign_in(client)
        client.post("/comptes/2fa/authenticate/", {"code": code_now()})
        Authenticator.objects.all().delete()
        assert client.get("/admin/")["Location"] == "/comptes/2fa/totp/activate/"

    def test_new_password_by_mail_does_not_replace_the_factor(self, client: Client, moderator: User) -> None:
        TOTP.activate(moderator, SEED)
        client.post("/comptes/password/reset/", {"email": "claire@example.org"})
        (address,) = re.findall(
            r"https?://127\.0\.0\.1:8000(/comptes/password/reset/key/\S+)", OutgoingMail.objects.get().body
        )
        form_address = client.get(address)["Location"]
        client.post(
            form_address, {"password1": "encore une autre phrase", "password2": "encore une autre phrase"}
        )
        assert not is_signed_in(client)
        sign_in(client, "encore une autre phrase")
        assert not is_signed_in(client)

    def test_probes_and_accounts_stay_open(self, client: Client, moderator: User) -> None:
        sign_in(client)
        assert [client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


def test_seed_is_encrypted_at_rest(moderator: User) -> None:
    TOTP.activate(moderator, SEED)
    stored = Authenticator.objects.get().data["secret"]
    assert SEED not in stored
    assert get_adapter().decrypt(stored) == SEED
    with override_settings(SECRET_KEY="the next key", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert get_adapter().decrypt(stored) == SEED
