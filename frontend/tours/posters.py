"""/arrets/<slug>/affiche.pdf and /communes/<insee>/affiche.pdf: the next dates for the town hall's board."""

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.plain import SERVICES
from frontend.templatetags.site import plain_words
from frontend.tours.lines import Line
from frontend.tours.reading import next_lines
from frontend.tours.sheet import Row, Sheet, draw
from frontend.words import full_date, today
from mobile_units.models import Stop
from mobile_units.words import enumeration
from places.models import Commune

MAX_ROWS = 8


@require_safe
def stop_poster(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = get_object_or_404(Stop.objects.published(), slug=slug)
    lines = next_lines([found.pk], timezone.now(), MAX_ROWS)
    title, subtitle = found.name, " – ".join(part for part in (found.address, found.commune_name) if part)
    return pdf(
        request,
        sheet_of(lines, title, subtitle, found.get_absolute_url(), with_stops=False),
        f"affiche-{found.slug}",
    )


@require_safe
def commune_poster(request: HttpRequest, insee: str) -> HttpResponseBase:
    """404 where no stop is: there would be nothing to announce."""
    commune = get_object_or_404(Commune.objects.only("insee", "name"), pk=insee)
    stop_ids = list(Stop.objects.published().in_commune(insee).values_list("pk", flat=True))
    if not stop_ids:
        raise Http404
    lines = next_lines(stop_ids, timezone.now(), MAX_ROWS)
    page = reverse("commune", args=[insee])
    return pdf(
        request,
        sheet_of(lines, commune.name, settings.TERRITORY["operator"], page, with_stops=True),
        f"affiche-{insee}",
    )


def sheet_of(lines: Sequence[Line], title: str, subtitle: str, page: str, *, with_stops: bool) -> Sheet:
    units = list(dict.fromkeys(line.passage.unit.name for line in lines if line.takes_place))
    services = {code for line in lines if line.takes_place for code in line.passage.unit.services}
    address = f"{settings.SITE_URL}{page}"
    heading = (
        _("%(units)s : les prochains passages") % {"units": enumeration(units)}
        if units
        else _("Prochains passages")
    )
    return Sheet(
        heading=heading,
        title=title,
        subtitle=subtitle,
        warning=_("Démonstration : ces dates sont inventées.")
        if any(line.passage.is_demo for line in lines)
        else "",
        rows=[row_of(line, with_stop=with_stops) for line in lines],
        empty=_("Aucun passage prévu pour le moment."),
        aboard_title=_("À bord"),
        aboard=" · ".join(plain_words(code, "service")["title"] for code in SERVICES if code in services),
        invitation=_("Toutes les dates, à jour, sur votre téléphone"),
        address=address,
        address_words=address.split("://", 1)[-1].rstrip("/"),
        printed=_("Imprimé le %(date)s. Les dates peuvent changer : vérifiez avant de vous déplacer.")
        % {"date": full_date(today())},
    )


def row_of(line: Line, *, with_stop: bool) -> Row:
    passage = line.passage
    change = f"{line.change}\u00a0: {passage.reason}" if line.change and passage.reason else line.change
    # A passage that left for another stop is told by its change; the others by the stop they are at.
    where = passage.stop.name if with_stop and not line.is_elsewhere else ""
    note = " — ".join(part for part in (where, change) if part)
    return Row(day=line.day_words, hours=line.hours, note=note, is_off=not line.takes_place)


def pdf(request: HttpRequest, sheet: Sheet, name: str) -> HttpResponseBase:
    """The poster; an unchanged one costs a 304."""
    document = draw(sheet)
    etag = f'"{hashlib.sha256(document).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag) or HttpResponse(document, "application/pdf")
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
