"""The private set-up of `make serve`: the production server on this machine, with a secret that never leaves it."""

from mapservice.settings.base import *  # noqa: F403 - settings modules extend one another
from mapservice.settings.base import BASE_DIR
from mapservice.settings import env

SECRET_KEY = (
    env.secret("SECRET_KEY", "") or (BASE_DIR / ".local" / "secret_key").read_text(encoding="utf-8").strip()
)
DEBUG = env.boolean("DEBUG", False)
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
