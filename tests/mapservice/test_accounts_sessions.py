"""One's own sessions: listed in words, ended one by one, their networks truncated; and nobody else's."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from mapservice.accounts.sessions import device, forget_sessions

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase assez longue"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537 Chrome/130.0 Safari/537 Edg/130.0"


def sign_in(name: str, agent: str = FIREFOX, address: str = "192.0.2.77") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post("/comptes/login/", {"login": name, "password": PASSWORD})
    return client


@pytest.fixture
def zoe() -> User:
    return User.objects.create_user("zoe", "zoe@exemple.fr", PASSWORD)


def test_devices_are_said_in_words() -> None:
    assert [device(agent) for agent in (FIREFOX, SAFARI, EDGE)] == [
        "Firefox sur Linux",
        "Safari sur iPhone",
        "Edge sur Windows",
    ]
    assert device("") == device("<script>") == "Un navigateur"


@pytest.mark.parametrize(
    ("address", "kept"), [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2::7", "2001:db8:1::")]
)
def test_networks_are_truncated(zoe: User, address: str, kept: str) -> None:
    sign_in("zoe", address=address)
    assert UserSession.objects.get().ip == kept


def test_one_session_is_ended_from_another(zoe: User) -> None:
    here, there = sign_in("zoe"), sign_in("zoe", SAFARI)
    page = here.get("/comptes/sessions/").content.decode()
    assert "Firefox sur Linux" in page
    assert "Safari sur iPhone" in page
    other = UserSession.objects.get(user_agent=SAFARI)
    here.post(f"/comptes/sessions/{other.pk}/fermer/")
    assert there.get("/comptes/sessions/").status_code == 302
    assert here.get("/comptes/sessions/").status_code == 200


def test_all_others_are_ended_at_once(zoe: User) -> None:
    here, there, elsewhere = (sign_in("zoe") for _ in range(3))
    here.post("/comptes/sessions/")
    statuses = [client.get("/comptes/sessions/").status_code for client in (here, there, elsewhere)]
    assert statuses == [200, 302, 302]


def test_ending_this_one_signs_out(zoe: User) -> None:
    here = sign_in("zoe")
    here.post(f"/comptes/sessions/{UserSession.objects.get().pk}/fermer/")
    assert here.get("/comptes/sessions/").status_code == 302


def test_session_of_another_does_not_exist(zoe: User) -> None:
    User.objects.create_user("max", "max@exemple.fr", PASSWORD)
    theirs, mine = sign_in("max"), sign_in("zoe")
    session = UserSession.objects.get(user__username="max")
    assert mine.post(f"/comptes/sessions/{session.pk}/fermer/").status_code == 404
    assert mine.get(f"/comptes/sessions/{session.pk}/fermer/").status_code == 405
    assert theirs.get("/comptes/sessions/").status_code == 200


def test_what_is_over_is_forgotten(zoe: User) -> None:
    sign_in("zoe")
    live = sign_in("zoe", SAFARI)
    old = Session.objects.exclude(session_key=live.session.session_key).get()
    old.expire_date = timezone.now() - timedelta(seconds=1)
    old.save()
    assert forget_sessions() == "Sessions effacées : 1."
    assert list(UserSession.objects.values_list("user_agent", flat=True)) == [SAFARI]
