"""The short forms of the desk."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.proposing.fields import DayField, DigitsField
from frontend.proposing.forms import FrenchForm, text
from frontend.words import grouped
from imports.partner_tables import MAX_BYTES, MAX_ROWS
from places.enums import MemberRole, WifiState
from places.validators import validate_siret

# What most closures are; the last one asks for words.
REASONS = [
    ("congés", gettext_lazy("Congés")),
    ("travaux", gettext_lazy("Travaux")),
    ("formation", gettext_lazy("Formation de l'équipe")),
    ("absence", gettext_lazy("Absence imprévue")),
    ("événement", gettext_lazy("Événement")),
    ("", gettext_lazy("Autre motif")),
]
ROLES = [
    (MemberRole.EDITOR.value, gettext_lazy("Rédacteur : tient les fiches à jour")),
    (MemberRole.OWNER.value, gettext_lazy("Responsable : invite et retire aussi des membres")),
]
STATES = [
    (WifiState.IN_SERVICE.value, gettext_lazy("Elle fonctionne")),
    (WifiState.DEGRADED.value, gettext_lazy("Elle fonctionne mal")),
    (WifiState.DOWN.value, gettext_lazy("Elle est en panne")),
]


def sent_data(request: HttpRequest, *, files: bool = False) -> tuple[Any, ...]:
    """What a form is bound to: what was sent, even when that is nothing; unbound when the page is only read."""
    if request.method != "POST":
        return (None,)
    return (request.POST, request.FILES) if files else (request.POST,)


class ClosureForm(FrenchForm):
    """Three taps: from, to, confirm. A ready reason is chosen."""

    starts_on = DayField(label=gettext_lazy("Premier jour de fermeture"))
    ends_on = DayField(
        label=gettext_lazy("Dernier jour"), help_text=gettext_lazy("Compris : vous rouvrez le lendemain.")
    )
    ready = forms.ChoiceField(
        label=gettext_lazy("Motif, lu par les habitants"),
        choices=REASONS,
        required=False,
        widget=forms.RadioSelect,
    )
    other = text(gettext_lazy("Autre motif"), 200, gettext_lazy("Exemple : « Fermé pour inventaire »."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        label = dict(REASONS).get(cleaned.get("ready", ""), "") if cleaned.get("ready") else ""
        cleaned["reason"] = str(label) or cleaned.get("other", "")
        if not cleaned["reason"] and "other" not in self.errors:
            self.add_error("other", _("Choisissez un motif, ou écrivez-le en quelques mots."))
        return cleaned


class WifiStateForm(FrenchForm):
    state = forms.ChoiceField(
        label=gettext_lazy("Comment va la borne ?"), choices=STATES, widget=forms.RadioSelect
    )


class FileForm(FrenchForm):
    file = forms.FileField(
        label=gettext_lazy("Votre fichier"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = {"size": MAX_BYTES // 1_000_000, "count": grouped(MAX_ROWS)}
        self.fields["file"].help_text = (
            _("CSV ou classeur Excel (XLSX), %(size)s\u00a0Mo et %(count)s lignes au plus.") % most
        )
        self.fields["file"].error_messages["required"] = _("Choisissez un fichier.")


class InvitationForm(FrenchForm):
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Rôle"), choices=ROLES, initial=MemberRole.EDITOR.value, widget=forms.RadioSelect
    )


class RoleForm(FrenchForm):
    role = forms.ChoiceField(choices=MemberRole.choices)


class OrganisationForm(FrenchForm):
    name = text(gettext_lazy("Nom de l'organisation"), 200, required=True, autocomplete="organization")
    siret = DigitsField(
        label=gettext_lazy("SIRET"), max_length=40, required=False, help_text=gettext_lazy("14 chiffres.")
    )

    def clean_siret(self) -> str:
        value: str = self.cleaned_data["siret"]
        if value:
            validate_siret(value)
        return value


class ClaimForm(FrenchForm):
    comment = text(
        gettext_lazy("Votre lien avec ce lieu"),
        2000,
        gettext_lazy("Exemple : « La bibliothèque est gérée par notre commune. »"),
        required=True,
        rows=3,
    )


class SearchForm(FrenchForm):
    q = text(gettext_lazy("Nom du lieu ou de la commune"), 200, autocomplete="off")


class ReplyForm(FrenchForm):
    text = text(gettext_lazy("Votre réponse"), 2000, required=True, rows=4)
