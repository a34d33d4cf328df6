"""Addresses of the public site: French words, stable, one for each thing that can be shared."""

from django.urls import include, path, re_path

from frontend.views.communes import commune
from frontend.views.home import home
from frontend.views.outlines import outlines
from frontend.views.pages import accessibility, language, legal
from frontend.views.records import place, wifi_point

urlpatterns = [
    path("", home, name="home"),
    path("", include("frontend.freshness.urls")),
    path("", include("frontend.hours.urls")),
    path("", include("frontend.keys.urls")),
    path("", include("frontend.proposing.urls")),
    path("", include("frontend.tours.urls")),
    path("partenaire/", include("frontend.partners.urls")),
    path("moderation/", include("frontend.moderation.urls")),
    path("planification/", include("frontend.planning.urls")),
    path("lieux/<slug:slug>/", place, name="place"),
    path("bornes-wifi/<slug:slug>/", wifi_point, name="wifi-point"),
    re_path(r"^communes/(?P<insee>(?:\d\d|2[AB])\d{3})/$", commune, name="commune"),
    path("accessibilite/", accessibility, name="accessibility"),
    path("mentions-legales/", legal, name="legal"),
    path("langue/", language, name="language"),
    path("carte/contours.json", outlines, name="outlines"),
]
