"""Write tours as a spreadsheet that import_tours reads back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from imports.tours.export import export_csv, export_xlsx, exported_itineraries
from mobile_units.models import MobileUnit

WRITERS = {".csv": export_csv, ".xlsx": export_xlsx}


class Command(BaseCommand):
    help = "Écrit les tournées (brouillons compris) dans un fichier .csv ou .xlsx, une ligne par halte."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="FICHIER", type=Path)
        parser.add_argument("--unit", metavar="ADRESSE", help="une seule unité, par son adresse de page")

    def handle(self, *, path: Path, unit: str | None, **options: Any) -> None:
        write = WRITERS.get(path.suffix.lower())
        if write is None:
            raise CommandError(_("Donnez un fichier en .csv ou en .xlsx."))
        itineraries = exported_itineraries()
        if unit:
            if not MobileUnit.objects.filter(slug=unit).exists():
                raise CommandError(_("Aucune unité n'a l'adresse « %(slug)s ».") % {"slug": unit})
            itineraries = itineraries.filter(unit__slug=unit)
        try:
            path.write_bytes(write(itineraries))
        except OSError as error:
            raise CommandError(
                _("Le fichier « %(path)s » ne peut pas être écrit.") % {"path": path}
            ) from error
        self.stdout.write(_("%(count)d tournées écrites.") % {"count": itineraries.count()})
