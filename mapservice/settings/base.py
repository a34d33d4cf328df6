"""What every environment shares. Each variable read here is explained in docs/running.md."""

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from mapservice.settings import env
from mapservice.settings.accounts import *  # noqa: F403 - settings modules extend one another
from mapservice.settings.logs import LOGGING  # noqa: F401 - a setting

BASE_DIR = Path(__file__).resolve().parent.parent.parent

INSTALLED_APPS = [
    "frontend",
    "imports",
    "mobile_units",
    "places",
    "mapservice",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "leaflet",
    "rest_framework",
    "rest_framework_gis",
    "drf_spectacular",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    # Outermost: every answer is counted, those of the middlewares below included.
    "mapservice.middleware.RequestLogMiddleware",
    # What is open to everybody: readable from any site, compressed on the way; problems made below included.
    "mapservice.api.middleware.CrossOriginMiddleware",
    "mapservice.api.middleware.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Around those that answer by themselves: a refusal is a page too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "frontend.middleware.VisitorLanguageMiddleware",
    # Before anything that costs or reads a body, after what chooses the language of their sentence.
    "mapservice.middleware.BodyLimitMiddleware",
    "mapservice.api_keys.ApiKeyMiddleware",
    "mapservice.middleware.RateLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mapservice.accounts.middleware.ClosedPagesMiddleware",
    "mapservice.accounts.middleware.SecondFactorMiddleware",
    "mapservice.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "mapservice.urls"
WSGI_APPLICATION = "mapservice.wsgi.application"
# A page typed without its last slash is found; under /api/v1/ no address has one, so nothing is redirected there.
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The private cluster that mapservice/ops/postgres.sh started leaves its address here; DATABASE_URL overrides it.
_PRIVATE_DATABASE_URL = BASE_DIR / ".local" / "database_url"
DATABASES: dict[str, Any] = {
    "default": {
        **dj_database_url.parse(
            env.secret("DATABASE_URL", "")
            or (
                _PRIVATE_DATABASE_URL.read_text(encoding="utf-8").strip()
                if _PRIVATE_DATABASE_URL.exists()
                else "postgis:///mapservice"
            ),
            conn_max_age=60,
            conn_health_checks=True,
        ),
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "ATOMIC_REQUESTS": False,
    }
}
# A database that does not answer must become a 503 while the visitor still waits.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time: the public reads French first; instants are stored aware and said in Paris time.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français")), ("en", _("anglais")), ("de", _("allemand"))]
LOCALE_PATHS = [BASE_DIR / "frontend" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# Where GDAL and GEOS lie, when they are not where Django looks for them.
GDAL_LIBRARY_PATH = env.text("GDAL_LIBRARY_PATH", "") or None
GEOS_LIBRARY_PATH = env.text("GEOS_LIBRARY_PATH", "") or None

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "mapservice.storage.HashedStaticFilesStorage"},
}

# What sign-in counts (attempts, codes used once) is shared by every process: it lies in the database, written a few
# times a day. Rates of the public API are counted by each process in its own memory: a write in the database for
# every reading would cost more than the reading.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "mapservice_cache",
    },
    "rates": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "rates",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}

# Bodies: nothing public takes more than a small form; uploads get their own bound where they are accepted
# (mapservice/uploads.py).
MAX_BODY_BYTES = env.integer("MAX_BODY_BYTES", 1_000_000, minimum=1_000)
MAX_PHOTO_BYTES = env.integer("MAX_PHOTO_BYTES", 8_000_000, minimum=1_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# Requests each client may send to the public API (`120/min`); empty: no limit.
RATE_LIMIT_API = env.rate("RATE_LIMIT_API")
# How many reverse proxies of ours stand before the service: 0 believes no forwarding header at all.
PROXY_COUNT = env.integer("PROXY_COUNT", 0)

# Base map: none by default, so that a first visit calls no third party; our outlines are drawn without it.
BASEMAP: dict[str, Any] = {
    "url": env.url("BASEMAP_URL", ""),
    "attribution": env.text("BASEMAP_ATTRIBUTION", "© IGN"),
    "max_zoom": env.integer("BASEMAP_MAX_ZOOM", 19),
}
# Browsers may load tiles from the base map's own host and from no other; `{s}` stands for its mirrors.
basemap_sources = [env.origin(BASEMAP["url"])] if BASEMAP["url"] else []

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *basemap_sources],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "mapservice.faults.form_refused"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}

