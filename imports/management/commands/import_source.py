"""Read a file or an address in the national schema into the catalogue. A trial unless --apply is given."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from imports.models import Source
from imports.pipeline.records import Outcome, RefusedRunError, UnreadableFileError
from imports.pipeline.report import sentences, write_json
from imports.pipeline.run import Progress as Tell
from imports.pipeline.run import run_import

UNREADABLE = 2


class Command(BaseCommand):
    help = (
        "Lit un fichier ou une adresse au schéma national (CSV ou JSON) pour une source. "
        "Essai à blanc sans --apply. Code de sortie : 0 lu, 1 arrêté (frein, autre import), 2 illisible."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("location", metavar="FICHIER_OU_URL")
        parser.add_argument(
            "--source", required=True, help="nom court de la source, créée si elle est nouvelle"
        )
        parser.add_argument("--apply", action="store_true", help="écrire dans le catalogue")
        parser.add_argument("--report", type=Path, metavar="FICHIER", help="écrire le compte rendu en JSON")
        parser.add_argument(
            "--accept-vanished", action="store_true", help="accepter que beaucoup de fiches disparaissent"
        )

    def handle(self, *, location: str, source: str, report: Path | None, **options: Any) -> None:
        check_report(report)
        try:
            with progress_bar() as tell:
                outcome = run_import(
                    location,
                    get_source(source),
                    apply=options["apply"],
                    accept_vanished=options["accept_vanished"],
                    progress=tell,
                )
        except UnreadableFileError as error:
            self.stderr.write(str(error))
            sys.exit(UNREADABLE)
        except RefusedRunError as error:
            self.tell(error.outcome, report)
            raise CommandError(str(error)) from error
        self.tell(outcome, report)

    def tell(self, outcome: Outcome, report: Path | None) -> None:
        """The same on screen, shortened, and in the report, whole."""
        for sentence in sentences(outcome):
            self.stdout.write(sentence)
        if report:
            write_json(outcome, report)


def check_report(report: Path | None) -> None:
    """Learnt before the import, not after it."""
    if report and (report.is_dir() or not report.absolute().parent.is_dir()):
        raise CommandError(_("Le compte rendu ne peut pas être écrit dans « %(path)s ».") % {"path": report})


def get_source(name: str) -> Source:
    """The source of that name, made with the usual settings the first time."""
    try:
        validate_slug(name)
        Source._meta.get_field("name").run_validators(name)
    except ValidationError as error:
        raise CommandError(
            "Le nom d'une source s'écrit en lettres, chiffres et tirets (60 au plus)."
        ) from error
    return Source.objects.get_or_create(name=name, defaults={"title": name})[0]


@contextmanager
def progress_bar() -> Iterator[Tell]:
    """A bar on the error stream of a terminal; nothing anywhere else."""
    columns = (TextColumn("Import"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    is_terminal = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), disable=not is_terminal) as bar:
        task = bar.add_task("import", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
