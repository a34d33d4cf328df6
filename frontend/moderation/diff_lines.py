"""One line of the difference, as the page shows it."""

from dataclasses import dataclass

from frontend.moderation.compare import Chunk, WeekDay, chunks, weeks_beside
from frontend.moderation.editing import Editor
from frontend.words import today
from places.proposals.difference import Row, Words
from places.proposals.values import FieldProblem


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the difference, with the control that changes it before it is accepted."""

    row: Row
    editor: Editor | None
    is_taken: bool
    is_edited: bool
    before: list[Chunk]
    after: list[Chunk]
    week: list[WeekDay]
    problem: FieldProblem | None

    @property
    def live(self) -> Words:
        return self._own(self.row.live, self.row.proposed)

    @property
    def proposed(self) -> Words:
        return self._own(self.row.proposed, self.row.live)

    def _own(self, words: Words, others: Words) -> Words:
        """Of hours that a week shows whole, only the phrases that the other side lacks."""
        if not self.week or self.row.state != "change":
            return words
        return [one for one in words if one not in others] or words


def line_of(
    row: Row,
    *,
    proposed: Editor | None,
    typed: Editor | None,
    is_taken: bool,
    problem: FieldProblem | None,
) -> Line:
    """`proposed` is the control as it was proposed, `typed` the same as it came back."""
    before: list[Chunk] = []
    after: list[Chunk] = []
    if isinstance(row.live, str) and isinstance(row.proposed, str):
        before, after = chunks(row.live, row.proposed)
    return Line(row, typed, is_taken, typed != proposed, before, after, week_of_row(row), problem)


def week_of_row(row: Row) -> list[WeekDay]:
    """The texts themselves, in the order of the columns; a week beside nothing says no more than the phrases."""
    base, live, proposed = (str(value or "") for value in row.values)
    if row.kind != "hours" or row.state not in ("change", "conflict") or not (live and proposed):
        return []
    return weeks_beside([base, live, proposed] if row.state == "conflict" else [live, proposed], today())
