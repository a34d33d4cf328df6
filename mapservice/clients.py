"""Where a request comes from, believing only proxies of ours."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's network address, or "" when none can be told.

    With PROXY_COUNT proxies of ours, the address is the one the outermost of them wrote: the PROXY_COUNT-th from the
    right of X-Forwarded-For. What stands further left was written by the client and is not read.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    count = settings.PROXY_COUNT
    written = forwarded[-count] if 0 < count <= len(forwarded) else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(written.strip()))
    except ValueError:
        return ""


def client_network(request: HttpRequest) -> str:
    """What counts as one client: an IPv4 address, or the /64 that a subscriber gets in IPv6."""
    address = client_address(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))
