"""What may be said of a request in the logs: never an address, a query string, a position or a sentence of a visitor.

Messages of exceptions repeat what visitors sent (a number that does not parse, a piece of SQL): the logs keep the
types, the places in the code and the database's own error codes, which suffice to find a defect.
"""

import logging
import re
import traceback
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")

# Parts of a path that say where somebody looks.
_POSITIONAL = frozenset({"x", "y", "z", "lat", "lon", "bbox"})
# Parts of a path that open a door: links sent by e-mail.
_SECRET = frozenset({"secret", "token", "key", "uidb36"})
# 48.77 or 48,77: in a path or in a message, a number with decimals is a position until proven otherwise. Digits are
# read once: tried again from each of them, an address of 8,000 digits would cost half a second.
_DECIMAL = re.compile(r"[-+]?(?<!\d)\d++(?:[.,]|%2[CcEe])\d+")
_MAX_PATH = 200


def without_positions(text: str) -> str:
    """The text with every decimal number replaced."""
    return _DECIMAL.sub("…", text)


def loggable_path(request: HttpRequest) -> str:
    """The path without its query string; the pattern of the address where its parts are a position or a secret."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        # No page has this address: it is a stranger's sentence, of which the first part alone tells operators enough.
        first, separator, _ = request.path.lstrip("/").partition("/")
        return without_positions(f"/{first}{'/…' if separator else ''}")[:_MAX_PATH]
    if (_POSITIONAL | _SECRET) & match.kwargs.keys():
        return f"/{match.route}"
    return without_positions(request.path)[:_MAX_PATH]


def _chain(error: BaseException) -> list[BaseException]:
    errors: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in errors:
        errors.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return errors


def describe_exception(error: BaseException) -> str:
    """Types, SQLSTATE codes and places in the code, innermost cause last; no message and no value."""
    lines = []
    for link in _chain(error):
        code = getattr(link, "pgcode", None)
        lines.append(
            f"{type(link).__module__}.{type(link).__qualname__}{f' (SQLSTATE {code})' if code else ''}"
        )
        frames = traceback.extract_tb(link.__traceback__)
        lines.extend(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return "\n".join(lines)


class JsonFormatter(BaseJsonFormatter):
    """One JSON object a line: time, level, logger, message, request_id, and what the caller added."""

    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}",
            style="{",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
            json_ensure_ascii=False,
            reserved_attrs=[*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName", "request"],
        )

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        super().add_fields(log_data, record, message_dict)
        log_data["message"] = without_positions(str(log_data.get("message", "")))
        if identity := request_id.get():
            log_data["request_id"] = identity

    def formatException(self, exc_info: Any) -> str:  # noqa: N802 - the name is logging's
        return describe_exception(exc_info[1]) if exc_info and exc_info[1] else ""


class RequestFilter(logging.Filter):
    """Keeps what Django says of requests out, or says it with a path that may be kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.request" and not record.exc_info:
            return False  # A status alone: the line of the request says it already.
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            record.msg, record.args = f"{record.levelname.title()} at %s", (loggable_path(request),)
        return True
