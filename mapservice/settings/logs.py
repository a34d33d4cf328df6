"""Logs: JSON lines on standard output, one a request. No address, no query string, no position (docs/running.md)."""

from typing import Any

from mapservice.settings import env

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "mapservice.logging_json.JsonFormatter"}},
    "filters": {
        "requests": {"()": "mapservice.logging_json.RequestFilter"},
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "json",
            "filters": ["requests"],
        },
    },
    "root": {"handlers": ["stdout"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        # Django's own handlers write to the console and by e-mail, with the query string: ours replace them.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
