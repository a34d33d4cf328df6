"""Daily command: passages of every unit up to the horizon."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mobile_units.models import Passage
from mobile_units.services.expand import expand_all

# Clocks of two machines differ by minutes; one that is hours behind would take for future what has taken place.
CLOCK_TOLERANCE = timedelta(hours=2)


class Command(BaseCommand):
    help = "Brings the passages of every mobile unit up to date, 13 months ahead. Run it daily; it can run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--trust-clock", action="store_true", help="go on although passages were written later than now"
        )

    def handle(self, *args: Any, trust_clock: bool = False, **options: Any) -> None:
        self.stdout.write(expand_today(trust_clock=trust_clock))


def expand_today(*, trust_clock: bool = False) -> str:
    """Expands every unit from now on and says in a sentence what changed: the daily work (settings DAILY_WORK).

    Raises:
        CommandError: the clock has gone back, and is not to be trusted.
    """
    now = timezone.now()
    if not trust_clock:
        refuse_late_clock(now)
    outcome = expand_all(now=now)
    return (
        f"Passages créés : {len(outcome.created)}, modifiés : {len(outcome.changed)}, "
        f"annulés : {len(outcome.cancelled)}, retirés : {len(outcome.removed)}, inchangés : {outcome.unchanged}."
    )


def refuse_late_clock(now: datetime) -> None:
    """Raises CommandError when the clock has gone back: past passages would be rewritten."""
    last = Passage.objects.aggregate(last=Max("updated_at"))["last"]
    if last is not None and now < last - CLOCK_TOLERANCE:
        raise CommandError(
            _(
                "L'horloge retarde : des passages ont été écrits le %(last)s, et elle indique le %(now)s. "
                "Remettez-la à l'heure, ou ajoutez --trust-clock si elle est juste."
            )
            % {
                "last": date_format(timezone.localtime(last), "DATETIME_FORMAT"),
                "now": date_format(timezone.localtime(now), "DATETIME_FORMAT"),
            }
        )
