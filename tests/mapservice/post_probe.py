"""Tasks and daily work of the tests: they write into a file what they did."""

import os
import time
from pathlib import Path

from mapservice.post.tasks import task


def note(word: str) -> None:
    with Path(os.environ["PROBE_FILE"]).open("a") as file:
        file.write(f"{word}\n")


def daily() -> str:
    """Long enough for a second worker to come upon it."""
    note("daily")
    time.sleep(0.5)
    return "fait"


@task
def mark(word: str) -> str:
    note(word)
    return word


@task
def fail(word: str) -> None:
    note(word)
    raise ValueError(word)


@task
def hang_once(word: str) -> str:
    """Hangs until it is killed, the first time; ends the second time."""
    is_first = not Path(os.environ["PROBE_FILE"]).exists()
    note(word)
    if is_first:
        time.sleep(60)
    return word
