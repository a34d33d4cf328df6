"""Fetches and reads: one file, or the pages of an address one after the other."""

import hashlib
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from imports.pipeline.fetch import MAX_BYTES, MAX_PAGES, Known, fetch, follow, is_url, too_big
from imports.pipeline.read import read
from imports.pipeline.records import Finding, RawRow, Reading, UnreadableFileError


@dataclass(frozen=True, slots=True)
class Gathered:
    """`reading` is None when the server says that nothing changed."""

    reading: Reading | None
    sha256: str
    etag: str = ""
    last_modified: str = ""


def gather(location: str, known: Known) -> Gathered:
    """Raises UnreadableFileError, also when a page in the middle fails: half a file is no file."""
    first = fetch(location, known)
    if first.content is None:
        return Gathered(None, "")
    digest, size = hashlib.sha256(first.content), len(first.content)
    pages, visited, current = [read(first.content)], {location}, location
    while is_url(location) and pages[-1].next_url:
        current = follow(current, pages[-1].next_url, location)
        if current in visited or len(pages) >= MAX_PAGES:
            raise UnreadableFileError(_("Les pages de cette adresse se suivent sans fin."))
        visited.add(current)
        content = fetch(current).content or b""
        digest.update(content)
        size += len(content)
        if size > MAX_BYTES:
            raise UnreadableFileError(too_big())
        pages.append(read(content))
    # One page's tag says nothing of the others.
    is_single = len(pages) == 1
    return Gathered(
        join(pages),
        digest.hexdigest(),
        first.etag if is_single else "",
        first.last_modified if is_single else "",
    )


def join(pages: list[Reading]) -> Reading:
    """The pages as one reading, lines numbered through."""
    if len(pages) == 1:
        return pages[0]
    rows: list[RawRow] = []
    for page in pages:
        rows += [replace(row, line=len(rows) + rank) for rank, row in enumerate(page.rows, 1)]
    columns = dict.fromkeys(name for page in pages for name in page.columns)
    findings: dict[Finding, None] = dict.fromkeys(found for page in pages for found in page.findings)
    return Reading(tuple(rows), tuple(columns), tuple(findings))
