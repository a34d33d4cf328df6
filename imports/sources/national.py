"""The national schema of places of digital mediation (v1.0.1) and its early forms.

Early words are those of the schema's versions before 1.0 (`services`, `publics_accueillis`, `conditions_acces`,
`labels_nationaux`). They lead to today's words as the national publisher's own package leads data·inclusion's topics,
which were the same list, to them (`@gouvfr-anct/lieux-de-mediation-numerique`).
"""

from django.db.models import TextChoices

from imports.cleaners.lists import Vocabulary, vocabulary
from places import enums
from places.enums import (
    Audience,
    Fee,
    HostKind,
    NationalProgramme,
    PlaceKind,
    Service,
    SpecialSupport,
    SupportMode,
    TrainingLabel,
)
from places.exports import national as written

# Header variants, by column key (lower case, no accent, `_` between words) → the standard's column.
ALIASES = {
    "identifiant": "id",
    "name": "nom",
    "cp": "code_postal",
    "codepostal": "code_postal",
    "codeinsee": "code_insee",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "long": "longitude",
    "courriel": "courriels",
    "email": "courriels",
    "tel": "telephone",
    "site_internet": "site_web",
    "date_mise_a_jour": "date_maj",
    "publics_accueillis": "publics_specifiquement_adresses",
    "conditions_access": "frais_a_charge",
    "conditions_acces": "frais_a_charge",
    "labels_nationaux": "dispositif_programmes_nationaux",
    "labels_autres": "autres_formations_labels",
    "accessibilite": "fiche_acces_libre",
}
REQUIRED = ("id", "nom")
# Columns of the standard, in its order: those that are read, and kept as received, are those that are written.
COLUMNS = written.COLUMNS

_EARLY_SERVICES = {
    "Devenir autonome dans les démarches administratives": Service.ADMINISTRATIVE_HELP,
    "Gagner en autonomie dans les démarches administratives": Service.ADMINISTRATIVE_HELP,
    "Réaliser des démarches administratives avec un accompagnement": Service.ADMINISTRATIVE_HELP,
    "Être accompagné dans les démarches administratives": Service.ADMINISTRATIVE_HELP,
    "Accompagner les démarches de santé": Service.ADMINISTRATIVE_HELP,
    "Prendre en main un smartphone ou une tablette": Service.EVERYDAY_TOOLS,
    "Prendre en main un ordinateur": Service.EVERYDAY_TOOLS,
    "Utiliser le numérique au quotidien": Service.EVERYDAY_TOOLS,
    "Approfondir ma culture numérique": Service.UNDERSTANDING,
    "Promouvoir la citoyenneté numérique": Service.UNDERSTANDING,
    "Favoriser mon insertion professionnelle": Service.EMPLOYMENT,
    "Créer et développer mon entreprise": Service.EMPLOYMENT,
    "Accéder à une connexion internet": Service.INTERNET_ACCESS,
    "Accéder à du matériel": Service.INTERNET_ACCESS,
    "S'équiper en matériel informatique": Service.AFFORDABLE_EQUIPMENT,
    "Créer avec le numérique": Service.LEISURE,
    "Soutenir la parentalité et l'éducation avec le numérique": Service.PARENTING,
}
_EARLY_AUDIENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "Seniors (+ 65 ans)": (("audiences", Audience.SENIORS),),
    "Familles/enfants": (("audiences", Audience.FAMILIES),),
    "Jeunes (16-26 ans)": (("audiences", Audience.YOUNG_PEOPLE),),
    "Uniquement femmes": (("audiences", Audience.WOMEN),),
    # Everybody is an adult: the word says that nobody in particular is addressed.
    "Adultes": (),
    "Tout public": (),
    "Tous publics": (),
    "Public langues étrangères": (("special_support", SpecialSupport.OTHER_LANGUAGES),),
    "Déficience visuelle": (("special_support", SpecialSupport.VISUAL_IMPAIRMENT),),
    "Surdité": (("special_support", SpecialSupport.DEAFNESS),),
    "Handicaps psychiques": (("special_support", SpecialSupport.MENTAL_DISABILITY),),
    "Handicaps mentaux": (("special_support", SpecialSupport.MENTAL_DISABILITY),),
    "Personnes en situation d'illettrisme": (("special_support", SpecialSupport.ILLITERACY),),
}
_EARLY_FEES = {
    "Adhésion": Fee.PAID,
    "Pass numérique": Fee.FREE_CONDITIONAL,
    "Accepte le Pass numérique": Fee.FREE_CONDITIONAL,
}
_EARLY_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "CNFS": (("national_programmes", NationalProgramme.DIGITAL_ADVISERS),),
    "Conseiller numérique": (("national_programmes", NationalProgramme.DIGITAL_ADVISERS),),
    "Grandes écoles du numérique": (("national_programmes", NationalProgramme.GRANDE_ECOLE),),
    "Point numérique CAF": (("national_programmes", NationalProgramme.CAF_POINT),),
    "Point relais CAF": (("national_programmes", NationalProgramme.CAF_POINT),),
    "Fabriques de Territoire": (("training_labels", TrainingLabel.FABRIQUE_TERRITOIRE),),
}
_EARLY_SUPPORT = {
    "Seul": SupportMode.ALONE,
    "Avec de l'aide": SupportMode.INDIVIDUAL,
    "Dans un atelier": SupportMode.WORKSHOP,
    "À ma place": SupportMode.INDIVIDUAL,
}


