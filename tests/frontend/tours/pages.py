"""What the tests of the mobile units' pages share: pages read, days to come."""

import re
import subprocess
from datetime import datetime, time, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from django.test import Client

from frontend.words import long_date

NB = "\u00a0"
PARIS = ZoneInfo("Europe/Paris")
NOON = datetime.now(PARIS).replace(hour=12, minute=0, second=0, microsecond=0)


def read(client: Client, address: str, status: int = 200) -> str:
    """The words of a page, without tags."""
    response = client.get(address)
    assert response.status_code == status
    visible = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", visible)).replace(NB, " ").split())


def in_days(days: int, hour: int = 10) -> datetime:
    return datetime.combine(NOON.date() + timedelta(days=days), time(hour), PARIS)


def day_words(moment: datetime) -> str:
    text = long_date(moment.date()).replace(NB, " ")
    return text[0].upper() + text[1:]


def poster_text(client: Client, address: str, folder: Path) -> str:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    path = folder / "affiche.pdf"
    path.write_bytes(response.content)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    ).stdout
    return text.replace(NB, " ")
