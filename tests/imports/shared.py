"""Real files, when they lie beside the checkout: `MAPSERVICE_SHARED`, or a folder `shared` next to it."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def shared_data() -> Path | None:
    """The folder of real files, or None on a machine that has none."""
    folder = Path(os.environ.get("MAPSERVICE_SHARED", "") or CHECKOUT.parent / "shared") / "data"
    return folder if (folder / "mednum-cnfs" / "cnfs.json").is_file() else None


def header() -> str:
    """The line of pytest's header that says whether the imports are tried on real files."""
    folder = shared_data()
    if folder is None:
        return "real files: ABSENT, imports are tested on tests/imports/samples only (set MAPSERVICE_SHARED)"
    return f"real files: {folder.parent.name}/{folder.name} found, imports are tested on them too"
