"""Production. What is missing or half said stops the program at start; docs/running.md lists every variable."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from mapservice.settings import env
from mapservice.settings.base import *  # noqa: F403 - settings modules extend one another
from mapservice.settings.base import BASE_DIR, PROXY_COUNT

SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = [key for key in [env.secret("SECRET_KEY_PREVIOUS", "")] if key]
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
SITE_URL = env.url("SITE_URL", schemes=("https",)).rstrip("/")
# Read again without a default: production never falls back on the private database of a checkout.
env.secret("DATABASE_URL")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts served; * would believe any Host header.")

DEBUG = False
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / ".local" / "static")))

# HTTPS only. The probes answer without it, for the machine beside the service.
SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("SECURE_HSTS_INCLUDE_SUBDOMAINS", True)
SECURE_HSTS_PRELOAD = env.boolean("SECURE_HSTS_PRELOAD", True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# __Host-: only this host, over HTTPS, may set it.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
# Believed only when a proxy of ours is said to stand before us: anybody else could write this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
globals().update(env.email_server("EMAIL_URL"))
