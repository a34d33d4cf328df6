"""Reference territories, loaded from fixtures/reference. The INSEE code is the key of a commune."""

from django.contrib.gis.db import models
from django.contrib.gis.geos import Point
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import Q
from django.db.models.functions import Cast
from django.db.models.lookups import Regex

from mapservice.geo.querysets import GEOGRAPHY
from places.functions import NameKeys, NearKeys, SearchKey


class Departement(models.Model):
    code = models.CharField("code", max_length=3, primary_key=True)
    name = models.CharField("nom", max_length=100)
    outline = models.MultiPolygonField("contour", srid=4326, spatial_index=False)

    class Meta:
        verbose_name = "département"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Epci(models.Model):
    """An intercommunal body. It may reach into several départements."""

    code = models.CharField("SIREN", max_length=9, primary_key=True)
    name = models.CharField("nom", max_length=150)
    kind = models.CharField("nature", max_length=10, blank=True)
    population = models.PositiveIntegerField("population", default=0)

    class Meta:
        verbose_name = "EPCI"
        verbose_name_plural = "EPCI"
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """A commune of today. Six of the Meuse have neither inhabitant nor town hall: they are communes all the same."""

    insee = models.CharField("code INSEE", max_length=5, primary_key=True)
    name = models.CharField("nom", max_length=150)
    departement = models.ForeignKey(Departement, on_delete=models.PROTECT, verbose_name="département")
    epci = models.ForeignKey(Epci, on_delete=models.PROTECT, null=True, blank=True, verbose_name="EPCI")
    postal_codes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list)
    former_insee_codes = ArrayField(
        models.CharField(max_length=5), verbose_name="anciens codes INSEE", default=list
    )
    former_names = ArrayField(
        models.CharField(max_length=150),
        verbose_name="anciens noms et communes associées ou déléguées",
        default=list,
    )
    population = models.PositiveIntegerField("population", default=0)
    centre = models.PointField("point intérieur", srid=4326, spatial_index=False)
    town_hall = models.PointField("mairie", srid=4326, null=True, blank=True, spatial_index=False)
    outline = models.MultiPolygonField("contour", srid=4326, null=True, blank=True, spatial_index=False)
    search_key = models.GeneratedField(
        expression=SearchKey("name"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name="clé de recherche",
    )

    class Meta:
        verbose_name = "commune"
        ordering = ["insee"]
        constraints = [
            models.CheckConstraint(
                name="commune_insee_form",
                condition=Regex(models.F("insee"), r"^(\d\d|2[AB])\d{3}$"),
            ),
            models.CheckConstraint(name="commune_name_not_empty", condition=~Q(name="")),
        ]
        indexes = [
            GistIndex("outline", name="commune_outline_gist"),
            GistIndex(Cast("centre", GEOGRAPHY), name="commune_centre_geog_gist"),
            # Written once by a load and read at once: nothing may wait in a list that every search would read.
            GinIndex(
                OpClass("search_key", name="gin_trgm_ops"), name="commune_search_trgm", fastupdate=False
            ),
            GinIndex(
                OpClass(NameKeys("name", "former_names"), name="gin_trgm_ops"),
                name="commune_names_trgm",
                fastupdate=False,
            ),
            GinIndex(
                NearKeys(NameKeys("name", "former_names")), name="commune_near_keys_gin", fastupdate=False
            ),
            GinIndex("postal_codes", name="commune_postal_codes_gin"),
            GinIndex("former_insee_codes", name="commune_former_codes_gin"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference_point(self) -> Point:
        """Where people expect the commune to be: its town hall, else a point inside its outline."""
        return self.town_hall or self.centre
