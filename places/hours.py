"""Opening hours: OSM `opening_hours` texts, checked on input and evaluated for France.

The text is kept as typed. What the evaluating library would read wrongly is refused with a sentence: school holidays
(`SH` has no calendar there), `PH` joined to weekdays (a space acts as "or"), comments, and forms such as `9h00` or
`24/7` that other readers of our exports damage. So is what it would guess: the sun (it takes 07:00 and 19:00
everywhere), an open end, a rule without hours, a day that no calendar has.

Texts speak in wall time and are evaluated in it: `availability` makes instants of it.
"""

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # its stubs lack it

PARIS = ZoneInfo("Europe/Paris")
MAX_LENGTH = 1000

_REFUSED: tuple[tuple[re.Pattern[str], str, Promise], ...] = (
    (
        re.compile(r"\bSH\b"),
        "hours_school_holidays",
        _(
            "« SH » (vacances scolaires) n'est pas géré : écrivez des dates, par exemple « Jul 04-Aug 31 off »."
        ),
    ),
    (
        re.compile(r"""["“”«»]"""),
        "hours_comment",
        _("Pas de commentaire entre guillemets dans les horaires : utilisez la note."),
    ),
    (
        re.compile(r"\d\s*[hH]\s*\d{0,2}"),
        "hours_french",
        _("Écrivez 09:00 plutôt que 9h00."),
    ),
    (
        re.compile(r"[–—]"),
        "hours_dash",
        _("Utilisez le trait d'union court « - » entre deux heures ou deux jours."),
    ),
    (
        re.compile(r"\s-|-\s"),
        "hours_spaces",
        _("Pas d'espace autour du trait d'union : « 09:00-12:00 »."),
    ),
    (
        re.compile(r"\b24/7\b"),
        "hours_always",
        _("Écrivez « Mo-Su 00:00-24:00 » plutôt que « 24/7 »."),
    ),
    (
        re.compile(r"\bPH\s*,|,\s*PH\b|\bPH\s+(?:Mo|Tu|We|Th|Fr|Sa|Su)\b|\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\s+PH\b"),
        "hours_holidays_joined",
        _(
            "Donnez aux jours fériés (« PH ») une règle à part, après un point-virgule : « Mo-Fr 09:00-12:00; PH off »."
        ),
    ),
)
_GUESSED: tuple[tuple[re.Pattern[str], str, Promise], ...] = (
    (
        re.compile(r"sunrise|sunset|dawn|dusk", re.IGNORECASE),
        "hours_sun",
        _("Écrivez des heures plutôt que le lever ou le coucher du soleil."),
    ),
    (
        re.compile(r"\d\d:\d\d\s*\+"),
        "hours_open_end",
        _("Donnez une heure de fin : « 10:00-12:00 » plutôt que « 10:00+ »."),
    ),
    (
        re.compile(r"\d\d:\d\d\s*/"),
        "hours_repeated",
        _("Écrivez chaque plage horaire : les répétitions « 10:00-16:00/01:30 » ne sont pas gérées."),
    ),
    (
        re.compile(r"(\d\d:\d\d)-\1"),
        "hours_empty_range",
        _("Une plage horaire commence et finit à la même heure."),
    ),
    (
        re.compile(r"\b(?:Feb\s+(?:30|31)|(?:Apr|Jun|Sep|Nov)\s+31)\b"),
        "hours_impossible_date",
        _("Ces horaires citent une date qui n'existe pas."),
    ),
)
_RULE_END = re.compile(r"\s*(?:;|\|\|)\s*")
_SAYS_WHEN = re.compile(r"\d\d:\d\d-\d\d:\d\d|\b(?:off|closed|unknown)\b")
_ONE_DIGIT_HOUR = re.compile(r"(?<![\d:])(\d):(\d\d)")


class HoursError(ValueError):
    """An opening-hours text that is refused. `code` is stable; the message is a sentence for the reader."""

    def __init__(self, code: str, message: Promise | str) -> None:
        super().__init__(str(message))
        self.code = code


def tidy_hours(text: str) -> str:
    """The text with single spaces, two-digit hours and no last semicolon: none of it can alter its meaning."""
    return _ONE_DIGIT_HOUR.sub(r"0\1:\2", " ".join(text.split())).rstrip("; ")


def check_hours(text: str) -> None:
    """Raises HoursError unless the text is read, without any warning, the way its author means it."""
    if len(text) > MAX_LENGTH:
        raise HoursError(
            "hours_too_long",
            _("Ces horaires sont trop longs (1 000 caractères au plus)."),
        )
    _refuse(_REFUSED, text)
    try:
        warnings = OpeningHours(text, country="FR").warnings
    except ParserError as error:
        raise HoursError(
            "hours_unreadable",
            _(
                "Ces horaires ne se lisent pas. Exemple : « Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off »."
            ),
        ) from error
    if warnings:
        raise HoursError(
            "hours_doubtful",
            _("Ces horaires sont ambigus : séparez les règles par des points-virgules."),
        )
    _refuse(_GUESSED, text)
    if not all(_SAYS_WHEN.search(rule) for rule in _RULE_END.split(text)):
        raise HoursError(
            "hours_missing",
            _("Une règle ne donne ni heures ni fermeture : écrivez « Mo-Fr 09:00-12:00 » ou « Sa off »."),
        )


def _refuse(refusals: tuple[tuple[re.Pattern[str], str, Promise], ...], text: str) -> None:
    for pattern, code, message in refusals:
        if pattern.search(text):
            raise HoursError(code, message)


@lru_cache(maxsize=4096)
def parse_hours(text: str) -> OpeningHours | None:
    """The evaluator of a stored text, or None when it cannot be read: unknown, never "closed".

    It takes and gives naive wall times. Ask it for `intervals` between two dates, which are lazy: `next_change` looks
    8,000 years ahead when nothing changes any more, and takes most of a second. Cached by text: parsing costs ten
    times an evaluation.
    """
    try:
        return OpeningHours(text, country="FR")
    except ParserError:
        return None
