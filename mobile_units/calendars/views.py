"""GET /calendars/…: files that calendar programs ask again and again, answered with 304 while nothing changed."""

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from mobile_units.calendars.documents import calendar_text
from mobile_units.calendars.series import Agenda
from mobile_units.calendars.sources import SUBJECTS

MAX_AGE_S = 300
SITE_LANGUAGE = "fr"


@require_safe
def calendar(request: HttpRequest, subject: str, key: str) -> HttpResponseBase:
    """The calendar of a stop, a commune or a unit; 404 when it is not public. In French: programs have no language."""
    with translation.override(SITE_LANGUAGE):
        about = SUBJECTS[subject](key)
        agenda = about.agenda(timezone.now())
        text = calendar_text(agenda, name=about.name, page=about.page)
    etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    # The ETag alone decides: a passage that goes away leaves no later date behind.
    response = get_conditional_response(request, etag) or HttpResponse(text, "text/calendar; charset=utf-8")
    response["ETag"] = etag
    if changed_at := last_change(agenda):
        response["Last-Modified"] = http_date(changed_at.timestamp())
    response["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    response["Content-Disposition"] = f'inline; filename="{subject}-{key}.ics"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def last_change(agenda: Agenda) -> datetime | None:
    """When a passage of the agenda changed last."""
    changes = [series.changed_at for series in agenda.series]
    changes += [override.passage.updated_at for series in agenda.series for override in series.overrides]
    changes += [passage.updated_at for passage in agenda.single]
    return max(changes, default=None)
