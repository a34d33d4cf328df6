"""A path or an http(s) address → bytes, bounded in size and time.

The person at the command line may name any host, this machine included. What a server then names (a redirection, the
next page) may only be the same host or a public one: a stranger's file must not lead the import inside the network.
"""

import ipaddress
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from django.utils.translation import gettext as _

from imports.pipeline.records import UnreadableFileError

MAX_BYTES = 200_000_000
MAX_SECONDS = 300
MAX_REDIRECTS = 5
MAX_PAGES = 1000
_TIMEOUT_S = (10, 60)
_CHUNK = 1 << 16
_AGENT = "mapservice-import"


@dataclass(frozen=True, slots=True)
class Fetched:
    """`content` is None when the server says that nothing changed since `etag` or `last_modified`."""

    name: str
    content: bytes | None
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the server said last time about that address."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


def is_url(location: str) -> bool:
    return "://" in location


def fetch(location: str, known: Known | None = None) -> Fetched:
    """Raises UnreadableFileError, with one sentence, when nothing can be read there."""
    return fetch_url(location, known or Known()) if is_url(location) else read_path(Path(location))


def read_path(path: Path) -> Fetched:
    """Raises UnreadableFileError: no such file, a folder, one that cannot be read or is over MAX_BYTES."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise UnreadableFileError(_("Le fichier « %(name)s » n'existe pas.") % {"name": path}) from error
    except IsADirectoryError as error:
        raise UnreadableFileError(
            _("« %(name)s » est un dossier, pas un fichier.") % {"name": path}
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableFileError(
            _("Le fichier « %(name)s » ne peut pas être lu.") % {"name": path}
        ) from error
    if len(content) > MAX_BYTES:
        raise UnreadableFileError(too_big())
    return Fetched(path.name, content)


def too_big() -> str:
    return _("Le fichier dépasse %(size)d Mo.") % {"size": MAX_BYTES // 1_000_000}


# --- addresses ------------------------------------------------------------------------------------------------------


def fetch_url(url: str, known: Known) -> Fetched:
    """One page. Redirections are followed by hand, each looked at first."""
    check_scheme(url)
    deadline = time.monotonic() + MAX_SECONDS
    first = url
    with requests.Session() as session:
        session.trust_env = False
        for _hop in range(MAX_REDIRECTS + 1):
            answer = ask(session, url, known)
            with answer:
                if not answer.is_redirect:
                    return receive(answer, first, deadline)
                url = follow(url, answer.headers["location"], first)
    raise UnreadableFileError(_("L'adresse renvoie trop de fois vers une autre."))


def check_scheme(url: str) -> None:
    """Raises UnreadableFileError for anything but http and https."""
    if urlsplit(url).scheme.lower() not in ("http", "https") or not urlsplit(url).hostname:
        raise UnreadableFileError(_("Seules les adresses http et https sont lues."))


def ask(session: requests.Session, url: str, known: Known) -> requests.Response:
    """The answer with its body still unread. Raises UnreadableFileError when there is none."""
    headers = {"User-Agent": _AGENT, "Accept": "text/csv, application/json, */*;q=0.5", **known.headers}
    try:
        return session.get(url, headers=headers, timeout=_TIMEOUT_S, stream=True, allow_redirects=False)
    except (requests.RequestException, ValueError) as error:
        raise UnreadableFileError(_("L'adresse %(url)s ne répond pas.") % {"url": shown(url)}) from error


def receive(answer: requests.Response, url: str, deadline: float) -> Fetched:
    """No content when it did not change (304). Raises UnreadableFileError for any other status than 200."""
    if answer.status_code == requests.codes.not_modified:
        return Fetched(shown(url), None)
    if answer.status_code != requests.codes.ok:
        words = {"url": shown(url), "status": answer.status_code}
        raise UnreadableFileError(_("L'adresse %(url)s répond par l'erreur %(status)s.") % words)
    content = receive_body(answer, url, deadline)
    return Fetched(
        shown(url),
        content,
        answer.headers.get("etag", "")[:500],
        answer.headers.get("last-modified", "")[:100],
    )


def receive_body(answer: requests.Response, url: str, deadline: float) -> bytes:
    """The body, unpacked, while it is neither too long nor too slow."""
    body = bytearray()
    try:
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > MAX_BYTES:
                raise UnreadableFileError(too_big())
            if time.monotonic() > deadline:
                raise UnreadableFileError(_("L'adresse %(url)s répond trop lentement.") % {"url": shown(url)})
    except requests.RequestException as error:
        raise UnreadableFileError(
            _("La lecture de %(url)s s'est interrompue en route.") % {"url": shown(url)}
        ) from error
    return bytes(body)


def shown(url: str) -> str:
    """The address without the password nor the key that it may carry."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rsplit("@", 1)[-1], parts.path, "", ""))[:500]


def follow(current: str, link: str, first: str) -> str:
    """Where a link that a server gave leads; UnreadableFileError when an import has no business there."""
    url = urljoin(current, link)
    check_scheme(url)
    target, origin = urlsplit(url), urlsplit(first)
    if (target.hostname, target.port) != (origin.hostname, origin.port) and not is_public(
        target.hostname or ""
    ):
        raise UnreadableFileError(_("L'adresse renvoie vers une machine privée : refusé."))
    return url


def is_public(host: str) -> bool:
    """Every address of the host is on the public internet."""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return False
    return all(ipaddress.ip_address(str(entry[4][0]).split("%")[0]).is_global for entry in found)
