"""Which of the useful answers a record gives: what a citizen asks before leaving home."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from places.enums import LocationOrigin, WheelchairAccess, WifiState
from places.models import Place, WifiPoint

# Points that nobody placed on purpose.
_VAGUE = (LocationOrigin.TOWN_HALL, LocationOrigin.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Question:
    """`words` complete « il manque… »; `name` is the field of the form that answers it, or "photo" or "state"."""

    name: str
    words: str | Promise
    is_answered: Callable[[Any], bool]


def _filled(name: str) -> Callable[[Any], bool]:
    return lambda record: getattr(record, name) not in ("", [], None)


def _is_placed(record: Place | WifiPoint) -> bool:
    return record.location is not None and record.location_origin not in _VAGUE


PLACE: tuple[Question, ...] = (
    Question(
        "opening_hours",
        gettext_lazy("les horaires"),
        lambda place: bool(place.opening_hours) or place.help_by_appointment is True,
    ),
    Question(
        "holidays",
        gettext_lazy("ce qui se passe les jours fériés"),
        lambda place: (
            not place.opening_hours or "PH" in place.opening_hours or bool(place.opening_hours_note)
        ),
    ),
    Question("services", gettext_lazy("ce qu'on peut y faire"), _filled("services")),
    Question(
        "phone", gettext_lazy("un téléphone ou un courriel"), lambda place: bool(place.phone or place.emails)
    ),
    Question("address", gettext_lazy("le numéro et la rue"), _filled("address")),
    Question("point", gettext_lazy("le point exact sur la carte"), _is_placed),
    Question(
        "wheelchair",
        gettext_lazy("l'accès en fauteuil roulant"),
        lambda place: place.wheelchair != WheelchairAccess.UNKNOWN,
    ),
    Question("workstations", gettext_lazy("le nombre d'ordinateurs"), _filled("workstations")),
    Question("has_wifi", gettext_lazy("le Wi-Fi pour les visiteurs"), _filled("has_wifi")),
    Question("has_printer", gettext_lazy("l'imprimante"), _filled("has_printer")),
    Question(
        "mediator_present", gettext_lazy("la présence de quelqu'un pour aider"), _filled("mediator_present")
    ),
    Question("fees", gettext_lazy("ce que cela coûte"), _filled("fees")),
    Question("summary", gettext_lazy("une phrase de présentation"), _filled("summary")),
    Question("photo", gettext_lazy("une photo"), lambda place: bool(getattr(place, "has_photo", False))),
)
WIFI: tuple[Question, ...] = (
    Question("ssids", gettext_lazy("le nom du réseau"), _filled("ssids")),
    Question("access", gettext_lazy("comment se connecter"), _filled("access")),
    Question("is_free", gettext_lazy("si c'est gratuit"), _filled("is_free")),
    Question(
        "opening_hours",
        gettext_lazy("les heures de service"),
        lambda wifi: bool(wifi.opening_hours) or wifi.place_id is not None,
    ),
    Question("point", gettext_lazy("le point exact sur la carte"), _is_placed),
    Question("state", gettext_lazy("l'état de la borne"), lambda wifi: wifi.state != WifiState.UNKNOWN),
)


@dataclass(frozen=True, slots=True)
class Completeness:
    """`missing` in the order of the questions."""

    total: int
    missing: tuple[Question, ...]

    @property
    def filled(self) -> int:
        return self.total - len(self.missing)

    @property
    def is_whole(self) -> bool:
        return not self.missing


def completeness_of(record: Place | WifiPoint) -> Completeness:
    """Of a place, reads `has_photo` when it was annotated; asks the database nothing."""
    questions: Sequence[Question] = PLACE if isinstance(record, Place) else WIFI
    return Completeness(
        len(questions), tuple(question for question in questions if not question.is_answered(record))
    )
