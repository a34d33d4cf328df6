"""Imports go one way (docs/adr/002): lower rooms never import upper ones."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What each room may import of ours. `mapservice` is the wiring; a few of its rooms are shared tools below every app.
SHARED = {
    "mapservice.geo",
    "mapservice.api",
    "mapservice.post",
    "mapservice.accounts.permissions",
    "mapservice.clients",
    "mapservice.read_only",
}
ALLOWED: dict[str, set[str]] = {
    "mapservice.geo": SHARED,
    "mapservice.api": SHARED,
    "mapservice.post": SHARED,
    "mapservice.accounts.permissions": set(),
    "mapservice.clients": set(),
    "mapservice.read_only": set(),
    "places": SHARED | {"places"},
    "mobile_units": SHARED | {"places", "mobile_units"},
    "imports": SHARED | {"places", "mobile_units", "imports"},
    "frontend": {"mapservice", "places", "mobile_units", "imports", "frontend"},
}
# Leaves of an app: they hold words and rules, and know no model.
LEAVES = ("enums", "validators", "hours", "functions", "triggers")
OURS = {"places", "mobile_units", "imports", "frontend", "mapservice"}


def room_of(module: str) -> str:
    """The most precise room of ALLOWED that holds the module, or its top package."""
    rooms = [room for room in ALLOWED if module == room or module.startswith(f"{room}.")]
    return max(rooms, key=len) if rooms else module.split(".", maxsplit=1)[0]


def imported(path: Path) -> set[str]:
    """Our own modules that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.split(".")[0] in OURS}


def modules() -> dict[str, Path]:
    """Every module of ours, by dotted name; migrations import what they must."""
    paths = [path for app in OURS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


def test_rooms_import_downwards_only() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, path in modules().items()
        if room_of(module) in ALLOWED
        for name in sorted(imported(path))
        if not any(name == room or name.startswith(f"{room}.") for room in ALLOWED[room_of(module)])
    ]
    assert wrong == []


def test_leaves_know_no_model() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, path in modules().items()
        if module.split(".")[-1] in LEAVES and module.count(".") == 1
        for name in sorted(imported(path))
        if ".models" in name or ".querysets" in name or ".services" in name
    ]
    assert wrong == []
