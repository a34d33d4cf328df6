"""What published, addressed and located records share. Mobile units build on the same parts."""

import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Func, Q
from django.db.models.functions import Cast
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual

from mapservice.geo.querysets import GEOGRAPHY
from places.enums import LocationOrigin, LocationPrecision, Status
from places.validators import validate_metropolitan_france, validate_postal_code


def ordinate(function: str) -> Func:
    """ST_X or ST_Y of the point, in degrees."""
    return Func(F("location"), function=function, output_field=models.FloatField())


def choices_array(choices: type[models.TextChoices], label: str) -> ArrayField:
    """A list of codes of one controlled list; empty when nothing is known."""
    return ArrayField(
        models.CharField(max_length=30, choices=choices.choices),
        default=list,
        blank=True,
        verbose_name=label,
    )


def known_codes(field: str, choices: type[models.TextChoices], *, name: str) -> models.CheckConstraint:
    """The database itself refuses a code that the controlled list lacks."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__contained_by": list(choices.values)}))


def known_code(
    field: str, choices: type[models.TextChoices], *, name: str, or_blank: bool = False
) -> models.CheckConstraint:
    """The same for a field of one code; `or_blank`: nothing may be known."""
    blank = [""] if or_blank else []
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": [*choices.values, *blank]}))


class Published(models.Model):
    """Identity, life and freshness of a public record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField("adresse de la page", max_length=120, unique=True)
    status = models.CharField("statut", max_length=10, choices=Status.choices, default=Status.DRAFT)
    closed_on = models.DateField("fermé le", null=True, blank=True)
    is_demo = models.BooleanField("donnée de démonstration", default=False)
    source_name = models.CharField(
        "source", max_length=200, blank=True, help_text="Qui a recueilli cette fiche."
    )
    edited_on = models.DateField(
        "mis à jour le", null=True, blank=True, help_text="Dernière vraie modification."
    )
    confirmed_on = models.DateField(
        "confirmé le",
        null=True,
        blank=True,
        help_text="Dernière fois où l'on a dit : c'est toujours exact.",
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    # These three are kept by triggers: a writer cannot forget them, nor a save without change move them.
    updated_at = models.DateTimeField("modifié le", auto_now_add=True, editable=False)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    first_published_at = models.DateTimeField("première publication", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def published_constraints(cls, prefix: str) -> list[models.BaseConstraint]:
        return [
            models.CheckConstraint(name=f"{prefix}_status_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name=f"{prefix}_closed_has_date",
                condition=Q(status=Status.CLOSED, closed_on__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_on__isnull=True)),
            ),
        ]


class Reviewed(models.Model):
    """A record that somebody must look at again, every so many months."""

    review_months = models.PositiveSmallIntegerField(
        "à revoir tous les (mois)",
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )

    class Meta:
        abstract = True

    @classmethod
    def reviewed_constraint(cls, prefix: str) -> models.CheckConstraint:
        return models.CheckConstraint(
            name=f"{prefix}_review_bound", condition=Q(review_months__gte=1, review_months__lte=24)
        )


class Addressed(models.Model):
    """A French postal address. `commune` is set when the reference territories know it."""

    address = models.CharField("adresse", max_length=200, blank=True, help_text="Numéro et voie.")
    address_complement = models.CharField("complément d'adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True, validators=[validate_postal_code])
    commune_name = models.CharField("nom de la commune", max_length=150, blank=True)
    insee_code = models.CharField("code INSEE", max_length=5, blank=True)
    commune = models.ForeignKey(
        "places.Commune",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="commune",
    )

    class Meta:
        abstract = True


class Located(models.Model):
    """A point in EPSG:4326 (lon, lat) with where it comes from and how far it can be trusted."""

    location = models.PointField(
        "point",
        srid=4326,
        null=True,
        blank=True,
        spatial_index=False,
        validators=[validate_metropolitan_france],
    )
    location_origin = models.CharField(
        "origine du point",
        max_length=20,
        choices=LocationOrigin.choices,
        default=LocationOrigin.UNKNOWN,
    )
    location_precision = models.CharField(
        "précision du point",
        max_length=20,
        choices=LocationPrecision.choices,
        default=LocationPrecision.UNKNOWN,
    )
    # A geocoder's own confidence. Under 0.7 the national geocoder often names another street: show it as doubtful.
    location_score = models.FloatField(
        "score du géocodage",
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    location_on = models.DateField("point relevé le", null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def located_constraints(cls, prefix: str) -> list[models.BaseConstraint]:
        return [
            models.CheckConstraint(
                name=f"{prefix}_score_in_0_1",
                condition=Q(location_score__isnull=True) | Q(location_score__gte=0, location_score__lte=1),
            ),
            models.CheckConstraint(
                name=f"{prefix}_lon_possible",
                condition=GreaterThanOrEqual(ordinate("ST_X"), -180.0)
                & LessThanOrEqual(ordinate("ST_X"), 180.0),
            ),
            models.CheckConstraint(
                name=f"{prefix}_lat_possible",
                condition=GreaterThanOrEqual(ordinate("ST_Y"), -90.0)
                & LessThanOrEqual(ordinate("ST_Y"), 90.0),
            ),
            known_code("location_origin", LocationOrigin, name=f"{prefix}_origin_known"),
            known_code("location_precision", LocationPrecision, name=f"{prefix}_precision_known"),
            # (0, 0) lies in the Gulf of Guinea: it is what files write when they mean "unknown".
            models.CheckConstraint(
                name=f"{prefix}_point_not_null_island",
                condition=~(Exact(ordinate("ST_X"), 0.0) & Exact(ordinate("ST_Y"), 0.0)),
            ),
        ]

    @classmethod
    def located_indexes(cls, prefix: str) -> list[models.Index]:
        return [
            GistIndex("location", name=f"{prefix}_location_gist"),
            GistIndex(Cast("location", GEOGRAPHY), name=f"{prefix}_geog_gist"),
        ]
