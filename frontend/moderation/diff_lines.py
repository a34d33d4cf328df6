"""One line of the difference, as the page shows it."""

from dataclasses import dataclass

from frontend.moderation.compare import Chunk, WeekDay
from frontend.moderation.editing import Editor
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
