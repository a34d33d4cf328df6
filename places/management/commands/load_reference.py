"""Load départements, EPCI and communes from fixtures/reference. Can be run again: only differences are written."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from places.services.reference import LayerChanges, load_reference
from places.services.reference_files import InvalidReferenceError

DEFAULT_FOLDER = Path(settings.BASE_DIR) / "fixtures" / "reference"


class Command(BaseCommand):
    help = "Load the reference territories: départements, EPCI, communes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=DEFAULT_FOLDER, help="files as fixtures/README.md describes them"
        )

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            layers = load_reference(folder)
        except InvalidReferenceError as error:
            raise CommandError(f"Nothing was loaded: {error}") from error
        for layer in layers:
            self.stdout.write(summary(layer))
            if layer.kept:
                self.stdout.write(self.style.WARNING(kept_sentence(layer)))
        if all(layer.is_empty for layer in layers):
            self.stdout.write("Reference territories: nothing to change.")


def summary(layer: LayerChanges) -> str:
    """One line of figures."""
    counts = f"{layer.created} created, {layer.changed} changed, {layer.unchanged} unchanged"
    return f"{layer.label}: {counts}, {len(layer.removed)} removed, {len(layer.kept)} kept"


def kept_sentence(layer: LayerChanges) -> str:
    """Which territories left the files and stay, so that somebody moves what points to them."""
    return (
        f"{layer.label}: no longer in the files, kept because records point to them: {', '.join(layer.kept)}"
    )
