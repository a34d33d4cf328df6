"""The lists of the forms, in the plain words of the public pages: (code, words) or (code, Told)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from frontend import plain
from places import enums

Choices = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """A label of a few words and the sentence that explains it. No mapping: Django would take it for a group."""

    title: str
    detail: str = ""

    # What templates tell it by; a text has a `title` too.
    explains: ClassVar = True

    def __str__(self) -> str:
        return self.title


def named(choices: Any) -> Callable[[], Choices]:
    """Codes and translated labels of a controlled list."""
    return lambda: [(code, _(str(label))) for code, label in choices.choices]


def explained(table: dict[str, plain.Plain]) -> Callable[[], Choices]:
    """Codes with a title and the sentence that explains it."""
    return lambda: [
        (code, Told(_(each.title), _(each.detail) if each.detail else "")) for code, each in table.items()
    ]


def kinds() -> Choices:
    connected = Told(
        _("Un espace connecté"), _("On y trouve un ordinateur, Internet, ou quelqu'un pour aider.")
    )
    third = Told(
        _("Un tiers-lieu"),
        _("On y travaille, fabrique ou apprend ensemble : bureaux partagés, fablab, atelier…"),
    )
    return [(enums.PlaceKind.CONNECTED_SPACE.value, connected), (enums.PlaceKind.THIRD_PLACE.value, third)]


def hosts() -> Choices:
    return [("", _("Je ne sais pas")), *named(enums.HostKind)()]


def modes_of_management() -> Choices:
    return [("", _("Je ne sais pas")), *named(enums.ManagementMode)()]


def yes_no() -> Choices:
    return [("yes", _("Oui")), ("no", _("Non")), ("", _("Je ne sais pas"))]


def wheelchair() -> Choices:
    return [
        (enums.WheelchairAccess.YES.value, _("Oui, seul")),
        (enums.WheelchairAccess.LIMITED.value, _("Oui, avec de l'aide")),
        (enums.WheelchairAccess.NO.value, _("Non")),
        (enums.WheelchairAccess.UNKNOWN.value, _("Je ne sais pas")),
    ]


def points() -> Choices:
    """How the form says where the place is; `pin` needs coordinates, which the map fills in."""
    return [
        ("address", _("D'après l'adresse")),
        ("pin", _("À l'endroit que j'indique")),
        ("town_hall", _("À la mairie, faute d'adresse")),
    ]


def settings() -> Choices:
    return [
        (enums.WifiSetting.INDOOR.value, _("À l'intérieur")),
        (enums.WifiSetting.OUTDOOR.value, _("En extérieur")),
    ]


def wifi_access() -> Choices:
    return [*explained(plain.WIFI_ACCESS)(), ("", Told(_("Je ne sais pas")))]


def topics() -> Choices:
    """What is wrong, in the words of who stood before the door. `stale` is the service's own."""
    return [
        (enums.ReportTopic.CLOSED.value, _("C'est fermé")),
        (enums.ReportTopic.MOVED.value, _("Ça a déménagé")),
        (enums.ReportTopic.WRONG_HOURS.value, _("Les horaires sont faux")),
        (enums.ReportTopic.OTHER.value, _("Autre chose")),
    ]


def wifi_topics() -> Choices:
    return [
        (enums.ReportTopic.CLOSED.value, _("Ça ne marche plus")),
        (enums.ReportTopic.MOVED.value, _("La borne n'est plus là")),
        (enums.ReportTopic.WRONG_HOURS.value, _("Les horaires sont faux")),
        (enums.ReportTopic.OTHER.value, _("Autre chose")),
    ]
