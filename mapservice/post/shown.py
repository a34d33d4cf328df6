"""Where mails go in `make serve` without a mail server: to a file each, and to the terminal."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.text import slugify


class ShownMailBackend(BaseEmailBackend):
    """Writes each mail into EMAIL_FILE_PATH, for this user alone, and prints it with the path of its file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            print(_shown(message, _write(message)), flush=True)  # noqa: T201 - for the person who tries the service
        return len(email_messages)


def _write(message: EmailMessage) -> Path:
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{timezone.localtime():%Y%m%d-%H%M%S-%f}-{slugify(message.subject)[:40]}.eml"
    path.touch(mode=0o600)
    path.write_bytes(message.message().as_bytes())
    return path


def _shown(message: EmailMessage, path: Path) -> str:
    text = re.sub(r"^", "  | ", str(message.body).strip(), flags=re.MULTILINE)
    return f"  ✉ {', '.join(message.to)} : {message.subject}\n{text}\n    {path}"
