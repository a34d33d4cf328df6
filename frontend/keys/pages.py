"""What both desks do with keys: list, make and show once, ask before revoking.

The secret is in the one answer that made the key, and nowhere else: neither in an address, a session, a message nor a
cache.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from frontend.keys import words
from frontend.keys.forms import KeyForm
from places.actors import signed_in
from places.models import ApiKey, Organisation
from places.partners import keys


@dataclass(frozen=True, slots=True)
class Line:
    """A key in words."""

    key: ApiKey
    state: str
    state_words: str
    scopes: str
    last_use: str
    last_day: str
    revoke_url: str
    rate_url: str = ""

    @property
    def is_live(self) -> bool:
        """Whether it may still be revoked."""
        return self.state != words.REVOKED


def line_of(key: ApiKey, revoke_url: str, rate_url: str = "") -> Line:
    return Line(
        key,
        words.state_of(key),
        words.state_words(key),
        words.scope_words(key),
        words.last_use(key),
        words.last_day(key),
        revoke_url,
        rate_url,
    )


@sensitive_variables("secret", "context")
def create(
    request: HttpRequest,
    form: KeyForm,
    *,
    organisation: Organisation | None,
    base: str,
    back: str,
) -> HttpResponse | None:
    """The page that shows the new key; None when the form says what is wrong with it."""
    if not form.is_valid():
        return None
    try:
        key, secret = keys.create_key(by=signed_in(request), organisation=organisation, **form.values())
    except keys.KeyExists:
        messages.error(request, _("Cette clé est déjà créée, et elle n'a été montrée qu'une fois."))
        return redirect(back)
    context = {
        "base": base,
        "back": back,
        "line": line_of(key, ""),
        "secret": secret,
        "organisation": organisation,
    }
    return render(request, "frontend/keys/created.html", context, status=201)


def revoke(request: HttpRequest, key: ApiKey, *, context: Mapping[str, Any], back: str) -> HttpResponse:
    """Asks, then switches the key off."""
    if request.method == "POST":
        if keys.revoke(key, by=signed_in(request)):
            messages.success(
                request, _("La clé « %(name)s » est révoquée : elle n'ouvre plus rien.") % {"name": key.name}
            )
        else:
            messages.error(request, _("Cette clé était déjà révoquée."))
        return redirect(back)
    return render(request, "frontend/keys/revoke.html", {**context, "back": back, "line": line_of(key, "")})
