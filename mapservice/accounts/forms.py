"""Forms of the accounts' library whose label it leaves in English."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):
    """A new security key; without a name the library gives one."""

    name = forms.CharField(label=_("Nom de la clé"), required=False)


class RenameKeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Nom de la clé"))
