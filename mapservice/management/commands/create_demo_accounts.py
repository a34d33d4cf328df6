"""Makes the demonstration accounts of `make serve` and prints them; refuses elsewhere."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from mapservice.accounts.demo import create_demo_accounts

_LINE = re.compile(r"^\s*(\S+@\S+)\s+(\S+)", re.MULTILINE)


class Command(BaseCommand):
    help = "Makes the demonstration accounts (private set-up only) and prints them with their passwords."
    # Django's checks need the static files and the templates of the whole site; these accounts do not.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = create_demo_accounts(self._shown_before())
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "  Accounts to sign in with (/moderation/, /planification/, /partenaire/, /admin/), on this computer only:"
        )
        for account in accounts:
            self.stdout.write(f"    {account.email:<40} {account.password:<18} {account.role}")

    @staticmethod
    def _shown_before() -> dict[str, str]:
        """The passwords that `make serve` keeps in .local/demo_accounts, by e-mail."""
        path = settings.BASE_DIR / ".local" / "demo_accounts"
        return dict(_LINE.findall(path.read_text(encoding="utf-8"))) if path.exists() else {}