# The territory served. Everything that names the Meuse is data or one of these settings.
TERRITORY: dict[str, Any] = {
    "name": env.text("TERRITORY_NAME", "Meuse"),
    "departements": env.items("TERRITORY_DEPARTEMENTS", ["55"]),
    "operator": env.text("TERRITORY_OPERATOR", "Département de la Meuse"),
    # (west, south, east, north) in degrees, WGS 84: what the map shows first.
    "extent": env.box("TERRITORY_EXTENT", [4.85, 48.36, 5.90, 49.66]),
}
# (west, south, east, north) in degrees: a point outside is refused. Metropolitan France, Corsica and islands included.
SERVED_BOUNDS = env.box("SERVED_BOUNDS", [-5.6, 41.2, 9.8, 51.3])
# School holidays follow the zone of the académie: Nancy-Metz is in zone B.
SCHOOL_ZONE = env.text("SCHOOL_ZONE", "B")
# What a trusted partner changes without a decision; * stands for any end of a name.
PARTNER_DIRECT_FIELDS = env.items(
    "PARTNER_DIRECT_FIELDS",
    ["opening_hours*", "phone", "emails", "websites", "appointment_url", "contact_*"],
)
# What strangers may send, as (most, seconds): proposals, and codes asked again, by e-mail address and by network.
PROPOSAL_LIMITS: dict[str, dict[str, list[tuple[int, int]]]] = {
    "submission": {
        "email": [
            (env.integer("PROPOSALS_PER_HOUR", 10, minimum=1), 3600),
            (env.integer("PROPOSALS_PER_DAY", 30, minimum=1), 86_400),
        ],
        "network": [
            (env.integer("PROPOSALS_PER_HOUR_NETWORK", 40, minimum=1), 3600),
            (env.integer("PROPOSALS_PER_DAY_NETWORK", 120, minimum=1), 86_400),
        ],
    },
    # Reports without an address: two taps each.
    "report": {
        "network": [
            (env.integer("REPORTS_PER_HOUR_NETWORK", 30, minimum=1), 3600),
            (env.integer("REPORTS_PER_DAY_NETWORK", 100, minimum=1), 86_400),
        ],
    },
    "code": {
        "email": [(env.integer("PROPOSAL_CODES_PER_HOUR", 5, minimum=1), 3600)],
        "network": [(env.integer("PROPOSAL_CODES_PER_HOUR_NETWORK", 20, minimum=1), 3600)],
    },
}
SITE_NAME = env.text("SITE_NAME", "La carte des lieux connectés")
CONTACT_EMAIL = env.text("CONTACT_EMAIL", "contact@exemple.invalid")
# The address under which the public knows the service: for links in e-mails, feeds and files.
SITE_URL = env.url("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", CONTACT_EMAIL)

