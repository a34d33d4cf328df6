"""docs/planning-files.md tells every column and every issue, and no other."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from imports.pipeline.codes import typeset
from imports.tours.codes import CODES
from imports.tours.columns import NAMES, NEEDED
from imports.tours.planning import read_planning

DOC = (Path(settings.BASE_DIR) / "docs" / "planning-files.md").read_text(encoding="utf-8")


def rows(first: str, last: str) -> list[list[str]]:
    part = DOC.split(first, 1)[1].split(last, 1)[0]
    return [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in part.splitlines()
        if line.startswith("| `")
    ]


def test_every_column_is_explained_in_order() -> None:
    found = rows("## The file", "An example:")
    assert tuple(row[0].strip("`") for row in found) == NAMES
    assert tuple(row[0].strip("`") for row in found if row[1] == "yes") == NEEDED


def test_every_issue_is_told_with_its_level_and_sentence() -> None:
    told = {row[0].strip("`"): (row[1], row[2]) for row in rows("## Issues", "\0")}
    assert told == {
        code: (issue.level.value, re.sub(r"%\(\w+\)s", "…", issue.sentence)) for code, issue in CODES.items()
    }


def test_the_example_is_read_without_an_issue() -> None:
    example = DOC.split("An example:", 1)[1].split("```")[1].strip()
    reading = read_planning(example.encode(), bounds=settings.SERVED_BOUNDS)
    assert (reading.read, reading.accepted, reading.issues) == (2, 2, ())


@pytest.mark.parametrize("code", CODES)
def test_sentences_end_and_can_be_typeset(code: str) -> None:
    sentence = CODES[code].sentence
    assert sentence[-1] in ".?s"
    assert " ;" not in typeset(sentence)
    assert "'" not in re.sub(r"\w'\w", "", sentence)
