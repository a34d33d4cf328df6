"""The proxy's configuration that the documentation proposes, held against what the service does."""

import re
from pathlib import Path

from django.conf import settings

from tests.mapservice.doors import addresses_of, all_routes, parameters_of

DEPLOY = Path(__file__).resolve().parents[2] / "docs" / "deploy"
SECRET = "un-lien-secret-0123456789"
UNITS = {"": 1, "k": 1024, "m": 1024**2}


def directives(name: str) -> str:
    """The file without its comments."""
    return re.sub(r"^\s*#.*$", "", (DEPLOY / name).read_text(encoding="utf-8"), flags=re.MULTILINE)


def mapped(variable: str, path: str) -> str:
    """What `map $uri $variable` makes of a path."""
    found = re.search(rf"map \$uri \${variable} {{(.*?)\n}}", directives("nginx.conf"), re.DOTALL)
    assert found is not None
    for flags, pattern, value in re.findall(r"^\s+~(\*?)(\S+) (\S+);", found[1], re.MULTILINE):
        if re.search(pattern, path, re.IGNORECASE if flags else 0):
            return str(value)
    return path


def opens_a_door(route: str) -> bool:
    """Elsewhere a `key` is an abbreviation, or the number of an API key."""
    names = {name for name, _ in parameters_of(route)}
    return bool(names & {"secret", "token", "uidb36"}) or ("key" in names and route.startswith("comptes/"))


def test_secret_links_stay_out_of_its_log() -> None:
    values = {"secret": [SECRET], "token": [SECRET], "uidb36": ["4z"], "key": [SECRET]}
    addresses = {
        address
        for route, _pattern in all_routes()
        if opens_a_door(route)
        for address in addresses_of(route, values)
    }
    logged = {
        mapped("loggable_path", one) for path in addresses for one in (path, path.rstrip("/"), path.upper())
    }
    assert [path for path in logged if SECRET in path.lower()] == []
    assert len(addresses) > 8
    assert mapped("loggable_path", "/lieux/mediatheque/") == "/lieux/mediatheque/"


def test_positions_stay_out_of_its_log() -> None:
    assert mapped("loggable_path", "/api/v1/tiles/14/8427/5634.mvt") == "/api/v1/tiles/"
    logged = re.search(r"log_format mapservice(.*?);", directives("nginx.conf"), re.DOTALL)
    assert logged is not None
    assert set(re.findall(r"\$(\w+)", logged[1])) == {
        "time_iso8601", "request_id", "request_method", "loggable_path", "status", "body_bytes_sent",
        "request_time", "upstream_cache_status",
    }  # fmt: skip


def test_it_lets_through_what_the_service_takes() -> None:
    size = re.search(r"client_max_body_size (\d+)([km]?);", directives("nginx.conf"))
    assert size is not None
    largest = max(getattr(pattern.callback, "max_upload_bytes", 0) for _route, pattern in all_routes())
    assert largest == settings.MAX_PHOTO_BYTES
    let_through = int(size[1]) * UNITS[size[2]]
    assert largest + settings.MAX_BODY_BYTES <= let_through < largest + 2 * settings.MAX_BODY_BYTES


def test_it_replaces_what_a_client_says_of_itself() -> None:
    sent = dict(re.findall(r"proxy_set_header (\S+) (\S+);", directives("mapservice-proxy.conf")))
    assert sent == {
        "Connection": '""',
        "Host": "$host",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
        "X-Request-ID": "$request_id",
    }
    # A location with headers of its own would inherit none of these.
    assert "proxy_set_header" not in directives("nginx.conf")
    assert directives("nginx.conf").count("proxy_pass ") == directives("nginx.conf").count(
        "include /etc/nginx/mapservice-proxy.conf;"
    )


def test_it_compresses_and_keeps_nothing_private() -> None:
    text = directives("nginx.conf")
    assert "gzip off;" in text
    assert mapped("is_photo", "/photos/0b4c.webp") == "1"
    kept_out = re.search(r"proxy_no_cache (.*?);", text)
    assert kept_out is not None
    assert kept_out[1].split() == ["$signed_in", "$http_authorization", "$is_photo"]
    # The name of production; other settings have plain ones.
    assert "__Host-sessionid=" in text


def test_its_zones_have_one_use_each() -> None:
    """nginx refuses to start when a zone of pages and one of rates share a name."""
    zones = re.findall(r"(?:keys_zone|zone)=(\w+):", directives("nginx.conf"))
    assert len(zones) == len(set(zones)) == 2
