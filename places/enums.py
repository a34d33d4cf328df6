"""Controlled lists of the catalogue.

Codes are English and stable (API, database); labels are French. A list taken from the national schema of digital
mediation places (v1.0.1) carries that schema's exact value as its label: exports write it, imports recognise it,
pages translate it. Labels are therefore plain texts marked for translation, never lazy objects.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_noop as _


class Status(TextChoices):
    """Life of a public record. Nothing that was published is deleted: it is closed on a date."""

    DRAFT = "draft", _("brouillon")
    PUBLISHED = "published", _("publié")
    CLOSED = "closed", _("fermé définitivement")


class PlaceKind(TextChoices):
    CONNECTED_SPACE = "connected_space", _("Espace connecté")
    THIRD_PLACE = "third_place", _("Tiers-lieu")


class HostKind(TextChoices):
    """What houses the place: it tells citizens which door to push."""

    LIBRARY = "library", _("Médiathèque ou bibliothèque")
    TOWN_HALL = "town_hall", _("Mairie")
    FRANCE_SERVICES = "france_services", _("Maison France Services")
    COLLEGE = "college", _("Collège qui ouvre son équipement")
    DEPARTMENT_BUILDING = "department_building", _("Bâtiment du Département")
    SOCIAL_CENTRE = "social_centre", _("Centre social ou espace de vie sociale")
    ASSOCIATION = "association", _("Association")
    POST_OFFICE = "post_office", _("Bureau de poste")
    YOUTH_CENTRE = "youth_centre", _("Lieu d'accueil des jeunes")
    EMPLOYMENT_OFFICE = "employment_office", _("Agence pour l'emploi ou mission locale")
    COMMUNITY = "community", _("Intercommunalité")
    COMPANY = "company", _("Entreprise")
    OTHER = "other", _("Autre lieu")


class ThirdPlaceFamily(TextChoices):
    """The seven families of the national census of third places."""

    COWORKING = "coworking", _("Bureaux partagés / Coworking")
    CULTURAL = (
        "cultural",
        _("Tiers-lieu culturel / Lieux intermédiaires et indépendants"),
    )
    MAKERSPACE = "makerspace", _("Fablab / Makerspace / Hackerspace (Espaces du Faire)")
    CRAFT_WORKSHOP = "craft_workshop", _("Ateliers artisanaux partagés")
    LIVING_LAB = "living_lab", _("LivingLab / Laboratoire d'innovation sociale")
    FOOD_GROWING = "food_growing", _("Tiers-lieu nourricier")
    SHARED_KITCHEN = "shared_kitchen", _("Cuisine partagée / Foodlab")


class ManagementMode(TextChoices):
    ASSOCIATION = "association", _("Association")
    CITIZENS = "citizens", _("Collectif citoyen")
    PUBLIC_BODY = "public_body", _("Collectivités")
    COMPANY = "company", _("SARL-SA-SAS")
    SCIC = "scic", _("SCIC")
    SCOP = "scop", _("SCOP")
    UNIVERSITY = "university", _("Universités / écoles / EPST")
    SCHOOL = "school", _("Établissements scolaires")


class Service(TextChoices):
    """`services` of the national schema."""

    ADMINISTRATIVE_HELP = "administrative_help", _("Aide aux démarches administratives")
    EVERYDAY_TOOLS = "everyday_tools", _("Maîtrise des outils numériques du quotidien")
    EMPLOYMENT = "employment", _("Insertion professionnelle via le numérique")
    SAFE_USE = "safe_use", _("Utilisation sécurisée du numérique")
    PARENTING = "parenting", _("Parentalité et éducation avec le numérique")
    LEISURE = "leisure", _("Loisirs et créations numériques")
    UNDERSTANDING = "understanding", _("Compréhension du monde numérique")
    INTERNET_ACCESS = "internet_access", _("Accès internet et matériel informatique")
    AFFORDABLE_EQUIPMENT = (
        "affordable_equipment",
        _("Acquisition de matériel informatique à prix solidaire"),
    )


class Audience(TextChoices):
    """`publics_specifiquement_adresses` of the national schema."""

    YOUNG_PEOPLE = "young_people", _("Jeunes")
    STUDENTS = "students", _("Étudiants")
    FAMILIES = "families", _("Familles et/ou enfants")
    SENIORS = "seniors", _("Seniors")
    WOMEN = "women", _("Femmes")


class SpecialSupport(TextChoices):
    """`prise_en_charge_specifique` of the national schema."""

    DEAFNESS = "deafness", _("Surdité")
    MOTOR_DISABILITY = "motor_disability", _("Handicaps moteurs")
    MENTAL_DISABILITY = "mental_disability", _("Handicaps mentaux")
    ILLITERACY = "illiteracy", _("Illettrisme")
    ENGLISH = "english", _("Langues étrangères (anglais)")
    OTHER_LANGUAGES = "other_languages", _("Langues étrangères (autres)")
    VISUAL_IMPAIRMENT = "visual_impairment", _("Déficience visuelle")


class Fee(TextChoices):
    """`frais_a_charge` of the national schema."""

    FREE = "free", _("Gratuit")
    FREE_CONDITIONAL = "free_conditional", _("Gratuit sous condition")
    PAID = "paid", _("Payant")


class NationalProgramme(TextChoices):
    """`dispositif_programmes_nationaux` of the national schema."""

    AIDANTS_CONNECT = "aidants_connect", _("Aidants Connect")
    DIGITAL_LIBRARY = "digital_library", _("Bibliothèques numérique de référence")
    PIX = "pix", _("Certification PIX")
    DIGITAL_ADVISERS = "digital_advisers", _("Conseillers numériques")
    EMMAUS_CONNECT = "emmaus_connect", _("Emmaüs Connect")
    FRANCE_SERVICES = "france_services", _("France Services")
    GRANDE_ECOLE = "grande_ecole", _("Grande école du numérique")
    RED_CROSS = "red_cross", _("La Croix Rouge")
    CAF_POINT = "caf_point", _("Point d'accès numérique CAF")
    PROMENEURS = "promeneurs", _("Promeneurs du net")
    EMMAUS_RELAY = "emmaus_relay", _("Relais numérique (Emmaüs Connect)")


class TrainingLabel(TextChoices):
    """`formations_labels` of the national schema."""

    ESPACE_SANTE = "espace_sante", _("Formé à « Mon Espace Santé »")
    DUPLEX = "duplex", _("Formé à « DUPLEX » (illettrisme)")
    ARNIA = "arnia", _("Arnia/MedNum BFC (Bourgogne-Franche-Comté)")
    REUSE_NORMANDIE = (
        "reuse_normandie",
        _("Collectif ressources et acteurs réemploi (Normandie)"),
    )
    FABRIQUE_TERRITOIRE = "fabrique_territoire", _("Fabriques de Territoire")
    ECLAIREURS = "eclaireurs", _("Les Éclaireurs du numérique (Drôme)")
    MES_PAPIERS = "mes_papiers", _("Mes Papiers (Métropole de Lyon)")
    ORDI_3_0 = "ordi_3_0", _("ORDI 3.0")
    SUD_LABS = "sud_labs", _("SUD LABS (PACA)")


class AccessMode(TextChoices):
    """`modalites_acces` of the national schema."""

    WALK_IN = "walk_in", _("Se présenter")
    PHONE = "phone", _("Téléphoner")
    EMAIL = "email", _("Contacter par mail")
    ONLINE_APPOINTMENT = "online_appointment", _("Prendre un RDV en ligne")
    NO_PUBLIC = "no_public", _("Ce lieu n'accueille pas de public")
    PRESCRIPTION = "prescription", _("Envoyer un mail avec une fiche de prescription")


class SupportMode(TextChoices):
    """`modalites_accompagnement` of the national schema."""

    ALONE = "alone", _("En autonomie")
    INDIVIDUAL = "individual", _("Accompagnement individuel")
    WORKSHOP = "workshop", _("Dans un atelier collectif")
    REMOTE = "remote", _("À distance")


class Mobility(TextChoices):
    """`itinerance` of the national schema."""

    MOBILE = "mobile", _("Itinérant")
    FIXED = "fixed", _("Fixe")


class AdmissionRule(TextChoices):
    """Who may come in. A collège or an office of the département does not admit everyone at all times."""

    EVERYONE = "everyone", _("Ouvert à tous")
    RESIDENTS = "residents", _("Habitants de la commune ou de l'intercommunalité")
    MEMBERS = "members", _("Adhérents ou inscrits")
    FAMILIES_OF_PUPILS = "families_of_pupils", _("Élèves et leurs familles")
    ON_REQUEST = "on_request", _("Sur demande à l'accueil")


class SchoolPeriod(TextChoices):
    TERM_TIME = "term_time", _("En période scolaire")
    HOLIDAYS = "holidays", _("Pendant les vacances scolaires")


class WheelchairAccess(TextChoices):
    YES = "yes", _("Accessible en fauteuil roulant")
    LIMITED = "limited", _("Accessible en fauteuil avec aide")
    NO = "no", _("Non accessible en fauteuil roulant")
    UNKNOWN = "unknown", _("Accessibilité non renseignée")


class LocationOrigin(TextChoices):
    """Where a point comes from, from the most to the least trusted."""

    SURVEYED = "surveyed", _("relevé sur place")
    PLACED = "placed", _("placé à la main sur la carte")
    SOURCE = "source", _("fourni par la source")
    GEOCODED = "geocoded", _("calculé depuis l'adresse")
    TOWN_HALL = "town_hall", _("mairie de la commune, faute de mieux")
    UNKNOWN = "unknown", _("origine inconnue")


class LocationPrecision(TextChoices):
    HOUSE_NUMBER = "house_number", _("au numéro")
    STREET = "street", _("à la rue")
    LOCALITY = "locality", _("au lieu-dit")
    MUNICIPALITY = "municipality", _("à la commune")
    UNKNOWN = "unknown", _("précision inconnue")


class WifiSetting(TextChoices):
    INDOOR = "indoor", _("intérieur")
    OUTDOOR = "outdoor", _("extérieur")


class WifiAccess(TextChoices):
    """What a citizen has to do to get online."""

    OPEN = "open", _("libre")
    PORTAL = "portal", _("portail")
    ACCOUNT = "account", _("compte")
    PASSPOINT = "passpoint", _("passpoint")


class WifiState(TextChoices):
    """Health of the service at a Wi-Fi point, as known on a date."""

    IN_SERVICE = "in_service", _("en service")
    DEGRADED = "degraded", _("dégradé")
    DOWN = "down", _("en panne")
    UNKNOWN = "unknown", _("inconnu")
    DISABLED = "disabled", _("désactivé")


class StateOrigin(TextChoices):
    """Who said so: a person, the supervision of the equipment, or a source file."""

    PERSON = "person", _("signalé par une personne")
    SUPERVISION = "supervision", _("supervision du réseau")
    SOURCE = "source", _("fourni par la source")
    UNKNOWN = "unknown", _("origine inconnue")


# --- proposals ------------------------------------------------------------------------------------------------------


class ProposalKind(TextChoices):
    NEW_PLACE = "new_place", _("nouveau lieu")
    NEW_WIFI_POINT = "new_wifi_point", _("nouvelle borne Wi-Fi")
    CHANGE = "change", _("correction")
    TEMPORARY_CLOSURE = "temporary_closure", _("fermeture temporaire")
    PERMANENT_CLOSURE = "permanent_closure", _("fermeture définitive")
    MERGE = "merge", _("doublon à fusionner")
    PHOTO = "photo", _("photo")
    REPORT = "report", _("signalement")
    CLAIM = "claim", _("demande de gestion")


class ProposalStatus(TextChoices):
    """`unverified` waits for its author's e-mail and shows to nobody else; the next three wait for a moderator."""

    UNVERIFIED = "unverified", _("adresse à vérifier")
    PENDING = "pending", _("à traiter")
    QUESTION = "question", _("question posée")
    ASIDE = "aside", _("mise de côté")
    ACCEPTED = "accepted", _("acceptée")
    PARTLY_ACCEPTED = "partly_accepted", _("acceptée en partie")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée")


