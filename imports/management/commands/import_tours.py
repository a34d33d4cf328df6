"""Read a file of tours into draft itineraries. A trial unless --apply is given."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from imports.management.commands.import_source import check_report
from imports.pipeline.records import UnreadableFileError
from imports.tours.apply import Terms, import_tours
from imports.tours.formats import Format, read_tours
from imports.tours.report import sentences, write_json
from imports.tours.sheets import MAX_BYTES

UNREADABLE = 2


class Command(BaseCommand):
    help = (
        "Lit des tournées (CSV ou XLSX, docs/planning-files.md) en brouillons. Essai à blanc sans --apply. "
        "Code de sortie : 0 lu, 1 argument faux, 2 illisible."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="FICHIER", type=Path)
        parser.add_argument("--apply", action="store_true", help="écrire les brouillons")
        parser.add_argument("--report", type=Path, metavar="FICHIER", help="écrire le compte rendu en JSON")
        parser.add_argument(
            "--format", choices=[one.value for one in Format], default=Format.PLANNING.value, dest="format_"
        )
        parser.add_argument(
            "--create-units", action="store_true", help="créer les unités inconnues, en brouillon"
        )
        parser.add_argument(
            "--accept-partial",
            action="store_true",
            help="reprendre aussi les tournées qui ont des lignes refusées",
        )
        parser.add_argument(
            "--first-day",
            type=date.fromisoformat,
            metavar="AAAA-MM-JJ",
            help="début des tournées, pour un fichier qui ne le dit pas (aujourd'hui par défaut)",
        )

    def handle(self, *, path: Path, format_: str, report: Path | None, **options: Any) -> None:
        check_report(report)
        content = read_file(path)
        try:
            reading = read_tours(
                content, Format(format_), first_day=options["first_day"] or timezone.localdate()
            )
        except UnreadableFileError as error:
            self.stderr.write(str(error))
            sys.exit(UNREADABLE)
        terms = Terms(
            user=None,
            now=timezone.now(),
            creates_units=options["create_units"],
            takes_partial=options["accept_partial"],
        )
        outcome = import_tours(reading, terms, apply=options["apply"])
        for sentence in sentences(outcome):
            self.stdout.write(sentence)
        if report:
            write_json(outcome, report)


def read_file(path: Path) -> bytes:
    """No more than a little over what a reader accepts: the reader itself then says that it is too much."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(_("Le fichier « %(path)s » ne peut pas être lu.") % {"path": path}) from error
