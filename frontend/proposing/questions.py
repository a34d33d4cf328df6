"""How the forms ask: kinds of questions, and sentences of our own where an answer is missing."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.proposing import choices
from frontend.proposing.fields import DayField, TextField, YesNoField

Label = Any  # a text, or one that is translated when it is shown
FILL_IN = gettext_lazy("Cette réponse manque : elle est nécessaire.")
BAD_EMAIL = gettext_lazy("Cette adresse n'est pas complète : elle s'écrit comme nom@exemple.fr.")


def text(
    label: Label, length: int, help_text: Label = "", *, required: bool = False, rows: int = 0, **attrs: Any
) -> TextField:
    """A free text of at most `length` characters, over `rows` lines."""
    widget = forms.Textarea(attrs={"rows": rows, **attrs}) if rows else forms.TextInput(attrs=attrs)
    return TextField(label=label, max_length=length, help_text=help_text, required=required, widget=widget)


def one_of(label: Label, options: Any, help_text: Label = "", *, required: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=options, help_text=help_text, required=required, widget=forms.RadioSelect
    )


def menu(label: Label, options: Any, help_text: Label = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=options, help_text=help_text, required=False)


def some_of(
    label: Label, options: Any, help_text: Label = "", *, required: bool = False
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=options,
        help_text=help_text,
        required=required,
        widget=forms.CheckboxSelectMultiple,
    )


def yes_no(label: Label) -> YesNoField:
    return YesNoField(label=label, choices=choices.yes_no, required=False, widget=forms.RadioSelect)


class FrenchForm(forms.Form):
    """Sentences of our own where something is missing, and attributes that browsers and scripts understand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.required:
                field.error_messages["required"] = str(FILL_IN)
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = str(BAD_EMAIL)
                for validator in field.validators:
                    if hasattr(validator, "message"):
                        validator.message = str(BAD_EMAIL)
            if isinstance(field, DayField):
                field.error_messages["invalid"] = _("Cette date n'existe pas : écrivez-la comme 06/01/2027.")
