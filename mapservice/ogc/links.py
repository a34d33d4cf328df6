"""Links between the resources of the API: absolute, each with its relation and its media type."""

from collections.abc import Mapping
from urllib.parse import quote

from django.http import HttpRequest, QueryDict
from django.urls import reverse

Link = dict[str, str]


def api_url(request: HttpRequest, path: str = "") -> str:
    """The absolute address of a resource of the API."""
    return request.build_absolute_uri(reverse("api-landing") + quote(path))


def link(href: str, rel: str, media_type: str, title: str = "") -> Link:
    return {"href": href, "rel": rel, "type": media_type, **({"title": title} if title else {})}


def own_links(request: HttpRequest, formats: Mapping[str, str], media_type: str) -> list[Link]:
    """`self` in the format of this answer, `alternate` in the others; other parameters are kept."""
    return [
        link(with_parameters(request, f=code), "self" if offered == media_type else "alternate", offered)
        for code, offered in formats.items()
    ]


def with_parameters(request: HttpRequest, **values: str) -> str:
    """The address of this request with some parameters set."""
    parameters: QueryDict = request.GET.copy()
    for name, value in values.items():
        parameters[name] = value
    return f"{request.build_absolute_uri(request.path)}?{parameters.urlencode(safe=',/:')}"
