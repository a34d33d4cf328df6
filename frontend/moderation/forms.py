"""The small forms of the desk: canned reasons, and the words that go with a decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from places.models import CannedReason

MAX_WORDS = 2_000


class CannedReasonForm(forms.ModelForm[CannedReason]):
    """One sentence ready to be sent. Its rank is the key that chooses it."""

    class Meta:
        model = CannedReason
        fields = ("use", "label", "text", "rank", "is_active")
        labels = {
            "use": _("Sert à"),
            "label": _("Libellé du bouton"),
            "text": _("Texte envoyé à l'auteur"),
            "rank": _("Rang"),
            "is_active": _("Proposer ce motif"),
        }
        help_texts = {
            "rank": _("Du plus petit au plus grand. Les neuf premiers ont une touche, de 1 à 9."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
