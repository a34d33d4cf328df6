"""The search: a form, a list, a map."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend import words
from frontend.criteria import KINDS, read_criteria
from frontend.results import find_results
from frontend.views.page import public_page
from places.enums import Service


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The home page and its results; everything asked is in the address."""
    results = find_results(read_criteria(request.GET))
    context = {
        "results": results,
        "criteria": results.criteria,
        "kinds": KINDS,
        "services": Service.values,
        "today": words.today(),
        "map_data": results.for_map(),
        "map_settings": map_settings(),
    }
    return render(request, "frontend/home.html", context)


def map_settings() -> dict[str, object]:
    """Where the map takes its background from: our outlines, and tiles when a base map is set."""
    return {
        "tiles": settings.BASEMAP["url"],
        "attribution": settings.BASEMAP["attribution"] if settings.BASEMAP["url"] else "",
        "maxZoom": settings.BASEMAP["max_zoom"],
    }
