"""The health of the data: what lacks in it, why that matters to whom, and where each line is mended.

Each check is one QuerySet, so that its count, its pages and its file say the same. For staff: in French.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format

from mapservice.post.models import OutgoingMail
from mapservice.questions import data_gaps as gaps
from mapservice.questions.data_gaps import WIFI_DOWN_DAYS, Rows
from mobile_units.models import MobileUnit, Stop
from places.exports.national import DEMANDS
from places.models import Place, WifiPoint


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to mend: its name, what is wrong in a few words, and the page where it is put right."""

    name: str
    detail: str
    url: str
    verb: str = "Corriger"


@dataclass(frozen=True, slots=True)
class Check:
    """`rows` in a total order; `line` reads one of them, and asks the database nothing."""

    key: str
    title: str
    why: str
    rows: Callable[[], Rows]
    line: Callable[[Any], Line]

    def count(self) -> int:
        return self.rows().count()

    def lines(self, rows: Iterable[Any]) -> Iterator[Line]:
        return map(self.line, rows)


# --- where things are mended ----------------------------------------------------------------------------------------


def place_line(detail: Callable[[Place], str]) -> Callable[[Place], Line]:
    return lambda place: Line(
        str(place), detail(place), reverse("admin:places_place_change", args=[place.pk])
    )


def wifi_line(detail: Callable[[WifiPoint], str]) -> Callable[[WifiPoint], Line]:
    return lambda wifi: Line(
        str(wifi), detail(wifi), reverse("admin:places_wifipoint_change", args=[wifi.pk])
    )


def twin_line(place: Any) -> Line:
    address = f"{reverse('moderation-merge')}?garder={place.pk}&fermer={place.twin}"
    return Line(str(place), f"au même point que « {place.twin_name} »", address, "Comparer")


def mail_line(mail: OutgoingMail) -> Line:
    detail = f"{date_format(mail.created_at, 'SHORT_DATE_FORMAT')} : {mail.last_error or 'sans réponse'}"
    return Line(mail.subject, detail, reverse("moderation-mails"), "Voir les courriels")


def unit_line(unit: MobileUnit) -> Line:
    return Line(
        str(unit), "aucun passage à venir", reverse("desk-unit", args=[unit.pk]), "Ouvrir la planification"
    )


def stop_line(stop: Stop) -> Line:
    return Line(
        str(stop), "aucun passage à venir", reverse("desk-stop", args=[stop.pk]), "Ouvrir la planification"
    )


# --- in words -------------------------------------------------------------------------------------------------------

_LACKING = {
    "services": "un service",
    "pivot": "un SIRET ou un RNA",
    "adresse": "une adresse",
    "commune": "une commune",
    "code_postal": "un code postal",
}


def since_words(record: Any) -> str:
    return f"sans nouvelles depuis le {date_format(record.since, 'DATE_FORMAT')}"


def hours_words(place: Place) -> str:
    return place.opening_hours or place.opening_hours_received


def point_words(record: Place | WifiPoint) -> str:
    if record.location is None:
        return "aucun point"
    return f"{record.get_location_precision_display()}, {record.get_location_origin_display()}"


def outside_words(record: Place | WifiPoint) -> str:
    return f"hors de {record.commune.name}" if record.commune else ""


def state_words(wifi: WifiPoint) -> str:
    day = f" depuis le {date_format(wifi.state_on, 'DATE_FORMAT')}" if wifi.state_on else ""
    return f"{wifi.get_state_display()}{day}"


def lacking_words(place: Place) -> str:
    """As the demands of the file say it, read here from the record that was fetched already."""
    lacks = {
        "services": not place.services,
        "pivot": not (place.siret or place.rna or settings.EXPORT["default_pivot"]),
        "adresse": not any(letter.isalnum() for letter in place.address),
        "commune": not any(letter.isalpha() for letter in place.commune_name),
        "code_postal": not place.postal_code,
    }
    return "il manque " + ", ".join(_LACKING[name] for name in DEMANDS if lacks[name])


