"""Who may sign in and how. Accounts are staff accounts, made by administrators: nobody signs up."""

from django.urls import reverse_lazy

from mapservice.settings import env

# Staff pages ask for a second factor. Only the private set-up of one computer may turn it off.
STAFF_MFA_REQUIRED = env.boolean("STAFF_MFA_REQUIRED", True)
# Whether accounts with printed passwords may be made: never in production, which does not read a variable for it.
DEMO_ACCOUNTS_ALLOWED = False

# Alone: Django's own backend beside it would be a door that counts no attempt.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")

ACCOUNT_ADAPTER = "mapservice.accounts.adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Seconds, with three tries: mail servers of public bodies take minutes to let a message through.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_USER_DISPLAY = "mapservice.accounts.adapter.display_name"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# An administrator wrote the address, and signing in by code proves it.
ACCOUNT_EMAIL_VERIFICATION = "none"
# Addresses of strangers get no mail from us, whoever types them in.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "login": "20/m/ip",
    "login_failed": "10/m/ip,5/10m/key",
    "request_login_code": "10/m/ip,3/5m/key",
    "reset_password": "10/m/ip,3/5m/key",
}
# A session ends with the working day, or when the browser closes.
SESSION_COOKIE_AGE = 12 * 3600
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

MFA_ADAPTER = "mapservice.accounts.adapter.EncryptingMfaAdapter"
MFA_FORMS = {
    "add_webauthn": "mapservice.accounts.forms.AddKeyForm",
    "edit_webauthn": "mapservice.accounts.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = env.text("SITE_NAME", "La carte des lieux connectés")
# One period before and after: telephones are seldom exactly on time.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