def _one(field: str, words: dict[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    return {word: ((field, code),) for word, code in words.items()}


# Column → its words. Lists only: the other columns have a cleaner each in `imports.pipeline.clean`.
VOCABULARIES: dict[str, Vocabulary] = {
    "services": vocabulary("services", Service, _one("services", dict(_EARLY_SERVICES))),
    "publics_specifiquement_adresses": vocabulary("audiences", Audience, _EARLY_AUDIENCES),
    "prise_en_charge_specifique": vocabulary("special_support", SpecialSupport),
    "frais_a_charge": vocabulary("fees", Fee, _one("fees", dict(_EARLY_FEES))),
    "dispositif_programmes_nationaux": vocabulary(
        "national_programmes", NationalProgramme, _EARLY_LABELS, keep_unknown_in="other_labels"
    ),
    "formations_labels": vocabulary("training_labels", TrainingLabel, keep_unknown_in="other_labels"),
    "modalites_acces": vocabulary("access_modes", enums.AccessMode),
    "modalites_accompagnement": vocabulary(
        "support_modes", SupportMode, _one("support_modes", dict(_EARLY_SUPPORT))
    ),
    "itinerance": vocabulary("mobility", enums.Mobility),
}
CHOICES: dict[str, type[TextChoices]] = {
    "services": Service,
    "audiences": Audience,
    "special_support": SpecialSupport,
    "fees": Fee,
    "national_programmes": NationalProgramme,
    "training_labels": TrainingLabel,
    "access_modes": enums.AccessMode,
    "support_modes": SupportMode,
    "mobility": enums.Mobility,
}

# What houses the place, from its typologies; the first of this list that the line has wins.
HOSTS = {
    "RFS": HostKind.FRANCE_SERVICES,
    "MSAP": HostKind.FRANCE_SERVICES,
    "BIB": HostKind.LIBRARY,
    "RELAIS_LECTURE": HostKind.LIBRARY,
    "CD": HostKind.DEPARTMENT_BUILDING,
    "DEPT": HostKind.DEPARTMENT_BUILDING,
    "MDS": HostKind.DEPARTMENT_BUILDING,
    "CS": HostKind.SOCIAL_CENTRE,
    "CSC": HostKind.SOCIAL_CENTRE,
    "EVS": HostKind.SOCIAL_CENTRE,
    "MJC": HostKind.YOUTH_CENTRE,
    "PIJ_BIJ": HostKind.YOUTH_CENTRE,
    "ML": HostKind.EMPLOYMENT_OFFICE,
    "FT": HostKind.EMPLOYMENT_OFFICE,
    "PE": HostKind.EMPLOYMENT_OFFICE,
    "LA_POSTE": HostKind.POST_OFFICE,
    "MUNI": HostKind.TOWN_HALL,
    "EPCI": HostKind.COMMUNITY,
    "CC": HostKind.COMMUNITY,
    "ASSO": HostKind.ASSOCIATION,
}
KINDS = {"TIERS_LIEUX": PlaceKind.THIRD_PLACE, "FABLAB": PlaceKind.THIRD_PLACE}
