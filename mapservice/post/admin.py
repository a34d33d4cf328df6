"""What the worker did, read in the administration. Mails stand in `mapservice/mails_admin.py`, above every app."""

from django.contrib import admin
from django_tasks_db import admin as library_admin  # noqa: F401 - registers what is unregistered below
from django_tasks_db.models import DBTaskResult

from mapservice.post.models import BackgroundTask, DailyRun
from mapservice.read_only import ReadOnly

# Ours instead, with French names.
admin.site.unregister(DBTaskResult)


@admin.register(DailyRun)
class DailyRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("day", "name", "state", "attempts", "started_at", "ended_at", "summary")
    list_filter = ("state", "name")
    date_hierarchy = "day"


@admin.register(BackgroundTask)
class BackgroundTaskAdmin(ReadOnly, admin.ModelAdmin):
    """What a task was given stays hidden: it may name a person. Its path is shown, which needs no code behind it."""

    list_display = ("enqueued_at", "task_path", "status", "started_at", "finished_at", "exception_class_path")
    list_filter = ("status", "task_path")
    fields = (
        "task_path",
        ("status", "priority"),
        ("enqueued_at", "started_at", "finished_at"),
        "worker_ids",
        "exception_class_path",
        "traceback",
    )
