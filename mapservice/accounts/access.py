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
    PARTNER = "partner"  # signed in, member of an organisation; of staff alone a second factor is asked


PREFIXES: dict[str, Access] = {
    "admin/": Access.STAFF,
    "api/v1/planning/": Access.STAFF,
    # Keys and secrets instead of sessions: what is whose is asked of the table of rights.
    "api/v1/proposals": Access.PUBLIC,
    "calendars/": Access.PUBLIC,
    "comptes/": Access.ACCOUNT,
    "partenaire/": Access.PARTNER,
    "moderation/": Access.STAFF,
    "planification/": Access.STAFF,
}

_COLLECTIONS = ("places", "wifi-points", "stops", "itineraries", "passages", "communes")
_API = (
    "",
    "conformance",
    "collections",
    "openapi.json",
    "docs",
    "nearest",
    "search",
    "clusters",
    "tiles/<int:z>/<int:x>/<int:y>.mvt",
    *(f"collections/{name}{rest}" for name in _COLLECTIONS for rest in ("", "/items", "/items/<str:fid>")),
)
_EXPORTS = ("lieux.csv", "lieux.json", *(f"{name}.geojson" for name in _COLLECTIONS if name != "communes"))

ROUTES: dict[str, Access] = {
    "api/v1": Access.PUBLIC,
    **{f"api/v1/{route}": Access.PUBLIC for route in _API},
    **{f"exports/{file}": Access.PUBLIC for file in _EXPORTS},
    "": Access.PUBLIC,
    "lieux/<slug:slug>/": Access.PUBLIC,
    "bornes-wifi/<slug:slug>/": Access.PUBLIC,
    r"communes/(?P<insee>(?:\d\d|2[AB])\d{3})/$": Access.PUBLIC,
    r"communes/(?P<insee>(?:\d\d|2[AB])\d{3})/affiche\.pdf$": Access.PUBLIC,
    "tournees/": Access.PUBLIC,
    "tournees/<slug:slug>/": Access.PUBLIC,
    "arrets/<slug:slug>/": Access.PUBLIC,
    "arrets/<slug:slug>/affiche.pdf": Access.PUBLIC,
    "proposer/horaires": Access.PUBLIC,
    # Whoever holds the secret of an invitation.
    "partenaire/invitation/<str:secret>/": Access.PUBLIC,
    # Who just erased their account, and is nobody any more.
    "partenaire/mes-donnees/effacees/": Access.PUBLIC,
    # Whoever holds the signed link of a reminder: it confirms without signing in.
    "partenaire/confirmer/<str:token>/": Access.PUBLIC,
    # Proposers: forms for anybody, and pages behind a secret link.
    "proposer/": Access.PUBLIC,
    "proposer/lieu/": Access.PUBLIC,
    "proposer/borne-wifi/": Access.PUBLIC,
    "proposer/correction/lieu/<slug:slug>/": Access.PUBLIC,
    "proposer/correction/borne-wifi/<slug:slug>/": Access.PUBLIC,
    "proposer/fermeture/<slug:slug>/": Access.PUBLIC,
    "proposer/photo/<slug:slug>/": Access.PUBLIC,
    "proposer/gestion/<slug:slug>/": Access.PUBLIC,
    "proposer/signaler/lieu/<slug:slug>/": Access.PUBLIC,
    "proposer/signaler/borne-wifi/<slug:slug>/": Access.PUBLIC,
    # The thanks, and a few words, for a report that somebody else made before: whoever holds its signed link.
    "proposer/signale/<str:token>/": Access.PUBLIC,
    **{
        f"proposer/suivi/<str:secret>/{act}": Access.PUBLIC
        for act in ("", "code/", "nouveau-code/", "message/", "suite/", "completer/", "retrait/")
    },
    "proposer/verifier/<str:token>/": Access.PUBLIC,
    "photos/<uuid:pk>.webp": Access.PUBLIC,
    "photos/<uuid:pk>-petite.webp": Access.PUBLIC,
    "accessibilite/": Access.PUBLIC,
    "mentions-legales/": Access.PUBLIC,
    "langue/": Access.PUBLIC,
    "carte/contours.json": Access.PUBLIC,
    "healthz": Access.PROBE,
    "readyz": Access.PROBE,
    "favicon.ico": Access.PUBLIC,
    "robots.txt": Access.PUBLIC,
}


def find_access(route: str) -> Access | None:
    """Who the route is for, or None when the table does not know it. The `^` of regular expressions does not count."""
    route = route.replace("^", "")
    if route in ROUTES:
        return ROUTES[route]
    return next((access for prefix, access in PREFIXES.items() if route.startswith(prefix)), None)


def access_of(route: str) -> Access:
    """Who the route is for; staff when nobody said."""
    return find_access(route) or Access.STAFF
