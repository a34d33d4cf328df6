"""Codes of the catalogue in plain words: what a service means for the person who needs it.

Texts are marked for translation here and translated when they are shown.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from places.enums import AdmissionRule, Service, WifiAccess, WifiState


@dataclass(frozen=True)
class Plain:
    """A title of a few words and the sentence that explains it."""

    title: str
    detail: str
    icon: str = "info"


SERVICES: dict[str, Plain] = {
    Service.ADMINISTRATIVE_HELP: Plain(
        _("Être aidé dans ses démarches"),
        _("Impôts, CAF, retraite, carte grise : on fait la démarche avec vous."),
        "document",
    ),
    Service.EVERYDAY_TOOLS: Plain(
        _("Apprendre à se servir du numérique"),
        _("Ordinateur, téléphone, courriel, photos : les bases, à votre rythme."),
        "laptop",
    ),
    Service.EMPLOYMENT: Plain(
        _("Chercher un emploi en ligne"),
        _("CV, offres, espace France Travail."),
        "briefcase",
    ),
    Service.SAFE_USE: Plain(
        _("Naviguer en sécurité"),
        _("Mots de passe, arnaques, données personnelles."),
        "shield",
    ),
    Service.PARENTING: Plain(
        _("Accompagner ses enfants"),
        _("Écrans, suivi scolaire en ligne, réseaux sociaux."),
        "people",
    ),
    Service.LEISURE: Plain(
        _("Créer et se divertir"),
        _("Photo, vidéo, jeux, impression 3D."),
        "spark",
    ),
    Service.UNDERSTANDING: Plain(
        _("Comprendre le numérique"),
        _("L'actualité, l'intelligence artificielle, les enjeux."),
        "bulb",
    ),
    Service.INTERNET_ACCESS: Plain(
        _("Utiliser un ordinateur ou Internet"),
        _("Du matériel et une connexion à disposition."),
        "screen",
    ),
    Service.AFFORDABLE_EQUIPMENT: Plain(
        _("S'équiper à petit prix"),
        _("Ordinateurs et téléphones à prix solidaire."),
        "basket",
    ),
}

WIFI_ACCESS: dict[str, Plain] = {
    WifiAccess.OPEN: Plain(
        _("Accès libre"),
        _("Choisissez le réseau sur votre appareil : vous êtes connecté, sans mot de passe."),
    ),
    WifiAccess.PORTAL: Plain(
        _("Page d'accueil à valider"),
        _(
            "Choisissez le réseau, ouvrez votre navigateur et acceptez les conditions de la page qui s'affiche."
        ),
    ),
    WifiAccess.ACCOUNT: Plain(
        _("Compte nécessaire"),
        _("Choisissez le réseau, puis saisissez l'identifiant et le mot de passe remis à l'accueil."),
    ),
    WifiAccess.PASSPOINT: Plain(
        _("Connexion automatique"),
        _("Une fois un profil Passpoint installé, votre appareil se connecte tout seul."),
    ),
}

WIFI_STATE: dict[str, Plain] = {
    WifiState.IN_SERVICE: Plain(_("En service"), "", "check"),
    WifiState.DEGRADED: Plain(_("Fonctionne par moments"), "", "alert"),
    WifiState.DOWN: Plain(_("En panne"), "", "alert"),
    WifiState.UNKNOWN: Plain(_("État non connu"), "", "question"),
    WifiState.DISABLED: Plain(_("Hors service"), "", "moon"),
}

ADMISSION: dict[str, Plain] = {
    AdmissionRule.EVERYONE: Plain(_("Ouvert à tous"), _("Vous pouvez entrer librement.")),
    AdmissionRule.RESIDENTS: Plain(
        _("Réservé aux habitants"), _("Pour les habitants de la commune ou de l'intercommunalité.")
    ),
    AdmissionRule.MEMBERS: Plain(
        _("Réservé aux adhérents"), _("Il faut être adhérent ou inscrit ; renseignez-vous à l'accueil.")
    ),
    AdmissionRule.FAMILIES_OF_PUPILS: Plain(
        _("Réservé aux élèves et à leurs familles"), _("Présentez-vous à l'accueil du collège.")
    ),
    AdmissionRule.ON_REQUEST: Plain(
        _("Sur demande à l'accueil"), _("Présentez-vous à l'accueil ou téléphonez avant de venir.")
    ),
}
