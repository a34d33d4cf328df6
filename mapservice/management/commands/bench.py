"""Measure the questions of the service beside the plain way, on a database made and dropped for it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mapservice.bench.database import throwaway_database, versions
from mapservice.bench.fill import fill, trigger_costs
from mapservice.bench.measure import measure
from mapservice.bench.questions import questions
from mapservice.bench.report import Row, costs_table, machine, table
from places.services.reference import load_reference

REFERENCE = Path(settings.BASE_DIR) / "fixtures" / "reference"


class Command(BaseCommand):
    help = "Measure nearest, items, clusters, tiles, search and opening hours on a database of its own; prints Markdown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--records", type=int, default=100_000, help="places and Wi-Fi points (100000)")
        parser.add_argument("--runs", type=int, default=40, help="runs of each question at most (40)")
        parser.add_argument("--seconds", type=float, default=3.0, help="for each question at most (3)")

    def handle(self, *, records: int, runs: int, seconds: float, **options: Any) -> None:
        with throwaway_database(), self.progress() as progress:
            load_reference(REFERENCE)
            costs = trigger_costs()
            task = progress.add_task("Filling", total=records)
            fill(records, lambda count: progress.advance(task, count))
            facts = machine(versions())
            rows = self.measured(progress, runs, seconds)
        self.stdout.write(f"{records:,} records. {facts}\n\n{table(rows)}\n\n{costs_table(costs)}")

    def measured(self, progress: Progress, runs: int, seconds: float) -> list[Row]:
        asked = list(questions())
        rows: list[Row] = []
        for question in progress.track(asked, description="Measuring"):
            ours = measure(question.ours, runs=runs, seconds=seconds)
            plain = measure(question.plain, runs=runs, seconds=seconds) if question.plain else None
            rows.append((question, ours, plain))
        return rows

    def progress(self) -> Progress:
        """On the error output, so that the tables alone can be kept."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        return Progress(*columns, console=Console(stderr=True))
