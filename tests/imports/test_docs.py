"""docs/importing.md lists every code with its level, and nothing else."""

import re

from imports.pipeline.codes import CODES
from imports.pipeline.diff import BRAKE_RECORDS, BRAKE_SHARE
from imports.pipeline.fetch import MAX_BYTES, MAX_PAGES, MAX_REDIRECTS, MAX_SECONDS
from tests.imports.shared import CHECKOUT

PAGE = (CHECKOUT / "docs" / "importing.md").read_text(encoding="utf-8")


def test_the_table_of_codes_is_the_code_s_own() -> None:
    table = re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE)

    assert table == [(name, code.level.value) for name, code in CODES.items()]


def test_the_figures_are_those_of_the_code() -> None:
    assert f"more than {BRAKE_RECORDS} records and more than {BRAKE_SHARE:.0%} of the source" in PAGE
    assert (
        f"{MAX_BYTES // 1_000_000} MB, {MAX_SECONDS} s, {MAX_REDIRECTS} redirections, {MAX_PAGES} pages"
        in PAGE
    )
