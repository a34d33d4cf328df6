"""A field under the moderator's hand before it is accepted: which control shows it, what is read back.

What is typed is checked by `accept` with the same validators as everywhere; here it only changes form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from places.models import Place, WifiPoint

Kind = Literal["text", "area", "hours", "choice", "choices", "lines", "number", "date", "point"]
# Fields of a proposal that no record has.
_DATES = frozenset({"starts_on", "ends_on", "closed_on"})
_LONG = 120
MAX_TYPED = 6_000


@dataclass(frozen=True, slots=True)
class Editor:
    """`values` are texts, one but for lists and points (longitude, latitude)."""

    name: str
    kind: Kind
    values: tuple[str, ...]
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def lines(self) -> str:
        return "\n".join(self.values)

    @property
    def input_name(self) -> str:
        return f"edit-{self.name}"


def editor_of(model: type[Place] | type[WifiPoint], name: str, value: Any) -> Editor:
    """The control for a proposed value in its JSON form."""
    if name in _DATES:
        return Editor(name, "date", _texts(value))
    field = next((one for one in model._meta.get_fields() if one.name == name), None)
    if name == "location":
        return Editor(name, "point", _texts(value if isinstance(value, list) else ["", ""]))
    if isinstance(field, ArrayField):
        choices = _choices(field.base_field)
        return Editor(name, "choices" if choices else "lines", _texts(value), choices)
    if isinstance(field, models.BooleanField):
        options = (("", _("inconnu")), ("true", _("oui")), ("false", _("non")))
        return Editor(name, "choice", _texts(value), options)
    if isinstance(field, models.Field) and field.choices:
        blank = (("", "—"),) if field.blank else ()
        return Editor(name, "choice", _texts(value), (*blank, *_choices(field)))
    return Editor(name, _plain_kind(field, name), _texts(value))


def _plain_kind(field: Any, name: str) -> Kind:
    if name.endswith(("opening_hours", "mediator_hours")):
        return "hours"
    if isinstance(field, models.IntegerField):
        return "number"
    is_long = isinstance(field, models.TextField) or (getattr(field, "max_length", 0) or 0) > _LONG
    return "area" if is_long and name not in {"name", "address"} else "text"


def _choices(field: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(code), _(str(label))) for code, label in field.flatchoices)


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return ("" if value is None else str(value),)


def typed_over(editor: Editor, data: QueryDict) -> Editor:
    """The control with what was typed in it, when the form carries it."""
    if f"{editor.input_name}-shown" not in data:
        return editor
    typed = [text[:MAX_TYPED] for text in data.getlist(editor.input_name)]
    if editor.kind == "lines":
        typed = [line.strip() for line in "\n".join(typed).splitlines() if line.strip()]
    return Editor(editor.name, editor.kind, tuple(typed), editor.choices)


def value_of(editor: Editor) -> Any:
    """What the control holds, in the JSON form of the field; an unreadable number or point stays a text."""
    text = editor.value.replace("\r\n", "\n").strip()
    match editor.kind:
        case "choices" | "lines":
            return list(editor.values)
        case "choice" if {code for code, _label in editor.choices} == {"", "true", "false"}:
            return {"true": True, "false": False}.get(text)
        case "number":
            return (
                (int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text)
                if text
                else None
            )
        case "point":
            return _point(editor.values)
    return text


def _point(texts: Sequence[str]) -> Any:
    if not any(text.strip() for text in texts):
        return None
    try:
        return [float(text.strip().replace(",", ".")) for text in texts]
    except ValueError:
        return list(texts)


def edited_values(editors: Mapping[str, Editor], data: QueryDict) -> dict[str, Any]:
    """The fields that the moderator typed over, with what they typed: nothing of what was left as proposed."""
    found = {}
    for name, editor in editors.items():
        value = value_of(typed_over(editor, data))
        proposed = value_of(editor)
        if isinstance(value, list) and editor.kind == "choices":
            is_same = sorted(value) == sorted(proposed)
        else:
            is_same = value == proposed
        if not is_same:
            found[name] = value
    return found
