"""A place: a venue with an address where people get help with digital life."""

import pghistory
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, URLValidator
from django.db.models import Q
from django.urls import reverse

from places import enums
from places.functions import SearchKey
from places.models.base import Addressed, Located, Published, Reviewed, choices_array, known_code, known_codes
from places.querysets import PlaceQuerySet
from places.triggers import record_triggers
from places.validators import (
    validate_opening_hours,
    validate_phone,
    validate_rna,
    validate_siret,
)

web_url = URLValidator(schemes=["https", "http"])


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Place(Published, Reviewed, Addressed, Located):
    """A connected space, a third place, or both."""

    name = models.CharField("nom", max_length=200)
    kinds = choices_array(enums.PlaceKind, "genres")
    host_kind = models.CharField("hébergé par", max_length=30, choices=enums.HostKind.choices, blank=True)
    families = choices_array(enums.ThirdPlaceFamily, "familles de tiers-lieu")
    management_mode = models.CharField(
        "mode de gestion",
        max_length=20,
        choices=enums.ManagementMode.choices,
        blank=True,
    )
    typologies = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        verbose_name="typologies nationales",
    )
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    rna = models.CharField("RNA", max_length=10, blank=True, validators=[validate_rna])
    parent_organisation = models.CharField("structure parente", max_length=200, blank=True)

    phone = models.CharField("téléphone", max_length=16, blank=True, validators=[validate_phone])
    emails = ArrayField(
        models.EmailField(max_length=254),
        default=list,
        blank=True,
        verbose_name="courriels",
    )
    websites = ArrayField(
        models.CharField(max_length=500, validators=[web_url]),
        default=list,
        blank=True,
        verbose_name="sites web",
    )
    # Names of persons never leave the service: no serializer, template or export may read these.
    contact_name = models.CharField("personne à contacter (privé)", max_length=150, blank=True)
    contact_email = models.EmailField("courriel direct (privé)", blank=True)
    contact_phone = models.CharField(
        "ligne directe (privée)", max_length=16, blank=True, validators=[validate_phone]
    )
    internal_notes = models.TextField("notes internes", max_length=5000, blank=True)

    opening_hours = models.CharField(
        "horaires",
        max_length=1000,
        blank=True,
        validators=[validate_opening_hours],
        help_text="Syntaxe OSM : « Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off ».",
    )
    opening_hours_received = models.CharField(
        "horaires reçus",
        max_length=1000,
        blank=True,
        help_text="Texte de la source qui n'a pas pu être lu : montré tel quel.",
    )
    opening_hours_note = models.CharField("précision sur les horaires", max_length=300, blank=True)
    summary = models.CharField("présentation courte", max_length=280, blank=True)
    description = models.TextField("présentation", max_length=5000, blank=True)

    services = choices_array(enums.Service, "services")
    audiences = choices_array(enums.Audience, "publics spécifiquement adressés")
    special_support = choices_array(enums.SpecialSupport, "prises en charge spécifiques")
    fees = choices_array(enums.Fee, "frais à charge")
    national_programmes = choices_array(enums.NationalProgramme, "dispositifs et programmes nationaux")
    training_labels = choices_array(enums.TrainingLabel, "formations et labels")
    other_labels = ArrayField(
        models.CharField(max_length=150),
        default=list,
        blank=True,
        verbose_name="autres formations et labels",
    )
    access_modes = choices_array(enums.AccessMode, "modalités d'accès")
    support_modes = choices_array(enums.SupportMode, "modalités d'accompagnement")
    mobility = choices_array(enums.Mobility, "itinérance")
    accesslibre_url = models.URLField("fiche Accès libre", max_length=500, blank=True)
    appointment_url = models.URLField("prise de rendez-vous", max_length=500, blank=True)

    # What people ask next, once they know where: is there a computer, a printer, somebody, and may I come in?
    workstations = models.PositiveSmallIntegerField(
        "postes informatiques",
        null=True,
        blank=True,
        validators=[MaxValueValidator(500)],
    )
    has_printer = models.BooleanField("imprimante", null=True, blank=True)
    has_scanner = models.BooleanField("scanner", null=True, blank=True)
    has_wifi = models.BooleanField("Wi-Fi du lieu", null=True, blank=True)
    mediator_present = models.BooleanField("médiateur présent", null=True, blank=True)
    mediator_hours = models.CharField(
        "présence du médiateur",
        max_length=1000,
        blank=True,
        validators=[validate_opening_hours],
    )
    help_by_appointment = models.BooleanField("aide sur rendez-vous", null=True, blank=True)
    equipment_note = models.CharField("précision sur l'équipement", max_length=300, blank=True)
    admission = models.CharField(
        "qui peut entrer",
        max_length=20,
        choices=enums.AdmissionRule.choices,
        default=enums.AdmissionRule.EVERYONE,
    )
    admission_note = models.CharField("précision sur l'entrée", max_length=300, blank=True)
    admission_periods = choices_array(enums.SchoolPeriod, "périodes d'ouverture (vide : toute l'année)")
    wheelchair = models.CharField(
        "accès en fauteuil",
        max_length=10,
        choices=enums.WheelchairAccess.choices,
        default=enums.WheelchairAccess.UNKNOWN,
    )
    access_note = models.CharField("précision sur l'accès", max_length=300, blank=True)

    search_key = models.GeneratedField(
        expression=SearchKey("name", "commune_name", "address"),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name="clé de recherche",
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ["name", "pk"]
        constraints = [
            *Published.published_constraints("place"),
            Reviewed.reviewed_constraint("place"),
            *Located.located_constraints("place"),
            models.CheckConstraint(name="place_name_not_blank", condition=~Q(name__regex=r"^\s*$")),
            models.CheckConstraint(name="place_has_kind", condition=Q(kinds__len__gte=1)),
            models.CheckConstraint(
                name="place_siret_form",
                condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"),
            ),
            models.CheckConstraint(
                name="place_phone_form",
                condition=Q(phone="") | Q(phone__regex=r"^\+\d{8,15}$"),
            ),
            models.CheckConstraint(
                name="place_postal_code_form",
                condition=Q(postal_code="") | Q(postal_code__regex=r"^\d{5}$"),
            ),
            models.CheckConstraint(
                name="place_workstations_bound",
                condition=Q(workstations__isnull=True) | Q(workstations__lte=500),
            ),
            models.CheckConstraint(
                name="place_rna_form",
                condition=Q(rna="") | Q(rna__regex=r"^W[0-9A-Z]\d{8}$"),
            ),
            known_code("host_kind", enums.HostKind, name="place_host_kind_known", or_blank=True),
            known_code(
                "management_mode", enums.ManagementMode, name="place_management_mode_known", or_blank=True
            ),
            known_code("admission", enums.AdmissionRule, name="place_admission_known"),
            known_code("wheelchair", enums.WheelchairAccess, name="place_wheelchair_known"),
            known_codes("kinds", enums.PlaceKind, name="place_kinds_known"),
            known_codes("families", enums.ThirdPlaceFamily, name="place_families_known"),
            known_codes("services", enums.Service, name="place_services_known"),
            known_codes("audiences", enums.Audience, name="place_audiences_known"),
            known_codes(
                "special_support",
                enums.SpecialSupport,
                name="place_special_support_known",
            ),
            known_codes("fees", enums.Fee, name="place_fees_known"),
            known_codes(
                "national_programmes",
                enums.NationalProgramme,
                name="place_programmes_known",
            ),
            known_codes(
                "training_labels",
                enums.TrainingLabel,
                name="place_training_labels_known",
            ),
            known_codes("access_modes", enums.AccessMode, name="place_access_modes_known"),
            known_codes("support_modes", enums.SupportMode, name="place_support_modes_known"),
            known_codes("mobility", enums.Mobility, name="place_mobility_known"),
            known_codes(
                "admission_periods",
                enums.SchoolPeriod,
                name="place_admission_periods_known",
            ),
        ]
        indexes = [
            *Located.located_indexes("place"),
            GinIndex(OpClass("search_key", name="gin_trgm_ops"), name="place_search_trgm"),
            models.Index(fields=["commune", "status"], name="place_commune_status"),
            models.Index(fields=["updated_at", "id"], name="place_updated"),
        ]
        triggers = record_triggers("place")

    def __str__(self) -> str:
        return f"{self.name} – {self.commune_name}" if self.commune_name else self.name

    def get_absolute_url(self) -> str:
        return reverse("place", args=[self.slug])
