"""Forms about organisations that only moderators fill in."""

from django import forms
from django.utils.translation import gettext_lazy

from frontend.moderation.organisations import MODELS
from frontend.partners.forms import OrganisationForm
from frontend.proposing.forms import FrenchForm


class NewOrganisationForm(OrganisationForm):
    owner_email = forms.EmailField(
        label=gettext_lazy("Adresse électronique du premier responsable"),
        max_length=254,
        help_text=gettext_lazy("Une invitation y part aussitôt ; il invitera ses collègues."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class SwitchForm(FrenchForm):
    """On or off, as the button says."""

    value = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class AttachForm(FrenchForm):
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in MODELS])
    record = forms.UUIDField()
