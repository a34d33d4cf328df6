"""A browser's part in a form of the admin: what it would send back from the page it received."""

from typing import Any

from django import forms


def submitted(page: Any, **typed: Any) -> dict[str, Any]:
    """The fields of the form and of its inlines as shown, then what was typed over them. None leaves a field out."""
    data: dict[str, Any] = {}
    for form in [page.context["adminform"].form, *inline_forms(page)]:
        for bound in form:
            data |= shown(bound)
    data |= typed
    return {name: value for name, value in data.items() if value is not None}


def inline_forms(page: Any) -> list[forms.BaseForm]:
    found: list[forms.BaseForm] = []
    for inline in page.context["inline_admin_formsets"]:
        found += [inline.formset.management_form, *inline.formset.forms]
    return found


def shown(bound: forms.BoundField) -> dict[str, Any]:
    """What one field of the page sends, under the names that the page gave it."""
    # The admin wraps the choice of a related record to add its links.
    control: Any = getattr(bound.field.widget, "widget", bound.field.widget)
    widget = control.get_context(bound.html_name, bound.value(), {})["widget"]
    if "subwidgets" in widget:
        return {part["name"]: part["value"] or "" for part in widget["subwidgets"]}
    if isinstance(control, forms.CheckboxInput):
        return {bound.html_name: "on"} if bound.value() else {}
    value = widget["value"]
    if isinstance(value, list):
        is_one = not getattr(control, "allow_multiple_selected", False)
        return {bound.html_name: (value[0] if value else "") if is_one else value}
    return {bound.html_name: "" if value is None else value}
