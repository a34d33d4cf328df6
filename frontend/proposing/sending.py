"""From a form that was filled in to a proposal in the queue, and back to the form with sentences when it cannot be."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language

from mapservice.clients import client_address
from places.proposals.submit import Author
from places.proposals.values import FieldProblem

# Where the page asks for what the model calls otherwise.
_ASKED_AS = {
    "location": "point",
    "insee_code": "commune",
    "commune_name": "commune",
    "postal_code": "commune",
}


def author_of(request: HttpRequest, form: forms.Form) -> Author:
    """The author of a valid form: an account when the address is the one it signed in with, or when none is asked."""
    account = request.user if request.user.is_authenticated else None
    email = form.cleaned_data.get("email", account.email if account else "")
    user = account if account and account.email == email else None
    return Author(
        email=email,
        name=form.cleaned_data.get("author_name", ""),
        user=user,
        language=get_language() or "fr",
        network=client_address(request),
    )


def add_problems(form: forms.Form, problems: Iterable[FieldProblem]) -> None:
    """Each sentence beside its field; what has none goes to the top."""
    for problem in problems:
        name = _ASKED_AS.get(problem.field, problem.field)
        form.add_error(name if name in form.fields else None, problem.message)


def summary(*forms_: Any) -> list[dict[str, str]]:
    """What is to be mended, in the order of the page: the anchor of the field, its label, the sentence."""
    return [line for form in forms_ if form is not None for line in _lines(form)]


def _lines(form: forms.Form) -> list[dict[str, str]]:
    general: list[dict[str, str]] = [
        {"anchor": "", "label": "", "message": message} for message in map(str, form.non_field_errors())
    ]
    return [
        *general,
        *(
            {
                "anchor": form[name].id_for_label or form[name].auto_id,
                "label": str(form[name].label),
                "message": message,
            }
            for name in form.fields
            for message in map(str, form.errors.get(name, []))
        ),
    ]
