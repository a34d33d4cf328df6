"""What the project itself adds to the administration."""

from mapservice.accounts import admin  # noqa: F401 - registers the accounts
