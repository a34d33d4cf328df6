"""The built files: hashed names everywhere, contrasts, the rules of the stylesheets."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

STATIC = Path(__file__).resolve().parents[2] / "frontend" / "static" / "frontend"
MODULES = sorted((STATIC / "js").rglob("*.js"))
SHEETS = sorted((STATIC / "css").rglob("*.css"))
IMPORT = re.compile(r'^import [^"]*"(\.[^"]+)"(.?)$', re.MULTILINE)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as production serves them."""
    folder = tmp_path_factory.mktemp("static")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "mapservice.storage.HashedStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        assert staticfiles_storage.url("frontend/js/main.js") != "/static/frontend/js/main.js"
    return folder


def hashed(folder: Path, pattern: str) -> list[Path]:
    """The built copies: a dot, twelve hexadecimal digits, the extension."""
    return [path for path in folder.rglob(pattern) if re.search(r"\.[0-9a-f]{12}\.\w+$", path.name)]


def test_every_import_ends_with_a_semicolon() -> None:
    """Without it the build silently keeps the old name."""
    for module in MODULES:
        endings = {end for _, end in IMPORT.findall(module.read_text(encoding="utf-8"))}
        assert endings <= {";"}, module


def test_modules_import_built_modules_that_exist(built: Path) -> None:
    modules = hashed(built / "frontend" / "js", "*.js")
    assert len(modules) == len(MODULES)
    for module in modules:
        for target, _ in IMPORT.findall(module.read_text(encoding="utf-8")):
            assert re.search(r"\.[0-9a-f]{12}\.js$", target), (module, target)
            assert (module.parent / target).resolve().exists(), (module, target)


def test_sheets_name_built_files_that_exist(built: Path) -> None:
    for sheet in hashed(built / "frontend" / "css", "*.css"):
        for target in re.findall(r'url\("([^"]+)"\)', sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / target).resolve().exists(), (sheet, target)


def test_built_files_are_compressed(built: Path) -> None:
    for path in (*hashed(built / "frontend", "*.js"), *hashed(built / "frontend", "*.css")):
        if path.stat().st_size > 500:
            assert path.with_name(f"{path.name}.br").exists(), path


def test_modules_never_write_html() -> None:
    for module in MODULES:
        text = module.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), module


def test_sheets_follow_the_house_rules() -> None:
    for sheet in SHEETS:
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert "!important" not in text, sheet
        physical = re.findall(
            r"^\s*(?:margin|padding|border)-(?:left|right|top|bottom)\b", text, re.MULTILINE
        )
        assert physical == [], sheet
        if sheet.name not in ("tokens.css", "print.css"):
            assert re.findall(r"#[0-9a-f]{3,8}\b", text) == [], sheet


def test_sheets_use_tokens_that_exist() -> None:
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    used = set(re.findall(r"var\((--[\w-]+)", text))
    defined = set(re.findall(r"^\s*(--[\w-]+):", text, re.MULTILINE))
    assert used - defined == set()
    assert defined - used == set()
