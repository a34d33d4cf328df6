"""The private set-up of `make serve`: the production server on this machine, with a secret that never leaves it."""

from mapservice.settings import env
from mapservice.settings.base import *  # noqa: F403 - settings modules extend one another
from mapservice.settings.base import BASE_DIR, EXPORT

SECRET_KEY = (
    env.secret("SECRET_KEY", "") or (BASE_DIR / ".local" / "secret_key").read_text(encoding="utf-8").strip()
)
DEBUG = env.boolean("DEBUG", False)
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
if env.secret("EMAIL_URL", ""):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(env.email_server("EMAIL_URL"))
else:
    EMAIL_BACKEND = "mapservice.post.shown.ShownMailBackend"
# The demonstration accounts are for trying the service alone on one computer.
STAFF_MFA_REQUIRED = env.boolean("STAFF_MFA_REQUIRED", False)
DEMO_ACCOUNTS_ALLOWED = True
EXPORT = {**EXPORT, "demo": env.boolean("EXPORT_DEMO", True)}
LOAD_DEMO = env.boolean("LOAD_DEMO", True)
