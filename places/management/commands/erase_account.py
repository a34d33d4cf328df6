"""Command: takes a person out of the service, found by an e-mail address, with or without an account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from places.privacy.accounts import StillOwner, StillStaff, erase


class Command(BaseCommand):
    help = "Erases a person: account, address, words. Make sure first that the address belongs to who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            erased = erase(email, by=None)
        except ValueError as error:
            raise CommandError("Ceci n'est pas une adresse de courriel.") from error
        except (StillOwner, StillStaff) as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(erased.sentence)
