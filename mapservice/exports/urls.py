"""The addresses under /exports/: stable, the extension tells the format."""

from django.urls import path

from mapservice.exports.files import CollectionGeoJson, NationalCsv, NationalJson
from mobile_units.api.collections import ITINERARIES, PASSAGES, STOPS
from places.api.collections import PLACES, WIFI_POINTS

urlpatterns = [
    path("lieux.csv", NationalCsv.as_view(), name="export-national-csv"),
    path("lieux.json", NationalJson.as_view(), name="export-national-json"),
    *(
        path(
            f"{collection.id}.geojson",
            CollectionGeoJson.as_view(collection=collection),
            name=f"export-{collection.id}-geojson",
        )
        for collection in (PLACES, WIFI_POINTS, STOPS, ITINERARIES, PASSAGES)
    ),
]