CHECKS: tuple[Check, ...] = (
    Check(
        "horaires-illisibles",
        "Horaires illisibles",
        "Le site affiche « horaires inconnus » : la recherche « ouvert maintenant » ignore ces lieux.",
        gaps.unreadable_hours,
        place_line(hours_words),
    ),
    Check(
        "sans-horaires",
        "Sans horaires",
        "Un habitant ne sait pas quand venir, et le lieu n'apparaît jamais comme ouvert.",
        gaps.missing_hours,
        place_line(lambda _place: "ni horaires, ni rendez-vous"),
    ),
    Check(
        "sans-services",
        "Sans service",
        "Rien ne dit ce qu'on peut y faire, et le fichier national écarte ces lieux.",
        gaps.without_services,
        place_line(lambda _place: "aucun service coché"),
    ),
    Check(
        "jours-feries",
        "Jours fériés non précisés",
        "Le site les donne ouverts un 1er mai ou un 14 juillet : « PH off » ou une note suffit.",
        gaps.no_holiday_rule,
        place_line(hours_words),
    ),
    Check(
        "lieux-anciens",
        "Lieux sans nouvelles",
        "La fiche prévient les habitants de vérifier avant de se déplacer : un appel suffit souvent.",
        gaps.stale_places,
        place_line(since_words),
    ),
    Check(
        "bornes-anciennes",
        "Bornes Wi-Fi sans nouvelles",
        "Personne n'a dit depuis longtemps que ces bornes sont toujours là.",
        gaps.stale_points,
        wifi_line(since_words),
    ),
    Check(
        "points-imprecis",
        "Lieux mal placés ou sans point",
        "Sans point précis, un lieu est loin de sa porte sur la carte, ou absent des résultats autour de soi.",
        gaps.vague_places,
        place_line(point_words),
    ),
    Check(
        "bornes-imprecises",
        "Bornes Wi-Fi mal placées ou sans point",
        "Une borne ne se capte qu'à quelques dizaines de mètres : son point doit être exact.",
        gaps.vague_points,
        wifi_line(point_words),
    ),
    Check(
        "meme-point",
        "Deux lieux au même point",
        "Souvent un doublon : fusionnez-les, ou dites une fois pour toutes qu'ils sont distincts.",
        gaps.twins,
        twin_line,
    ),
    Check(
        "hors-commune",
        "Lieux hors de leur commune",
        "L'adresse et le point se contredisent : l'un des deux envoie les habitants au mauvais endroit.",
        gaps.misplaced_places,
        place_line(outside_words),
    ),
    Check(
        "bornes-hors-commune",
        "Bornes Wi-Fi hors de leur commune",
        "L'adresse et le point se contredisent.",
        gaps.misplaced_points,
        wifi_line(outside_words),
    ),
    Check(
        "bornes-en-panne",
        "Bornes Wi-Fi en panne ou d'état inconnu",
        f"Rien de neuf depuis {WIFI_DOWN_DAYS} jours : quelqu'un doit passer voir, ou prévenir l'exploitant.",
        gaps.wifi_down,
        wifi_line(state_words),
    ),
    Check(
        "unites-sans-passage",
        "Unités mobiles sans passage à venir",
        "Le véhicule est publié mais ne va nulle part : tournée à prolonger, ou unité à fermer.",
        gaps.idle_units,
        unit_line,
    ),
    Check(
        "arrets-sans-passage",
        "Arrêts publiés sans passage à venir",
        "L'arrêt reste sur la carte alors que rien n'y passe.",
        gaps.idle_stops,
        stop_line,
    ),
    Check(
        "hors-fichier-national",
        "Absents du fichier national",
        "L'État et la Région ne les voient pas : il manque ce que le schéma national exige.",
        gaps.not_exported,
        place_line(lacking_words),
    ),
    Check(
        "courriels",
        "Courriels non partis",
        "Quelqu'un attend une réponse qui n'est jamais arrivée.",
        gaps.failed_mails,
        mail_line,
    ),
)
BY_KEY = {check.key: check for check in CHECKS}


@dataclass(frozen=True, slots=True)
class Result:
    check: Check
    count: int


def results() -> list[Result]:
    """Every check with its count, in the order of CHECKS; one query each, one more to read the hours."""
    return [Result(check, check.count()) for check in CHECKS]
