"""What the worker runs with in its tests: the tests' database as it is, a mail server on this machine, the queue."""

import os

from mapservice.settings import env
from mapservice.settings.test import *  # noqa: F403 - settings modules extend one another
from mapservice.settings.test import DATABASES

DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
globals().update(env.email_server("EMAIL_URL"))
# Longer than any test lets the server hang: who gives up in the meantime is not what is looked at.
EMAIL_TIMEOUT = 120
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DAILY_WORK = [("probe", "tests.mapservice.post_probe.daily", "00:00")]
