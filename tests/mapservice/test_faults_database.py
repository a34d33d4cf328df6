"""The database is stopped, started, killed under a real server: a sentence, recovery, and nothing half done."""

import re
import threading
from collections.abc import Iterator

import psycopg2
import pytest
import requests

from tests.mapservice.servers import Cluster, WebServer, manage, wait_until

PASSWORD = "une phrase assez longue"
PEOPLE = f"""
from django.contrib.auth.models import User
User.objects.create_superuser("admin", "admin@example.org", {PASSWORD!r})
"""
# What reads the database: a page with a session, the home page, the API.
PAGES = ["/admin/", "/"]
PROBLEMS = ["/api/v1/nearest?lat=48.7727&lon=5.1596", "/api/v1/collections/places/items"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.psql("CREATE DATABASE carte")
        manage(cluster.url("carte"), "migrate", "--no-input", "--verbosity", "0")
        manage(cluster.url("carte"), "shell", "--no-imports", text=PEOPLE)
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="module")
def server(cluster: Cluster) -> Iterator[WebServer]:
    server = WebServer(cluster.url("carte"))
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def running(cluster: Cluster, server: WebServer) -> Iterator[None]:
    """Both run before the test and after it, whatever it did to them."""
    yield
    if not server.answers():
        server.start()
    wait_until(lambda: server.get("/readyz").status_code == 200, "the server serves again")


def token(page: requests.Response) -> str:
    return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[0]


@pytest.fixture
def admin(server: WebServer) -> requests.Session:
    browser = requests.Session()
    page = browser.get(f"{server.address}/comptes/login/", timeout=30)
    form = {"login": "admin", "password": PASSWORD, "csrfmiddlewaretoken": token(page)}
    answer = browser.post(f"{server.address}/comptes/login/", form, timeout=30)
    assert (answer.status_code, answer.url) == (200, f"{server.address}/admin/")
    return browser


def is_sentence_in_html(answer: requests.Response) -> bool:
    return (
        answer.headers["Content-Type"] == "text/html; charset=utf-8"
        and "Le service est momentanément indisponible" in answer.text
        and "Traceback" not in answer.text
    )


def is_problem(answer: requests.Response) -> bool:
    return answer.headers["Content-Type"] == "application/problem+json" and answer.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "Le service est momentanément indisponible : réessayez dans quelques instants.",
    }


@pytest.mark.usefixtures("running")
def test_stopped_database_is_said_and_survived(
    cluster: Cluster, server: WebServer, admin: requests.Session
) -> None:
    cookies = {"cookies": admin.cookies}
    before = [server.get(path, **cookies).status_code for path in [*PAGES, *PROBLEMS]]
    assert before == [200] * 4
    cluster.stop()
    try:
        for path in [*PAGES, *PROBLEMS]:
            answer = server.get(path, **cookies)
            assert (path, answer.status_code) == (path, 503)
            assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("10", "no-store")
            assert is_problem(answer) if path.startswith("/api/") else is_sentence_in_html(answer)
        assert server.get("/healthz").status_code == 200
        ready = server.get("/readyz")
        assert (ready.status_code, ready.json()["reasons"]) == (503, ["database_unavailable"])
    finally:
        cluster.start()
    after = [server.get(path, **cookies).status_code for path in [*PAGES, *PROBLEMS]]
    assert after == [200] * 4


@pytest.mark.usefixtures("running")
def test_restarted_database_costs_nobody_a_request(cluster: Cluster, server: WebServer) -> None:
    """Connections kept from before the restart are dead: they are found out before they are used."""
    assert server.get("/readyz").status_code == 200
    cluster.stop()
    cluster.start()
    assert [server.get("/readyz").status_code for _ in range(6)] == [200] * 6


class Write(threading.Thread):
    """The form that makes an account, sent by a browser and held up by the database halfway through its writing."""

    def __init__(self, server: WebServer, admin: requests.Session, name: str) -> None:
        super().__init__(daemon=True)
        self.address = f"{server.address}/admin/auth/user/add/"
        self.browser = admin
        page = admin.get(self.address, timeout=30)
        self.form = {
            "username": name,
            "email": f"{name}@example.org",
            "is_staff": "on",
            "groups": re.findall(r'<option value="(\d+)"', page.text),
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "csrfmiddlewaretoken": token(page),
        }
        self.status = 0

    def run(self) -> None:
        try:
            answer = self.browser.post(self.address, self.form, timeout=60, allow_redirects=False)
            self.status = answer.status_code
        except requests.ConnectionError:
            self.status = -1


@pytest.fixture
def halfway(cluster: Cluster) -> Iterator[psycopg2.extensions.connection]:
    """Holds back the second table that the form writes to; the account itself is already inserted by then."""
    connection = psycopg2.connect(host=str(cluster.folder), user="mapservice", dbname="carte")
    connection.cursor().execute("LOCK TABLE auth_user_groups IN SHARE MODE")
    yield connection
    connection.close()


def start_write(cluster: Cluster, server: WebServer, admin: requests.Session, name: str) -> Write:
    write = Write(server, admin, name)
    write.start()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%auth_user_groups%'"
    wait_until(lambda: cluster.psql(waiting) == "1", "the write waits halfway")
    return write


def accounts(cluster: Cluster) -> list[str]:
    return cluster.psql("SELECT username FROM auth_user ORDER BY id", "carte").split("\n")


@pytest.mark.usefixtures("running")
def test_write_that_is_not_disturbed_is_done_whole(
    cluster: Cluster, server: WebServer, admin: requests.Session, halfway: psycopg2.extensions.connection
) -> None:
    """The control: the same form, when nothing fails, writes the account and its roles."""
    write = start_write(cluster, server, admin, "louise")
    assert accounts(cluster) == ["admin"]
    halfway.rollback()
    write.join(60)
    assert write.status == 302
    assert accounts(cluster) == ["admin", "louise"]
    assert cluster.psql("SELECT count(*) FROM auth_user_groups", "carte") == "3"


@pytest.mark.usefixtures("running")
def test_database_killed_during_a_write(
    cluster: Cluster, server: WebServer, admin: requests.Session, halfway: psycopg2.extensions.connection
) -> None:
    before = accounts(cluster)
    write = start_write(cluster, server, admin, "marie")
    cluster.kill()
    write.join(60)
    assert write.status == 503
    cluster.restart_after_kill()
    assert accounts(cluster) == before
    assert server.get("/readyz").status_code == 200


@pytest.mark.usefixtures("running")
def test_server_killed_during_a_write(
    cluster: Cluster, server: WebServer, admin: requests.Session, halfway: psycopg2.extensions.connection
) -> None:
    before = accounts(cluster)
    write = start_write(cluster, server, admin, "paul")
    server.kill()
    write.join(60)
    assert write.status == -1
    halfway.rollback()
    # The database learns that its client is gone, and undoes what it had begun.
    begun = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' OR wait_event_type = 'Lock'"
    wait_until(lambda: cluster.psql(begun) == "0", "nothing is left open")
    assert accounts(cluster) == before
    server.start()
    assert server.get("/readyz").status_code == 200
    assert admin.get(f"{server.address}/admin/", timeout=30).url == f"{server.address}/admin/"
