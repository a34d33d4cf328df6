"""Who each address of the service is for: one table. A test fails on an address that it does not know.

Keys are Django's routes, whole, or the beginning of routes where one library brings many. What the table does not know
counts as staff's: it stays closed to a session without its second factor.
"""

from enum import Enum


class Access(Enum):
    PUBLIC = "public"  # anybody; shows published data only
    PROBE = "probe"  # the machines that watch the service
    ACCOUNT = "account"  # signing in and out, second factor
    STAFF = "staff"  # signed in, with a role


PREFIXES: dict[str, Access] = {
    "admin/": Access.STAFF,
    "comptes/": Access.ACCOUNT,
}

ROUTES: dict[str, Access] = {
    "healthz": Access.PROBE,
    "readyz": Access.PROBE,
}


def find_access(route: str) -> Access | None:
    """Who the route is for, or None when the table does not know it."""
    if route in ROUTES:
        return ROUTES[route]
    return next((access for prefix, access in PREFIXES.items() if route.startswith(prefix)), None)


def access_of(route: str) -> Access:
    """Who the route is for; staff when nobody said."""
    return find_access(route) or Access.STAFF
