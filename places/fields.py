"""One description per public field: its name, its words, its type, its column in the national schema.

Serializers, the API's light lists, queryables, exports and imports are made from these tables, so that a field is
added once and shows everywhere. What is not described here never leaves the service: private contacts and internal
notes are absent on purpose, and a test says so.
"""

from dataclasses import dataclass
from typing import Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_noop as _

from places import enums

FieldType = Literal["string", "integer", "number", "boolean", "date", "date-time", "array"]


@dataclass(frozen=True, slots=True)
class Field:
    """A public field.

    `name` is both the model's attribute (a database column of the same name) and the JSON property. `national` is the
    column of the national schema (v1.0.1) that carries it, when one does; lists go there joined by `|`. `is_light`
    fields are in the light lists of the map; the others only in the detail and in whole collections.

    With `parts`, the field is no column but a list of related records, under the name by which the model reaches them
    and in their own order; each is an object of these fields.
    """

    name: str
    label: str
    json_type: FieldType = "string"
    choices: type[TextChoices] | None = None
    national: str = ""
    is_light: bool = False
    parts: "tuple[Field, ...]" = ()

    @property
    def json_schema(self) -> dict[str, object]:
        """The field as JSON Schema (OpenAPI 3.0 flavour of `format`)."""
        codes: dict[str, object] = {"enum": list(self.choices.values)} if self.choices else {}
        if self.parts:
            return {"type": "array", "items": self._part_schema(), "title": self.label}
        if self.json_type == "array":
            return {"type": "array", "items": {"type": "string", **codes}, "title": self.label}
        if self.json_type in ("date", "date-time"):
            return {"type": "string", "format": self.json_type, "title": self.label}
        return {"type": self.json_type, **codes, "title": self.label}

    def _part_schema(self) -> dict[str, object]:
        return {
            "type": "object",
            "required": [part.name for part in self.parts],
            "properties": {part.name: part.json_schema for part in self.parts},
            "additionalProperties": False,
        }


LIFE_FIELDS = (
    Field("status", _("Statut"), choices=enums.Status),
    Field("closed_on", _("Fermé le"), "date"),
    Field("is_demo", _("Donnée de démonstration"), "boolean", is_light=True),
    Field("source_name", _("Source"), national="source"),
    Field("edited_on", _("Mis à jour le"), "date", national="date_maj"),
    Field("confirmed_on", _("Confirmé le"), "date"),
    Field("updated_at", _("Modifié le"), "date-time"),
)
ADDRESS_FIELDS = (
    Field("address", _("Adresse"), national="adresse", is_light=True),
    Field("address_complement", _("Complément d'adresse"), national="complement_adresse"),
    Field("postal_code", _("Code postal"), national="code_postal", is_light=True),
    Field("commune_name", _("Commune"), national="commune", is_light=True),
    Field("insee_code", _("Code INSEE"), national="code_insee", is_light=True),
)
POINT_FIELDS = (
    Field("location_origin", _("Origine du point"), choices=enums.LocationOrigin),
    Field("location_precision", _("Précision du point"), choices=enums.LocationPrecision),
    Field("location_score", _("Score du géocodage"), "number"),
    Field("location_on", _("Point relevé le"), "date"),
)

