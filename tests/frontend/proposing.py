"""What the tests of proposers share: a token old enough, forms filled in, the code of a mail."""

import re
import time
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

from frontend.proposing import guard
from mapservice.post.models import OutgoingMail

EMAIL = "mairie@exemple.fr"


def filled(**answers: object) -> dict[str, object]:
    """The answers with what every form carries, as a person sends it a minute after the page showed."""
    return {
        "email": EMAIL,
        "author_name": "",
        guard.TOKEN: guard.issue(time.time() - 60),
        guard.TRAP: "",
        **answers,
    }


def new_place(**answers: object) -> dict[str, object]:
    """A venue that answers every necessary question."""
    known = {
        "name": "Maison du numérique",
        "commune": "Bar-le-Duc",
        "address": "3 place Reggio",
        "point": "pin",
        "lat": "48,7800",
        "lon": "5.1700",
        "kinds": ["connected_space"],
        "admission": "everyone",
        "wheelchair": "unknown",
        "hours-0-0-start": "9h",
        "hours-0-0-end": "12h30",
    }
    return filled(**{**known, **answers})


class Fields(HTMLParser):
    """What a browser would send of a page, nothing touched: the controls of the form that posts to `action`."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.is_inside = action, False
        self.found: dict[str, list[str]] = {}
        self._open: tuple[str, str] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.is_inside = given.get("action") == self.action and given.get("method") == "post"
        name = given.get("name", "")
        if not self.is_inside:
            return
        if tag == "input" and (given.get("type") not in {"checkbox", "radio", "file"} or "checked" in given):
            self.found.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._open = (name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.found[self._select] = [given.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open = (self._open[0], self._open[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._open:
            # A browser leaves out the line break that opens a text area.
            self.found[self._open[0]] = [self._open[1].removeprefix("\n")]
            self._open = None


def sent_by(response: Any, action: str) -> dict[str, list[str]]:
    """The untouched form of a page, with a token old enough."""
    parser = Fields(action)
    parser.feed(response.content.decode())
    old_enough = {guard.TOKEN: [guard.issue(time.time() - 60)], "email": [EMAIL]}
    return parser.found | {name: value for name, value in old_enough.items() if name in parser.found}


def last_code() -> str:
    """The code of the last mail, as its reader types it."""
    text = OutgoingMail.objects.latest("created_at").body
    code = re.findall(r"\b\d{3}\s\d{3}\b", text)[0]
    return re.sub(r"\D", "", code)


def last_link(part: str) -> str:
    """The path of the last mail's link that holds this part."""
    text = OutgoingMail.objects.latest("created_at").body
    path = re.findall(rf"https?://[^/\s]+/(\S*{part}\S*)", text)[0]
    return f"/{path}".rstrip(".,)")


def words(response: Any) -> str:
    """The page as it is read, its typography plain."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(
        unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ").replace("\u202f", " ").split()
    )


def sentences(response: Any) -> list[str]:
    """The lines of the summary at the top of a form that was not taken."""
    found = re.search(r'class="bilan__list">(.*?)</ul>', response.content.decode(), re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []
    return [words(HttpResponse(line)) for line in lines]
