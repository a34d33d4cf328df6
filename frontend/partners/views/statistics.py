"""How often the pages of one's records were read."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend.partners.access import own_record, partner_page
from frontend.partners.addresses import address_of
from frontend.partners.records import own_rows
from frontend.partners.statistics import months_of, totals_of
from places.actors import actor_of, may_some


@partner_page
def everything(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    records = [row.record for row in own_rows(actor) if may_some(actor, "statistics", row.record._meta.label)]
    months = months_of(records)
    context = {"months": months, "totals": totals_of(records), "total": sum(month.count for month in months)}
    return render(request, "frontend/partners/statistics.html", context)


@partner_page
def one(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    record = own_record(request, kind, pk, "statistics")
    months = months_of([record])
    context = {
        "record": record,
        "back": address_of(record),
        "months": months,
        "total": sum(month.count for month in months),
    }
    return render(request, "frontend/partners/statistics.html", context)
