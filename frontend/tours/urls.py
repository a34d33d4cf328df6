"""Addresses of the mobile units' public pages."""

from django.urls import path, re_path

from frontend.tours.posters import commune_poster, stop_poster
from frontend.tours.views import stop, tours, unit

urlpatterns = [
    path("tournees/", tours, name="tours"),
    path("tournees/<slug:slug>/", unit, name="unit"),
    path("arrets/<slug:slug>/", stop, name="stop"),
    path("arrets/<slug:slug>/affiche.pdf", stop_poster, name="stop-poster"),
    re_path(r"^communes/(?P<insee>(?:\d\d|2[AB])\d{3})/affiche\.pdf$", commune_poster, name="commune-poster"),
]
