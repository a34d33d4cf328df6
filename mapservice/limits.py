"""How often somebody may ask: fixed windows, counted by each process in its own memory."""

import time

from django.core.cache import caches


def passed(who: str, requests: int, seconds: int) -> int:
    """Counts one request; 0 while `who` stays within the rate, else the seconds until the next window."""
    window, elapsed = divmod(time.time(), seconds)
    if _count(f"{who}:{int(window)}", seconds) <= requests:
        return 0
    return max(1, round(seconds - elapsed))


def _count(key: str, seconds: int) -> int:
    cache = caches["rates"]
    if cache.add(key, 1, timeout=seconds + 1):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # It left the memory between the two calls.
        return 1
