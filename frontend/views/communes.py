"""The page of a commune: what is here, what is nearest."""

from django.conf import settings
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from frontend.cards import Card, card_of_place, card_of_wifi, cards_of_found, markers
from frontend.tours.reading import next_lines
from frontend.views.home import map_settings
from frontend.views.page import public_page
from mapservice.questions.nearest import NearestQuery, find_nearest
from mobile_units.models import Stop
from places.models import Commune, Place, WifiPoint

HERE_MAX = 60
NEAREST = 8
NEIGHBOURS_MAX = 12


@public_page
def commune(request: HttpRequest, insee: str) -> HttpResponse:
    """Every commune has a page, those without inhabitant or town hall included."""
    found = get_object_or_404(
        Commune.objects.select_related("epci", "departement").defer("outline"), pk=insee
    )
    here = what_is_here(found)
    near = what_is_near(found, {card.id for card in here})
    stop_ids = list(Stop.objects.published().in_commune(found.pk).values_list("pk", flat=True))
    context = {
        "commune": found,
        "here": here,
        "near": near,
        "neighbours": neighbours(found),
        "has_stops": bool(stop_ids),
        "passages": next_lines(stop_ids, timezone.now()) if stop_ids else [],
        "is_ours": found.departement_id in settings.TERRITORY["departements"],
        "now": timezone.now(),
        "map_data": {"mode": "list", "isArea": False, "markers": markers([*here, *near], timezone.now())},
        "map_settings": map_settings(),
    }
    return render(request, "frontend/commune.html", context)


def what_is_here(found: Commune) -> list[Card]:
    now = timezone.now()
    places = (
        Place.objects.published().in_commune(found.pk).prefetch_related("closures").order_by("name", "pk")
    )
    points = WifiPoint.objects.published().usable().in_commune(found.pk).order_by("name", "pk")
    points = points.select_related("place").prefetch_related("place__closures")
    cards = [card_of_place(place, now) for place in places[:HERE_MAX]]
    return cards + [card_of_wifi(point, now) for point in points[:HERE_MAX]]


def what_is_near(found: Commune, here: set[str]) -> list[Card]:
    """The nearest ones outside the commune, from its town hall or from its middle."""
    point: Point = found.reference_point
    answer = find_nearest(NearestQuery(lat=point.y, lon=point.x, limit=min(NEAREST + len(here), 100)))
    cards = cards_of_found(answer.found)
    return [card for card in cards if card.id not in here][:NEAREST]


def neighbours(found: Commune) -> list[Commune]:
    """The communes that touch this one, by name."""
    outline = Commune.objects.filter(pk=found.pk).values("outline")
    touching = Commune.objects.filter(outline__intersects=outline).exclude(pk=found.pk)
    return list(touching.only("insee", "name").order_by("search_key", "pk")[:NEIGHBOURS_MAX])
