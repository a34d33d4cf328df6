"""The health of the data for moderators: counts with words, lists with the way to mend each line, files."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.moderation.access import moderator_page
from imports.tours.cells import safe_text
from mapservice.post.outbox import full_url
from mapservice.questions.data_health import BY_KEY, Check, results

LABEL = "places.DataHealth"
PER_PAGE = 50


@moderator_page("view", LABEL)
def health(request: HttpRequest) -> HttpResponse:
    """What lacks first, the rest afterwards, each in the order of the table."""
    found = results()
    context = {
        "wrong": [result for result in found if result.count],
        "right": [result for result in found if not result.count],
    }
    return render(request, "frontend/freshness/health.html", context)


@moderator_page("view", LABEL)
def check(request: HttpRequest, key: str) -> HttpResponse:
    found = check_of(key)
    page: Any = Paginator(found.rows(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"check": found, "page": page, "lines": list(found.lines(page.object_list))}
    return render(request, "frontend/freshness/check.html", context)


@moderator_page("view", LABEL)  # type: ignore[arg-type]  # it answers piece by piece
def check_file(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """The whole list as CSV, a byte order mark first: spreadsheets then read its accents."""
    found = check_of(key)
    response = StreamingHttpResponse(rows_of(found), content_type="text/csv; charset=utf-8")
    name = f"{found.key}-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def rows_of(found: Check) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(["nom", "constat", "adresse"])
    for line in found.lines(found.rows().iterator(chunk_size=500)):
        yield writer.writerow([safe_text(line.name), safe_text(line.detail), full_url(line.url)])


class Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def check_of(key: str) -> Check:
    found = BY_KEY.get(key)
    if found is None:
        raise Http404
    return found
