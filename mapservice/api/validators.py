"""Conditional requests: what tells that an answer is still the same."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

# Last-Modified counts seconds: a second change within the same one would go unseen.
SETTLED = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Validators:
    """`stamp` differs whenever the data differ; `changed_at` is the instant of the last change, if known."""

    stamp: str
    changed_at: datetime | None = None

    def etag(self, *variant: str) -> str:
        """A weak ETag for one representation (format, language): compression may change bytes, not meaning."""
        text = "\n".join([self.stamp, code_version(), *variant])
        return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'

    def last_modified(self) -> datetime | None:
        """The instant of the last change, once it is old enough for a clock of seconds."""
        if self.changed_at is None or timezone.now() - self.changed_at < SETTLED:
            return None
        return self.changed_at


@cache
def code_version() -> str:
    """A digest of the code: an answer kept from before an upgrade is asked again."""
    digest = hashlib.sha256()
    for package in ("mapservice", "places", "mobile_units", "frontend/locale", "frontend/templates"):
        for path in sorted(Path(settings.BASE_DIR, package).rglob("*")):
            if path.suffix in (".py", ".html", ".mo"):
                digest.update(path.read_bytes())
    return digest.hexdigest()
