"""System checks of the daily work: a name that leads nowhere is told at start, not in the night."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from mapservice.post.daily import works


@register("mapservice")
def check_daily_work(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """E030 an hour cannot be read or a name stands twice, E031 a path leads to no function."""
    try:
        todo = works()
    except (TypeError, ValueError):
        return [_error("E030", "An entry of DAILY_WORK is not (name, dotted path, HH:MM).")]
    messages: list[CheckMessage] = []
    if len({work.name for work in todo}) != len(todo):
        messages.append(_error("E030", "Two entries of DAILY_WORK have one name."))
    return messages + [
        _error("E031", f"The daily work {work.name} leads to no function: {work.path}.")
        for work in todo
        if not _leads_to_function(work.path)
    ]


def _error(number: str, sentence: str) -> Error:
    return Error(sentence, hint="See mapservice/settings/base.py.", id=f"mapservice.{number}")


def _leads_to_function(path: str) -> bool:
    try:
        return callable(import_string(path))
    except ImportError:
        return False
