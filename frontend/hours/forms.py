"""The weekly grid as a form that works without any script.

Field names, after the prefix: `<weekday>-<line>-start|end|weeks|nths`, `<weekday>-closed|some|shown`, `holidays`,
`appointment`, `note`; `kept` and `keep` when the stored hours say more than the grid shows; `more`, a button: show
another line of that weekday (0 to 6), or only read back (`read`).
"""

from collections.abc import Mapping

from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from frontend.hours.reading import Problem, Reading, read_rows
from frontend.hours.rows import DayRow, rows_of_data, rows_of_grid, weeks_choices
from places.hours import HoursError, check_hours
from places.hours_grid import Holidays, WeekGrid, from_osm, to_osm
from places.hours_words import words_of_grid, words_of_hours

MAX_NOTE = 300
# OSM writes "open as usual" as it writes "nobody said": the note keeps the difference, in the language of the records.
OPEN_ON_HOLIDAYS = "Ouvert aux mêmes heures les jours fériés."
_APPOINTMENT = {"yes": True, "no": False}


class HoursForm:
    """Reads the week, the note and whether help is by appointment.

    After `is_valid()`: `opening_hours` (OSM, "" when nobody gave hours), `opening_hours_note` (300 characters at most),
    `help_by_appointment` (None: not said). Before it, and when it is False, they hold what could be read.
    """

    def __init__(
        self,
        data: MultiValueDict[str, str] | None = None,
        *,
        prefix: str = "hours",
        initial_osm: str = "",
        initial_note: str = "",
        initial_by_appointment: bool | None = None,
    ) -> None:
        self.prefix = prefix
        self.data: MultiValueDict[str, str] = data if data is not None else MultiValueDict()
        self.is_bound = data is not None
        self.initial_osm = initial_osm
        self.initial_note = initial_note
        self.initial_by_appointment = initial_by_appointment
        if wanted := self._wanted_row:
            wanted.show(wanted.shown + 1)

    def is_valid(self) -> bool:
        return self.is_bound and not self.problems

    @property
    def wants_more(self) -> bool:
        """The page must be shown again, with another line or only the reading: nothing was sent for good."""
        return bool(self._text("more"))

    @property
    def errors(self) -> Mapping[str, list[str]]:
        """Sentences by name of field, as Django's forms have them."""
        found: dict[str, list[str]] = {}
        for problem in self.problems:
            found.setdefault(problem.field, []).append(problem.message)
        return found

    @cached_property
    def problems(self) -> list[Problem]:
        if not self.is_bound:
            return []
        week = self._kept_problems() if self.is_kept else [*self._reading.problems, *self._closed_problems()]
        return [*week, *self._note_problems()]

    @property
    def opening_hours(self) -> str:
        if self.is_kept:
            return self.kept
        return to_osm(self._reading.grid) if not self._reading.problems else ""

    @property
    def opening_hours_note(self) -> str:
        is_said = not self.is_kept and self.holidays == "open" and bool(self.opening_hours)
        return f"{OPEN_ON_HOLIDAYS} {self.note}".strip() if is_said else self.note

    @property
    def help_by_appointment(self) -> bool | None:
        if self.is_bound:
            return _APPOINTMENT.get(self._text("appointment"))
        return self.initial_by_appointment

    @property
    def appointment(self) -> str:
        """The choice as the page shows it: "yes", "no" or ""."""
        return {True: "yes", False: "no", None: ""}[self.help_by_appointment]

    @cached_property
    def days(self) -> list[DayRow]:
        if self.is_bound:
            return rows_of_data(self.data, self.prefix)
        return rows_of_grid(from_osm(self.initial_osm) or WeekGrid(), self.prefix)

    @cached_property
    def kept(self) -> str:
        """Stored hours that say more than the grid can show, "" otherwise."""
        if self.is_bound:
            return self._text("kept")
        return self.initial_osm if from_osm(self.initial_osm) is None else ""

    @property
    def is_kept(self) -> bool:
        """Whether those hours stay, rather than be replaced by the grid."""
        return bool(self.kept) and self._text("keep") != "no"

    @property
    def kept_words(self) -> list[str]:
        return words_of_hours(self.kept)

    @property
    def holidays(self) -> Holidays:
        if not self.is_bound:
            grid = from_osm(self.initial_osm)
            return "open" if self._was_open_on_holidays else grid.holidays if grid else ""
        chosen = self._text("holidays")
        return "closed" if chosen == "closed" else "open" if chosen == "open" else ""

    @property
    def note(self) -> str:
        """The free text, without the sentence about holidays that a choice already says."""
        if self.is_bound:
            return " ".join(self._text("note").split())
        return (
            self.initial_note.removeprefix(OPEN_ON_HOLIDAYS).strip()
            if self._was_open_on_holidays
            else self.initial_note
        )

    @property
    def words(self) -> list[str]:
        """The hours read back, as far as they can be."""
        if self.is_kept:
            return self.kept_words
        return [] if self._reading.problems else words_of_grid(self._reading.grid)

    @property
    def weeks_choices(self) -> list[tuple[str, str]]:
        return weeks_choices()

    @property
    def note_errors(self) -> list[str]:
        return [problem.message for problem in self.problems if problem.field == f"{self.prefix}-note"]

    @property
    def week_errors(self) -> list[str]:
        """What is wrong with the week as a whole."""
        names = {f"{self.prefix}-kept", f"{self.prefix}-0-closed"}
        return [problem.message for problem in self.problems if problem.field in names]

    @property
    def max_note(self) -> int:
        return MAX_NOTE

    @property
    def _was_open_on_holidays(self) -> bool:
        return bool(from_osm(self.initial_osm)) and self.initial_note.startswith(OPEN_ON_HOLIDAYS)

    @cached_property
    def _reading(self) -> Reading:
        return read_rows(self.days, self.holidays)

    @property
    def _wanted_row(self) -> DayRow | None:
        wanted = self._text("more")
        return self.days[int(wanted)] if wanted in set("0123456") else None

    def _text(self, name: str) -> str:
        return self.data.get(f"{self.prefix}-{name}") or ""

    def _kept_problems(self) -> list[Problem]:
        """Hours that were stored stay as they are; a text that comes from elsewhere is checked as any other."""
        if self.kept == self.initial_osm:
            return []
        try:
            check_hours(self.kept)
        except HoursError as error:
            return [Problem(f"{self.prefix}-kept", str(error))]
        return []

    def _closed_problems(self) -> list[Problem]:
        if not all(row.is_closed for row in self.days):
            return []
        message = _(
            "Tous les jours sont fermés : laissez la semaine vide si vous ne connaissez pas les horaires."
        )
        return [Problem(f"{self.prefix}-0-closed", message)]

    def _note_problems(self) -> list[Problem]:
        if len(self.opening_hours_note) <= MAX_NOTE:
            return []
        message = _("La précision sur les horaires est trop longue : %(limit)s caractères au plus.")
        return [Problem(f"{self.prefix}-note", message % {"limit": MAX_NOTE})]