# Waiting for a decision, in the queue.
OPEN_STATUSES = (ProposalStatus.PENDING, ProposalStatus.QUESTION, ProposalStatus.ASIDE)
DECIDED_STATUSES = (ProposalStatus.ACCEPTED, ProposalStatus.PARTLY_ACCEPTED, ProposalStatus.REFUSED)


class ProposalOrigin(TextChoices):
    FORM = "form", _("formulaire public")
    PARTNER = "partner", _("espace partenaire")
    API = "api", _("API")
    IMPORT = "import", _("import")
    FRESHNESS = "freshness", _("fiche sans nouvelles")
    STAFF = "staff", _("équipe")


class ReportTopic(TextChoices):
    CLOSED = "closed", _("le lieu est fermé")
    MOVED = "moved", _("le lieu a déménagé")
    WRONG_HOURS = "wrong_hours", _("les horaires sont faux")
    STALE = "stale", _("personne n'a confirmé cette fiche")
    OTHER = "other", _("autre chose")


class Verdict(TextChoices):
    """What a moderator decided about a proposal."""

    ACCEPT = "accept", _("acceptée")
    ACCEPT_PARTLY = "accept_partly", _("acceptée en partie")
    REFUSE = "refuse", _("refusée")
    # A trusted partner's change, applied without waiting.
    APPLY = "apply", _("appliquée aussitôt")


class MemberRole(TextChoices):
    OWNER = "owner", _("responsable")
    EDITOR = "editor", _("rédacteur")


class PhotoStatus(TextChoices):
    PENDING = "pending", _("à traiter")
    PUBLISHED = "published", _("publiée")
    REMOVED = "removed", _("retirée")


class ApiScope(TextChoices):
    READ_INVENTORY = "read_inventory", _("lire l'inventaire")
    WRITE_PROPOSALS = "write_proposals", _("déposer des propositions")


class CampaignState(TextChoices):
    DRAFT = "draft", _("en préparation")
    RUNNING = "running", _("en cours")
    ENDED = "ended", _("terminée")


class FreshnessAnswer(TextChoices):
    """How a request to look at a record again ended."""

    WAITING = "waiting", _("sans réponse")
    CONFIRMED = "confirmed", _("toujours exact")
    CHANGED = "changed", _("corrigée")
    FLAGGED = "flagged", _("signalée à la modération")
