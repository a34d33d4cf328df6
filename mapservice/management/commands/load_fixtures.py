"""Load what an installation starts with: the reference territories, then the demonstration set."""

import time
from argparse import BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mobile_units.services.demo import load_demo_tours
from places.services.demo import DemoChanges, load_demo
from places.services.demo_files import InvalidDemoError
from places.services.demo_proposals import load_demo_proposals

DEMO_FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"


class Command(BaseCommand):
    help = "Load fixtures/: reference territories, then demonstration records. Can be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo",
            action=BooleanOptionalAction,
            default=None,
            help="with or without the demonstration set (without either: the setting LOAD_DEMO decides)",
        )

    def handle(self, *, demo: bool | None, **options: Any) -> None:
        started = time.monotonic()
        self.stdout.write("Reference territories…")
        call_command("load_reference", stdout=self.stdout, stderr=self.stderr)
        if settings.LOAD_DEMO if demo is None else demo:
            self.load_demonstration()
        else:
            self.stdout.write("Demonstration set: left out (--demo loads it).")
        self.stdout.write(self.style.SUCCESS(f"Loaded in {time.monotonic() - started:.1f} s."))

    def load_demonstration(self) -> None:
        self.stdout.write("Demonstration set…")
        try:
            changes = load_demo(DEMO_FOLDER) + load_demo_tours(DEMO_FOLDER)
            changes.append(load_demo_proposals(DEMO_FOLDER))
        except InvalidDemoError as error:
            raise CommandError(f"The demonstration set was not loaded: {error}") from error
        for change in changes:
            self.stdout.write(summary(change))
        if all(change.is_empty for change in changes):
            self.stdout.write("Demonstration set: nothing to change.")


def summary(change: DemoChanges) -> str:
    """One line of figures."""
    return (
        f"{change.label}: {change.created} created, {change.changed} changed, {change.unchanged} unchanged, "
        f"{change.kept} kept as edited by somebody, {change.closed} closed"
    )
