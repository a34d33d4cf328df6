"""Command: all that is held about an e-mail address, with or without an account, for the person who asks."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from places.privacy.accounts import export


class Command(BaseCommand):
    help = "Writes as JSON all that is held about an e-mail address. Make sure first that it belongs to who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            held = export(email, by=None)
        except ValueError as error:
            raise CommandError("Ceci n'est pas une adresse de courriel.") from error
        self.stdout.write(json.dumps(held, ensure_ascii=False, indent=2))
