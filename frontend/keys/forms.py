"""The form that makes a key, and the staff's two."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import words
from frontend.proposing.fields import DayField
from frontend.proposing.forms import FrenchForm, text
from places.enums import ApiScope
from places.hours import PARIS

MAX_RATE = 6_000
RATE_ERRORS = {
    "invalid": gettext_lazy("Écrivez un nombre entier."),
    "min_value": gettext_lazy("Une requête par minute au moins."),
    "max_value": gettext_lazy("Six mille requêtes par minute au plus."),
}
SCOPES = [
    (ApiScope.READ_INVENTORY.value, gettext_lazy("Lire l'inventaire publié")),
    (ApiScope.WRITE_PROPOSALS.value, gettext_lazy("Déposer des propositions")),
]


def rate_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("Requêtes par minute"),
        min_value=1,
        max_value=MAX_RATE,
        error_messages=RATE_ERRORS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class RateForm(FrenchForm):
    rate_per_minute = rate_field()


class KeyForm(FrenchForm):
    """A partner's key: it proposes in the name of its organisation, nothing else."""

    # The key's id, drawn when the form is shown: the same form sent twice makes one key.
    once = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    name = text(
        gettext_lazy("À quoi sert-elle ?"),
        100,
        gettext_lazy("Exemple : « Site de la mairie »."),
        required=True,
        autocomplete="off",
    )
    expires_on = DayField(
        label=gettext_lazy("Dernier jour de validité"),
        required=False,
        help_text=gettext_lazy(
            "Laissez vide pour une clé sans fin : vous pourrez la révoquer à tout moment."
        ),
    )

    def clean_expires_on(self) -> datetime | None:
        """The end of that day in Paris."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        if day < words.today():
            raise forms.ValidationError(_("Ce jour est déjà passé."))
        if day.year > words.today().year + 10:
            raise forms.ValidationError(_("Dix ans au plus."))
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()), PARIS)

    def values(self) -> dict[str, Any]:
        """What `places.partners.keys.create_key` asks for."""
        said = self.cleaned_data
        return {
            "pk": said["once"],
            "name": said["name"],
            "expires_at": said["expires_on"],
            "scopes": said.get("scopes") or [ApiScope.WRITE_PROPOSALS],
            "rate_per_minute": said.get("rate_per_minute", 60),
        }


class StateKeyForm(KeyForm):
    """A key of the State or the Region, which belongs to no organisation here."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Ce qu'elle permet"), choices=SCOPES, widget=forms.CheckboxSelectMultiple
    )
    rate_per_minute = rate_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate_per_minute"].initial = 60
