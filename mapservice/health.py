"""Probes: is the process alive; can it serve, and how old is what it serves.

They answer JSON, are never cached and name no secret: a database that does not answer is said in those words only.
"""

from datetime import datetime
from functools import lru_cache

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mapservice.faults import is_database_gone
from mapservice.post.health import post_age

# What is edited, and the column that says when: the newest of them is the age of the data.
EDITED = [("places.Place", "updated_at"), ("places.WifiPoint", "updated_at")]
LAST_IMPORT = ("imports.ImportRun", "ended_at")


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers. Touches nothing else: restarting us does not repair a database."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served; 503 with `reasons` when they cannot."""
    try:
        pending = pending_migrations()
        data = {} if pending else {"data": data_age(), "post": post_age()}
    except DatabaseError as error:
        return _answer(["database_unavailable" if is_database_gone(error) else "database_error"])
    return _answer([f"migration_pending:{name}" for name in pending], **data)


def _answer(reasons: list[str], **more: object) -> JsonResponse:
    body = {"status": "not_ready" if reasons else "ready", "reasons": reasons, **more}
    return JsonResponse(body, status=503 if reasons else 200)


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    """The migrations of this version of the code, read from disk once: they change with it."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations)


def pending_migrations() -> list[str]:
    """Names of the migrations that the database has not seen, as app.migration."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in _known_migrations() - applied.keys())


def data_age() -> dict[str, str | int | None]:
    """When data last changed and when an import last ran, as instants in UTC; None when never."""
    edits = [edit for model, column in EDITED if (edit := _newest(model, column))]
    newest = max(edits, default=None)
    return {
        "last_edit": newest.isoformat() if newest else None,
        "last_edit_age_s": int((timezone.now() - newest).total_seconds()) if newest else None,
        "last_import": run.isoformat() if (run := _newest(*LAST_IMPORT)) else None,
    }


def _newest(model: str, column: str) -> datetime | None:
    if model not in _model_names():
        return None
    return apps.get_model(model)._base_manager.aggregate(newest=Max(column))["newest"]


@lru_cache(maxsize=1)
def _model_names() -> frozenset[str]:
    return frozenset(model._meta.label for model in apps.get_models())