PLACE_FIELDS: tuple[Field, ...] = (
    Field("slug", _("Adresse de la page"), is_light=True),
    Field("name", _("Nom"), national="nom", is_light=True),
    Field("kinds", _("Genres"), "array", enums.PlaceKind, is_light=True),
    Field("host_kind", _("Hébergé par"), choices=enums.HostKind, is_light=True),
    Field("families", _("Familles de tiers-lieu"), "array", enums.ThirdPlaceFamily),
    Field("management_mode", _("Mode de gestion"), choices=enums.ManagementMode),
    Field("typologies", _("Typologies nationales"), "array", national="typologie"),
    Field("siret", _("SIRET")),
    Field("rna", _("RNA")),
    Field("parent_organisation", _("Structure parente"), national="structure_parente"),
    *ADDRESS_FIELDS,
    *POINT_FIELDS,
    Field("phone", _("Téléphone"), national="telephone"),
    Field("emails", _("Courriels"), "array", national="courriels"),
    Field("websites", _("Sites web"), "array", national="site_web"),
    Field("opening_hours", _("Horaires"), national="horaires", is_light=True),
    Field("opening_hours_received", _("Horaires tels que reçus")),
    Field("opening_hours_note", _("Précision sur les horaires")),
    Field("summary", _("Présentation courte"), national="presentation_resume"),
    Field("description", _("Présentation"), national="presentation_detail"),
    Field("services", _("Services"), "array", enums.Service, national="services", is_light=True),
    Field("audiences", _("Publics"), "array", enums.Audience, national="publics_specifiquement_adresses"),
    Field(
        "special_support",
        _("Prises en charge"),
        "array",
        enums.SpecialSupport,
        national="prise_en_charge_specifique",
    ),
    Field("fees", _("Frais à charge"), "array", enums.Fee, national="frais_a_charge"),
    Field(
        "national_programmes",
        _("Programmes nationaux"),
        "array",
        enums.NationalProgramme,
        national="dispositif_programmes_nationaux",
    ),
    Field(
        "training_labels",
        _("Formations et labels"),
        "array",
        enums.TrainingLabel,
        national="formations_labels",
    ),
    Field("other_labels", _("Autres labels"), "array", national="autres_formations_labels"),
    Field("access_modes", _("Modalités d'accès"), "array", enums.AccessMode, national="modalites_acces"),
    Field(
        "support_modes",
        _("Modalités d'accompagnement"),
        "array",
        enums.SupportMode,
        national="modalites_accompagnement",
    ),
    Field("mobility", _("Itinérance"), "array", enums.Mobility, national="itinerance"),
    Field("accesslibre_url", _("Fiche Acceslibre"), national="fiche_acces_libre"),
    Field("appointment_url", _("Prise de rendez-vous"), national="prise_rdv"),
    Field("workstations", _("Postes informatiques"), "integer"),
    Field("has_printer", _("Imprimante"), "boolean"),
    Field("has_scanner", _("Scanner"), "boolean"),
    Field("has_wifi", _("Wi-Fi du lieu"), "boolean"),
    Field("mediator_present", _("Médiateur présent"), "boolean"),
    Field("mediator_hours", _("Présence du médiateur")),
    Field("help_by_appointment", _("Aide sur rendez-vous"), "boolean"),
    Field("equipment_note", _("Précision sur l'équipement")),
    Field("admission", _("Qui peut entrer"), choices=enums.AdmissionRule),
    Field("admission_note", _("Précision sur l'entrée")),
    Field("admission_periods", _("Périodes d'ouverture"), "array", enums.SchoolPeriod),
    Field("wheelchair", _("Accès en fauteuil"), choices=enums.WheelchairAccess),
    Field("access_note", _("Précision sur l'accès")),
    *LIFE_FIELDS,
)

# Every closure that is recorded, those that are over too: what is told then changes by writing only, never by waiting.
CLOSURES = Field(
    "closures",
    _("Fermetures temporaires"),
    "array",
    parts=(
        Field("starts_on", _("Premier jour"), "date"),
        Field("ends_on", _("Dernier jour"), "date"),
        Field("reason", _("Motif")),
    ),
)

WIFI_FIELDS: tuple[Field, ...] = (
    Field("slug", _("Adresse de la page"), is_light=True),
    Field("name", _("Nom"), is_light=True),
    Field("place_id", _("Lieu hôte"), is_light=True),
    Field("ssids", _("Noms du réseau (SSID)"), "array"),
    Field("setting", _("Emplacement"), choices=enums.WifiSetting, is_light=True),
    *ADDRESS_FIELDS,
    *POINT_FIELDS,
    Field("access", _("Accès"), choices=enums.WifiAccess, is_light=True),
    Field("is_free", _("Gratuit"), "boolean"),
    Field("has_openroaming", _("OpenRoaming"), "boolean"),
    Field("max_duration_minutes", _("Durée maximale (minutes)"), "integer"),
    Field("opening_hours", _("Horaires"), is_light=True),
    Field("operator", _("Exploitant")),
    Field("programme", _("Programme")),
    Field("state", _("État du service"), choices=enums.WifiState, is_light=True),
    Field("state_on", _("État constaté le"), "date"),
    Field("state_origin", _("État constaté par"), choices=enums.StateOrigin),
    Field("commissioned_on", _("Mis en service le"), "date"),
    *LIFE_FIELDS,
)

COMMUNE_FIELDS: tuple[Field, ...] = (
    Field("name", _("Nom"), is_light=True),
    Field("departement_id", _("Département"), is_light=True),
    Field("epci_id", _("EPCI")),
    Field("postal_codes", _("Codes postaux"), "array", is_light=True),
    Field("population", _("Population"), "integer", is_light=True),
)
