"""The first page: what one looks after, and how true it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend.partners.access import partner_page


@partner_page
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "frontend/partners/home.html")
