"""The process beside the server that sends the mails, runs the tasks and does the daily work."""

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from mapservice.post.worker import Stop, work


class Command(BaseCommand):
    help = (
        "Sends the mails of the outbox, runs the queued tasks and does the daily work until it is told to stop "
        "(SIGTERM, Ctrl-C); then ends what it is at. Several may run at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Stop()

        def end(number: int, frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, end)
        work(stop)
