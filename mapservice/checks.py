"""System checks: a wrong installation is told at start, with a number, a sentence and what to do about it.

Checks of the database run with `check --database default` and before `migrate`: they ask what the server offers, not
what the migrations have made. GDAL and GEOS are needed earlier, to import the models: see libraries.py.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, connections

# The tag of our own checks of settings.
OURS = "mapservice"
EXTENSIONS = ("postgis", "unaccent", "pg_trgm", "btree_gist")
POSTGIS_MINIMUM = (3, 2)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


@register(Tags.database)
def check_postgis(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E001 the server does not answer, E002 an extension is missing, E003 PostGIS is too old."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        try:
            messages += _check_extensions(_offered_extensions(alias))
        except DatabaseError:
            messages.append(
                Error(
                    "The database does not answer.",
                    hint="Is PostgreSQL running, and does DATABASE_URL lead to it? `make setup` starts the private one.",
                    obj=alias,
                    id="mapservice.E001",
                )
            )
    return messages


def _offered_extensions(alias: str) -> dict[str, str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name, coalesce(installed_version, default_version) FROM pg_available_extensions"
            " WHERE name = ANY(%s)",
            [list(EXTENSIONS)],
        )
        return dict(cursor.fetchall())


def _check_extensions(offered: dict[str, str]) -> list[CheckMessage]:
    missing = [name for name in EXTENSIONS if name not in offered]
    if missing:
        return [
            Error(
                f"PostgreSQL lacks these extensions: {', '.join(missing)}.",
                hint="Install postgresql-contrib and postgresql-<version>-postgis-3 beside the server.",
                id="mapservice.E002",
            )
        ]
    if _version(offered["postgis"]) < POSTGIS_MINIMUM:
        return [
            Error(
                f"PostGIS {offered['postgis']} is too old.",
                hint=f"The service needs {'.'.join(map(str, POSTGIS_MINIMUM))} or newer.",
                id="mapservice.E003",
            )
        ]
    return []


@register(Tags.database)
def check_departements(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E004: the territory names a département that the reference, once loaded, does not know."""
    if not databases:
        return []
    departement = apps.get_model("places", "Departement")
    try:
        known = set(departement._base_manager.values_list("code", flat=True))
    except DatabaseError:
        return []  # Before the first `migrate` there is nothing to compare with; E001 tells of a silent server.
    unknown = [code for code in settings.TERRITORY["departements"] if known and code not in known]
    if not unknown:
        return []
    return [
        Error(
            f"TERRITORY_DEPARTEMENTS names départements that the reference lacks: {', '.join(unknown)}.",
            hint="Load their reference territories (fixtures/README.md) or correct the setting.",
            id="mapservice.E004",
        )
    ]


def _is_box(box: Sequence[float]) -> bool:
    west, south, east, north = box
    return -180 <= west < east <= 180 and -90 <= south < north <= 90


@register(OURS)
def check_territory(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """E010 a box is not one, E011 the territory lies outside what is served."""
    extent, bounds = settings.TERRITORY["extent"], settings.SERVED_BOUNDS
    messages: list[CheckMessage] = [
        Error(
            f"{name} is not a box: {box}.",
            hint="Give west,south,east,north in degrees (WGS 84), west before east and south before north.",
            id="mapservice.E010",
        )
        for name, box in (("TERRITORY_EXTENT", extent), ("SERVED_BOUNDS", bounds))
        if not _is_box(box)
    ]
    if not messages and not (
        bounds[0] <= extent[0]
        and bounds[1] <= extent[1]
        and extent[2] <= bounds[2]
        and extent[3] <= bounds[3]
    ):
        messages.append(
            Error(
                "TERRITORY_EXTENT reaches beyond SERVED_BOUNDS.",
                hint="Points there would be refused: widen SERVED_BOUNDS or correct the extent.",
                id="mapservice.E011",
            )
        )
    return messages


@register(OURS)
def check_codes(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """E012: a code is not a département's."""
    codes = settings.TERRITORY["departements"]
    if codes and all(2 <= len(code) <= 3 and code.isalnum() for code in codes):
        return []
    return [
        Error(
            "TERRITORY_DEPARTEMENTS must list the codes of one département at least.",
            hint="For example 55, or 2A,2B.",
            id="mapservice.E012",
        )
    ]


@register(OURS)
def check_contact(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """E013: an e-mail address that is none."""
    messages: list[CheckMessage] = []
    for name in ("CONTACT_EMAIL", "DEFAULT_FROM_EMAIL"):
        try:
            validate_email(getattr(settings, name))
        except ValidationError:
            messages.append(
                Error(
                    f"{name} is not an e-mail address.",
                    hint="Write it without a name, as in contact@example.org.",
                    id="mapservice.E013",
                )
            )
    return messages


@register(OURS)
def check_basemap(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """E014 the base map's address has no place for a tile, E015 it comes without its attribution."""
    url = settings.BASEMAP["url"]
    if not url:
        return []
    messages: list[CheckMessage] = []
    if not all(part in url for part in ("{z}", "{x}", "{y}")):
        messages.append(
            Error(
                "BASEMAP_URL does not say where a tile's numbers go.",
                hint="It must contain {z}, {x} and {y}.",
                id="mapservice.E014",
            )
        )
    if not settings.BASEMAP["attribution"].strip():
        messages.append(
            Error(
                "The base map is shown without the attribution its licence asks for.",
                hint="Set BASEMAP_ATTRIBUTION.",
                id="mapservice.E015",
            )
        )
    return messages


@register(OURS, deploy=True)
def check_production(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """W020 staff without second factor, W021 placeholder contact, W022 insecure addresses, W023 demo accounts."""
    wrong = [
        (
            not settings.STAFF_MFA_REQUIRED,
            "Staff may sign in without a second factor.",
            "Leave STAFF_MFA_REQUIRED on.",
        ),
        (
            settings.CONTACT_EMAIL.endswith(".invalid"),
            "Visitors have no address to write to.",
            "Set CONTACT_EMAIL: the legal and accessibility pages show it.",
        ),
        (
            any(urlsplit(url).scheme == "http" for url in (settings.SITE_URL, settings.BASEMAP["url"])),
            "The site or its base map would be loaded without encryption.",
            "SITE_URL and BASEMAP_URL must start with https://.",
        ),
        (
            settings.DEMO_ACCOUNTS_ALLOWED,
            "Demonstration accounts may be made here.",
            "Use mapservice.settings.prod.",
        ),
    ]
    return [
        Warning(sentence, hint=hint, id=f"mapservice.W{20 + number:03}")
        for number, (is_wrong, sentence, hint) in enumerate(wrong)
        if is_wrong
    ]
