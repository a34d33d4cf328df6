"""Daily command: personal data whose time is over."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from places.privacy.forget import forget
from places.privacy.persons import forget_contact


class Command(BaseCommand):
    help = "Forgets personal data whose time is over (docs/privacy.md). Run it daily; it can run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--contact",
            metavar="NAME_OR_EMAIL",
            help="instead: erase this private contact from records, their history and proposals",
        )

    def handle(self, *args: Any, contact: str | None = None, **options: Any) -> None:
        if contact is None:
            self.stdout.write(forget())
        else:
            self.stdout.write(f"Contact effacé, versions réécrites : {forget_contact(contact)}.")
