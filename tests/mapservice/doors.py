"""Every address of the service, with real parameters: for tests that try all of them."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from mapservice.accounts.access import Access, find_access

# `<slug:slug>` of a path, `(?P<insee>…)` of a regular expression, whose groups may hold groups once.
_PART = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
# Whose values a parameter takes that has none of its own.
_BY_CONVERTER = {"uuid": "pk", "slug": "slug", "str": "secret", "int": "number", "row": "number"}


def all_routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Routes as `mapservice/accounts/access.py` knows them."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).replace("^", "")
        if isinstance(entry, URLResolver):
            yield from all_routes(entry, route)
        else:
            yield route, entry


def routes_for(*accesses: Access) -> list[str]:
    """Without the administration, whose pages a test of its own walks."""
    known = dict.fromkeys(route for route, _ in all_routes() if not route.startswith("admin/"))
    return [route for route in known if find_access(route) in accesses]


def parameters_of(route: str) -> list[tuple[str, str]]:
    """(name, converter) of each, in the order of the route."""
    return [(named or grouped, converter) for converter, named, grouped in _PART.findall(route)]


def addresses_of(route: str, values: Mapping[str, Sequence[Any]]) -> list[str]:
    """The route with every combination of the values of its parameters.

    Raises:
        KeyError: a parameter that nobody thought of.
    """
    chosen_from = [
        values[name] if name in values else values[_BY_CONVERTER[converter]]
        for name, converter in parameters_of(route)
    ]
    return ["/" + _filled(route, chosen) for chosen in itertools.product(*chosen_from)]


def _filled(route: str, chosen: Sequence[Any]) -> str:
    left = iter(chosen)
    return _PART.sub(lambda _: str(next(left)), route).removesuffix("$").replace("\\.", ".")
