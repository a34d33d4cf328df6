"""Daily command: passages of every unit up to the horizon."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mobile_units.services.expand import expand_all


class Command(BaseCommand):
    help = "Brings the passages of every mobile unit up to date, 13 months ahead. Run it daily; it can run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = expand_all(now=timezone.now())
        self.stdout.write(
            f"{len(outcome.created)} passages créés, {len(outcome.changed)} modifiés, {len(outcome.cancelled)} annulés, "
            f"{len(outcome.removed)} retirés, {outcome.unchanged} inchangés."
        )
