"""One's own open sessions: seen, ended one by one or all but this one. Their networks are kept truncated."""

import ipaddress
import re
from typing import Any

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

# The first that is found: each browser names its ancestors as well.
_BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"(Firefox|FxiOS)/", "Firefox"),
    (r"(Chrome|CriOS|Chromium)/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"Android", "Android"),
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Windows", "Windows"),
    (r"Mac OS", "macOS"),
    (r"Linux|X11", "Linux"),
)


def device(user_agent: str) -> str:
    """« Firefox sur Windows »: what people recognise of what their browser says of itself."""
    browser = _first(_BROWSERS, user_agent) or _("Un navigateur")
    system = _first(_SYSTEMS, user_agent)
    return _("%(browser)s sur %(system)s") % {"browser": browser, "system": system} if system else browser


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, text)), "")


class SessionsView(ListUserSessionsView):
    """The list of the library, with the devices in words."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["rows"] = [
            {"session": one, "device": device(one.user_agent), "is_current": one.is_current()}
            for one in reversed(context["sessions"])
        ]
        return context


own_sessions = never_cache(SessionsView.as_view())


@never_cache
@require_POST
@login_required
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one session of one's own; the present one too, which signs out. Another's does not exist."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        logout(request)
        return redirect("home")
    get_adapter().end_sessions([session])
    messages.success(request, _("Cette session est fermée."))
    return redirect("usersessions_list")


@receiver(pre_save, sender=UserSession)
def truncate_address(instance: UserSession, **kwargs: Any) -> None:
    """What is kept names a network of many (IPv4 /24, IPv6 /48), not a person's line."""
    address = ipaddress.ip_address(instance.ip)
    network = ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False)
    instance.ip = str(network.network_address)


def forget_sessions() -> str:
    """Deletes the sessions that are over, and what was noted of them."""
    over, _rows = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    live = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(live)).delete()
    return f"Sessions effacées : {over}."
