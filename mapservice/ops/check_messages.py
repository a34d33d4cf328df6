"""Compiles every catalogue again and fails when the committed one says something else.

Meanings are compared, not bytes: two versions of msgfmt do not write the same file.
"""

import gettext
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def meanings(compiled: Path) -> dict[object, str]:
    """What a compiled catalogue answers, by message (and by plural form), its dated header left out."""
    with compiled.open("rb") as file:
        catalogue = vars(gettext.GNUTranslations(file))["_catalog"]
    return {message: text for message, text in catalogue.items() if message}


def fault_of(source: Path, workshop: Path) -> str | None:
    """A sentence when the catalogue beside `source` is missing, wrong or late."""
    fresh = workshop / "fresh.mo"
    command = ["msgfmt", "--check", "--output-file", str(fresh), str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        return result.stderr.strip()
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or meanings(compiled) != meanings(fresh):
        return f"{source.relative_to(ROOT)} was changed and not compiled: run make messages."
    return None


def main() -> int:
    """Returns the exit code: 1 when a catalogue has a fault."""
    with tempfile.TemporaryDirectory() as folder:
        sources = sorted(ROOT.glob("*/locale/*/LC_MESSAGES/*.po"))
        faults = [fault for source in sources if (fault := fault_of(source, Path(folder)))]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