# Long work that a page asks for: kept in our database, run by `manage.py run_worker` (docs/adr/012).
TASKS: dict[str, Any] = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# (name, function, hour in Paris): what the worker does once a day. Passages reach thirteen months ahead: after the clocks
# have changed, before the first bus leaves.
DAILY_WORK: list[tuple[str, str, str]] = [
    ("passages", "mobile_units.management.commands.expand_passages.expand_today", "03:40"),
    ("forget_mails", "mapservice.post.privacy.forget_mails", "04:10"),
    ("forget_tasks", "mapservice.post.tasks.forget_tasks", "04:20"),
    ("forget_sessions", "mapservice.accounts.sessions.forget_sessions", "04:30"),
    ("forget_persons", "places.privacy.forget.forget", "04:40"),
    ("page_views", "places.services.page_views.fold_old_views", "04:50"),
    ("freshness_campaigns", "places.freshness.campaigns.end_past", "00:20"),
    ("freshness_flags", "places.freshness.flags.flag_silent", "07:10"),
    ("moderation_digest", "frontend.moderation.digest.send_digest", "07:30"),
    ("freshness_reminders", "places.freshness.reminders.send_reminders", "09:00"),
]
# After so many days a mail keeps its subject, its dates and the domain of its address; text and person are erased.
MAIL_KEPT_DAYS = env.integer("MAIL_KEPT_DAYS", 30, minimum=1)
# How long what tells of persons is kept (docs/privacy.md): the daily work `forget_persons` erases it afterwards.
UNVERIFIED_PROPOSALS_KEPT_DAYS = env.integer("UNVERIFIED_PROPOSALS_KEPT_DAYS", 7, minimum=1)
PROPOSALS_KEPT_MONTHS = env.integer("PROPOSALS_KEPT_MONTHS", 12, minimum=1)
REFUSED_PROPOSALS_KEPT_MONTHS = env.integer("REFUSED_PROPOSALS_KEPT_MONTHS", 6, minimum=1)
UNUSED_PHOTOS_KEPT_DAYS = env.integer("UNUSED_PHOTOS_KEPT_DAYS", 30, minimum=1)
NETWORKS_KEPT_DAYS = env.integer("NETWORKS_KEPT_DAYS", 30, minimum=1)
INVITATIONS_KEPT_DAYS = env.integer("INVITATIONS_KEPT_DAYS", 30, minimum=1)
ENDED_KEYS_KEPT_MONTHS = env.integer("ENDED_KEYS_KEPT_MONTHS", 12, minimum=1)
# Keeping records true (docs/freshness.md). A record is marked as old so many months after it was due.
FRESHNESS_STALE_MONTHS = env.integer("FRESHNESS_STALE_MONTHS", 2, minimum=1)
# Days between a question and its reminder; then between its last reminder and the flag to moderators.
FRESHNESS_REMINDER_DAYS = env.integer("FRESHNESS_REMINDER_DAYS", 14, minimum=1)
# How many records without a partner are flagged to moderators a day, at most.
FRESHNESS_FLAGS_PER_DAY = env.integer("FRESHNESS_FLAGS_PER_DAY", 20, minimum=0)
# A mail server that hangs must not hold the worker for ever; EMAIL_URL may say another number of seconds.
EMAIL_TIMEOUT = 10
# Where `make serve` puts its mails while no mail server is named.
EMAIL_FILE_PATH = BASE_DIR / ".local" / "mails"

# Files for the State. Demonstration records stay out of them unless DEMO says so, and their names then say it.
EXPORT: dict[str, Any] = {
    # The SIRET that names the files, and the one that stands for places without SIRET nor RNA; empty: they are left out.
    "operator_siret": env.text("EXPORT_OPERATOR_SIRET", ""),
    "default_pivot": env.text("EXPORT_DEFAULT_PIVOT", ""),
    "demo": env.boolean("EXPORT_DEMO", False),
    # The national map has no calendar of French holidays: rules about them leave as dates.
    "dated_holidays": env.boolean("EXPORT_DATED_HOLIDAYS", True),
}

# Whether `load_fixtures` loads the demonstration set when its command line does not say.
LOAD_DEMO = env.boolean("LOAD_DEMO", False)

# Geocoder: the national address API's protocol (addok); none by default.
GEOCODER: dict[str, Any] = {
    "url": env.url("GEOCODER_URL", ""),
    "timeout_s": env.number("GEOCODER_TIMEOUT_S", 1.5),
}

# Drives between two stops: an estimate from the straight line, or a routing service that speaks OSRM's protocol.
ROUTING: dict[str, Any] = {
    "url": env.url("ROUTING_URL", ""),
    "timeout_s": env.number("ROUTING_TIMEOUT_S", 1.5),
    "road_factor": env.number("ROAD_FACTOR", 1.3),
    "speed_kmh": env.number("ROAD_SPEED_KMH", 50),
}
# A stop that no unit serves for longer than this many weeks is pointed out to planners.
STOP_UNSERVED_WEEKS = env.integer("STOP_UNSERVED_WEEKS", 6, minimum=1)

LEAFLET_CONFIG = {
    "DEFAULT_CENTER": (
        (TERRITORY["extent"][1] + TERRITORY["extent"][3]) / 2,
        (TERRITORY["extent"][0] + TERRITORY["extent"][2]) / 2,
    ),
    "DEFAULT_ZOOM": 9,
    "MIN_ZOOM": 5,
    "MAX_ZOOM": 19,
    "TILES": [("Fond de carte", BASEMAP["url"], {"attribution": BASEMAP["attribution"]})]
    if BASEMAP["url"]
    else [],
    "RESET_VIEW": False,
}

# gis.W001: Debian 12 ships GDAL 3.6. The service takes numbers from the public, never WKT nor a reference system.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
