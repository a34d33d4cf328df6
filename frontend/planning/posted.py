"""What a form of the desk sent, read the same way everywhere."""

from django.http import HttpRequest, QueryDict


def number(request: HttpRequest, name: str) -> int:
    """A whole number of the form, 0 when it is none: the service then answers as to any other version."""
    text = request.POST.get(name, "")
    return int(text) if text.isdigit() and len(text) < 10 else 0


def renewed(request: HttpRequest, version: int) -> QueryDict:
    """What was typed, over the version that now stands."""
    data = request.POST.copy()
    data["version"] = str(version)
    return data
