"""Readers of the environment: a bad value stops at start, with a sentence that names the variable."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from mapservice.settings import env


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("120/min", (120, 60)), ("5/s", (5, 1)), ("1000/h", (1000, 3600)), ("9/day", (9, 86_400)), ("", None)],
)
def test_rate(monkeypatch: pytest.MonkeyPatch, raw: str, expected: tuple[int, int] | None) -> None:
    monkeypatch.setenv("RATE", raw)
    assert env.rate("RATE") == expected


@pytest.mark.parametrize("raw", ["120", "0/min", "-1/min", "120/year", "1.5/s", "many/min", "120 / min"])
def test_rate_unreadable(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("RATE", raw)
    with pytest.raises(ImproperlyConfigured, match="RATE must be a rate such as 120/min"):
        env.rate("RATE")


@pytest.mark.parametrize("raw", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,3,nan", "1,2,3,inf"])
def test_box_unreadable(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("BOX", raw)
    with pytest.raises(ImproperlyConfigured, match="BOX must be four numbers"):
        env.box("BOX")


def test_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOX", "4.85, 48.36,5.9 ,49.66")
    assert env.box("BOX") == [4.85, 48.36, 5.9, 49.66]


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://tiles.example.org/{z}/{x}/{y}.png?key=1", "https://tiles.example.org"),
        ("https://{s}.tiles.example.org:8443/{z}/{x}/{y}.png", "https://*.tiles.example.org:8443"),
    ],
)
def test_origin(address: str, origin: str) -> None:
    assert env.origin(address) == origin


@pytest.mark.parametrize(
    ("raw", "port", "ssl", "tls"),
    [
        ("smtp://relay.example.org", 25, False, False),
        ("smtps://relay.example.org", 465, True, False),
        ("smtp+tls://relay.example.org", 587, False, True),
        ("smtp+tls://relay.example.org:2525", 2525, False, True),
    ],
)
def test_email_server(monkeypatch: pytest.MonkeyPatch, raw: str, port: int, ssl: bool, tls: bool) -> None:
    monkeypatch.setenv("EMAIL_URL", raw)
    assert env.email_server("EMAIL_URL") == {
        "EMAIL_HOST": "relay.example.org",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "",
        "EMAIL_HOST_PASSWORD": "",
        "EMAIL_USE_SSL": ssl,
        "EMAIL_USE_TLS": tls,
        "EMAIL_TIMEOUT": 10,
    }


def test_email_server_password_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "EMAIL_URL", "smtp+tls://carte%40example.org:p%2Fss%3Aword@relay.example.org?timeout=3"
    )
    server = env.email_server("EMAIL_URL")
    assert (server["EMAIL_HOST_USER"], server["EMAIL_HOST_PASSWORD"]) == ("carte@example.org", "p/ss:word")
    assert server["EMAIL_TIMEOUT"] == 3


@pytest.mark.parametrize("raw", ["http://u:hush@relay", "smtp://u:hush@", "smtp://u:hush@relay:no", "hush"])
def test_email_server_error_keeps_the_password(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("EMAIL_URL", raw)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must look like") as caught:
        env.email_server("EMAIL_URL")
    assert "hush" not in str(caught.value)


def test_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  from a file\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    assert env.secret("SECRET_KEY") == "from a file"


@pytest.mark.parametrize("content", [None, " \n"])
def test_secret_file_without_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE"):
        env.secret("SECRET_KEY")
