"""Addresses of the desk, under /planification/."""

from django.urls import path

from frontend.planning.views import dates, editor, files, home, publication, stops, units

urlpatterns = [
    path("", home.home, name="desk"),
    path("constats.json", home.verdicts, name="desk-verdicts"),
    path("tournees/nouvelle/", editor.new, name="desk-new"),
    path("tournees/<uuid:pk>/", editor.edit, name="desk-itinerary"),
    path("tournees/<uuid:pk>/suite/", editor.successor, name="desk-successor"),
    path("tournees/<uuid:pk>/publier/", publication.publish, name="desk-publish"),
    path("tournees/<uuid:pk>/terminer/", publication.end, name="desk-end"),
    path("tournees/<uuid:pk>/supprimer/", publication.discard, name="desk-discard"),
    path("tournees/<uuid:pk>/historique/", publication.history, name="desk-history"),
    path("tournees/<uuid:pk>/historique/<int:version>/", publication.restore, name="desk-restore"),
    path("tournees/<uuid:pk>/dates/", dates.dates, name="desk-dates"),
    path("tournees/<uuid:pk>/exceptions/<int:exception>/retirer/", dates.put_right, name="desk-put-right"),
    path("passages/<uuid:pk>/", dates.passage, name="desk-passage"),
    path("fichiers/", files.files, name="desk-files"),
    path("fichiers/tournees.<str:suffix>", files.download, name="desk-download"),
    path("arrets/", stops.stops, name="desk-stops"),
    path("arrets/nouveau/", stops.new, name="desk-stop-new"),
    path("arrets/<uuid:pk>/", stops.edit, name="desk-stop"),
    path("arrets/<uuid:pk>/fermer/", stops.close, name="desk-stop-close"),
    path("unites/", units.units, name="desk-units"),
    path("unites/<uuid:pk>/", units.unit, name="desk-unit"),
    path("unites/<uuid:pk>/service/", units.service, name="desk-unit-service"),
    path("unites/<uuid:pk>/indisponibilites/", dates.outages, name="desk-outages"),
    path(
        "unites/<uuid:pk>/indisponibilites/<int:outage>/retirer/",
        dates.end_outage,
        name="desk-outage-end",
    ),
]
