"""What a moderator types to prepare a campaign."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from frontend.words import today
from places.models import Campaign


class CampaignForm(forms.ModelForm[Campaign]):
    class Meta:
        model = Campaign
        fields = ("title", "message", "ends_on")
        labels = {
            "title": _("Titre"),
            "message": _("Message aux partenaires"),
            "ends_on": _("Réponse attendue avant le"),
        }
        help_texts = {
            "title": _("C'est l'objet du courriel : « Vos horaires de l'été »."),
            "message": _(
                "Le courriel ajoute la liste de leurs fiches et le lien qui confirme sans mot de passe."
            ),
        }
        widgets = {
            "message": forms.Textarea(attrs={"rows": 8}),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if day <= today():
            raise ValidationError(_("Choisissez une date à venir."))
        return day
