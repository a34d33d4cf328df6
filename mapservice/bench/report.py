"""The measures as Markdown."""

import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

from mapservice.bench.measure import Timing
from mapservice.bench.questions import Question

Row = tuple[Question, Timing, Timing | None]
_HEAD = "| question | median | p95 | runs | the plain way | median | p95 | runs | times |\n| --- | --: | --: | --: | --- | --: | --: | --: | --: |"


def table(rows: Iterable[Row]) -> str:
    return "\n".join([_HEAD, *map(_line, rows)])


def _line(row: Row) -> str:
    question, ours, plain = row
    cells = [question.name, *_cells(ours, question.each)]
    if plain is None:
        cells += ["–"] * 5
    else:
        cells += [question.plain_name, *_cells(plain, question.each), f"{plain.median / ours.median:.1f} ×"]
    return f"| {' | '.join(cells)} |"


def _cells(timing: Timing, each: int) -> list[str]:
    return [amount(timing.median / each), amount(timing.p95 / each), str(timing.runs)]


def amount(milliseconds: float) -> str:
    """With its unit, three figures at most."""
    if milliseconds < 1:
        return f"{milliseconds * 1000:.0f} µs"
    return f"{milliseconds:.1f} ms" if milliseconds < 100 else f"{milliseconds:,.0f} ms"


def costs_table(costs: Mapping[str, float]) -> str:
    lines = [f"| {label} | {cost:.0f} µs |" for label, cost in costs.items()]
    return "\n".join(["| triggers | for each place added |", "| --- | --: |", *lines])


def machine(versions: Mapping[str, str]) -> str:
    """One line: who measured, and how busy it was with other work."""
    load = os.getloadavg()[0]
    software = {"Python": platform.python_version(), **versions}
    parts = [
        f"{os.cpu_count()} cores",
        _processor(),
        *(f"{name} {number}" for name, number in software.items()),
    ]
    return f"{', '.join(part for part in parts if part)}; load {load:.1f} at the start of the measures."


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
