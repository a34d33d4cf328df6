"""What the project itself adds to the administration."""

from mapservice import mails_admin  # noqa: F401 - registers mails
from mapservice.accounts import admin  # noqa: F401 - registers the accounts
from mapservice.post import admin as post_admin  # noqa: F401 - registers tasks and daily work
