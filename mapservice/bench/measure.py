"""Timing: warm, one thread, a bounded number of runs in a bounded time."""

import math
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

WARM_RUNS = 2
Ask = Callable[[random.Random], object]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds. `p95` is the nearest rank: with few runs, the slowest."""

    median: float
    p95: float
    runs: int


def measure(ask: Ask, *, runs: int, seconds: float) -> Timing:
    """Asks up to `runs` times, fewer when `seconds` have passed, once at least. Every question draws the same inputs."""
    rng = random.Random(55)  # noqa: S311 - no secret
    started = time.perf_counter()
    for _ in range(WARM_RUNS):
        ask(rng)
        if time.perf_counter() - started > seconds:
            break
    times: list[float] = []
    started = time.perf_counter()
    while len(times) < runs and (not times or time.perf_counter() - started < seconds):
        before = time.perf_counter()
        ask(rng)
        times.append((time.perf_counter() - before) * 1000)
    times.sort()
    return Timing(statistics.median(times), times[math.ceil(len(times) * 0.95) - 1], len(times))
