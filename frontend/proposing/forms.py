"""The forms of proposers. They read what people write; `places/proposals/values.py` judges it with its sentences.

Names of fields are those of the models.
"""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import plain
from frontend.proposing import choices
from frontend.proposing.fields import (
    DayField,
    DegreesField,
    DigitsField,
    LinesField,
    PhoneField,
    SiteField,
    SitesField,
)
from frontend.proposing.questions import FILL_IN, FrenchForm, menu, one_of, some_of, text, yes_no
from places import enums


class AuthorForm(FrenchForm):
    """Who proposes: an address where the decision is told, nothing more."""

    author_name = text(gettext_lazy("Votre nom, ou celui de votre structure"), 150, autocomplete="name")
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse électronique"),
        max_length=254,
        help_text=gettext_lazy(
            "Pour vérifier que c'est bien vous, et vous dire ce que devient votre proposition."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class SearchForm(FrenchForm):
    """What is looked for before anything is proposed."""

    name = text(gettext_lazy("Nom du lieu"), 200, required=True, autocomplete="off")
    commune = text(gettext_lazy("Commune"), 150, required=True, autocomplete="off")
    address = text(
        gettext_lazy("Adresse"),
        200,
        gettext_lazy("Si vous la connaissez : les lieux voisins seront cherchés aussi."),
        autocomplete="off",
    )


class WhereForm(FrenchForm):
    """An address and a point. `lat` and `lon` come from the map or from who knows them."""

    name = text(gettext_lazy("Nom"), 200, required=True)
    commune = text(
        gettext_lazy("Commune"),
        150,
        gettext_lazy("Le nom, et le code postal si deux communes le portent."),
        required=True,
    )
    address = text(gettext_lazy("Numéro et rue"), 200)
    address_complement = text(gettext_lazy("Bâtiment, étage, entrée"), 200)
    point = one_of(
        gettext_lazy("Où placer le point sur la carte ?"),
        choices.points,
        gettext_lazy("Une adresse que le service ne trouve pas est placée à la mairie, et la fiche le dit."),
        required=True,
    )
    lat = DegreesField(label=gettext_lazy("Latitude"), required=False)
    lon = DegreesField(label=gettext_lazy("Longitude"), required=False)

    # Fields that a stranger's page never shows filled in: nobody reads there what was kept from the public.
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    # Fields of the page that are no values of the record: they lead to its commune and to its point.
    NOT_VALUES: ClassVar = ("commune", "point", "lat", "lon")
    # What the page of a new record has chosen at first.
    NEW: ClassVar[dict[str, Any]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wants_pin = cleaned.get("point") == "pin"
        if wants_pin and not self.errors and (cleaned.get("lat") is None or cleaned.get("lon") is None):
            self.add_error("lat", _("Indiquez l'endroit sur la carte, ou donnez ses coordonnées."))
        return cleaned


class PlaceForm(WhereForm):
    """A venue."""

    kinds = some_of(gettext_lazy("De quel genre de lieu s'agit-il ?"), choices.kinds, required=True)
    host_kind = menu(gettext_lazy("Qui l'accueille dans ses murs ?"), choices.hosts)
    families = some_of(
        gettext_lazy("Si c'est un tiers-lieu, lequel ?"), choices.named(enums.ThirdPlaceFamily)
    )
    services = some_of(gettext_lazy("Que peut-on y faire ?"), choices.explained(plain.SERVICES))
    support_modes = some_of(gettext_lazy("Comment y est-on accompagné ?"), choices.named(enums.SupportMode))
    workstations = forms.IntegerField(
        label=gettext_lazy("Ordinateurs à disposition"),
        required=False,
        min_value=0,
        max_value=500,
        help_text=gettext_lazy("0 s'il n'y en a pas."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    has_printer = yes_no(gettext_lazy("Une imprimante ?"))
    has_scanner = yes_no(gettext_lazy("Un scanner ?"))
    has_wifi = yes_no(gettext_lazy("Le Wi-Fi pour les visiteurs ?"))
    mediator_present = yes_no(gettext_lazy("Quelqu'un pour aider ?"))
    equipment_note = text(gettext_lazy("À préciser sur le matériel"), 300)
    national_programmes = some_of(
        gettext_lazy("Programmes nationaux"), choices.named(enums.NationalProgramme)
    )
    training_labels = some_of(gettext_lazy("Formations et labels"), choices.named(enums.TrainingLabel))
    summary = text(
        gettext_lazy("Le lieu en une phrase"), 280, gettext_lazy("280 caractères au plus."), rows=2
    )
    description = text(gettext_lazy("Présentation"), 5000, rows=5)

    admission_periods = some_of(
        gettext_lazy("Ouvert seulement…"),
        choices.named(enums.SchoolPeriod),
        gettext_lazy("Rien à cocher s'il ouvre toute l'année."),
    )

    admission = one_of(gettext_lazy("Qui peut entrer ?"), choices.explained(plain.ADMISSION), required=True)
    admission_note = text(gettext_lazy("À préciser sur l'entrée"), 300)
    fees = some_of(gettext_lazy("Combien cela coûte-t-il ?"), choices.named(enums.Fee))
    access_modes = some_of(gettext_lazy("Comment faire pour venir ?"), choices.named(enums.AccessMode))
    audiences = some_of(gettext_lazy("Y accueille-t-on en particulier…"), choices.named(enums.Audience))
    wheelchair = one_of(
        gettext_lazy("Peut-on y entrer en fauteuil roulant ?"), choices.wheelchair, required=True
    )
    access_note = text(gettext_lazy("À préciser sur l'accès"), 300)
    special_support = some_of(gettext_lazy("Un accueil adapté à…"), choices.named(enums.SpecialSupport))
    accesslibre_url = SiteField(label=gettext_lazy("Fiche Acceslibre"), max_length=500, required=False)

    phone = PhoneField(
        label=gettext_lazy("Téléphone du lieu"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    emails = LinesField(label=gettext_lazy("Courriel du lieu"), max_length=2000, required=False)
    websites = SitesField(label=gettext_lazy("Site web du lieu"), max_length=4000, required=False)
    appointment_url = SiteField(
        label=gettext_lazy("Adresse web pour prendre rendez-vous"), max_length=500, required=False
    )
    contact_name = text(gettext_lazy("Nom de la personne"), 150, autocomplete="off")
    contact_phone = PhoneField(
        label=gettext_lazy("Sa ligne directe"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    contact_email = text(gettext_lazy("Son adresse électronique"), 254, autocomplete="off")
    parent_organisation = text(gettext_lazy("Structure qui le porte"), 200)
    management_mode = menu(gettext_lazy("Forme de cette structure"), choices.modes_of_management)
    siret = DigitsField(
        label=gettext_lazy("SIRET"), max_length=40, required=False, help_text=gettext_lazy("14 chiffres.")
    )

    PRIVATE = ("contact_name", "contact_phone", "contact_email")
    NEW = {"point": "address", "admission": "everyone", "wheelchair": "unknown"}


class WifiForm(WhereForm):
    """A public Wi-Fi point."""

    setting = one_of(gettext_lazy("Où capte-t-on ?"), choices.settings, required=True)
    ssids = LinesField(
        label=gettext_lazy("Nom du réseau"),
        max_length=700,
        required=False,
        separators=r"\s*\n\s*",
        help_text=gettext_lazy("Tel qu'il s'affiche sur le téléphone ; un par ligne s'il y en a plusieurs."),
    )
    access = one_of(gettext_lazy("Comment se connecte-t-on ?"), choices.wifi_access)
    is_free = yes_no(gettext_lazy("Est-ce gratuit ?"))
    max_duration_minutes = forms.IntegerField(
        label=gettext_lazy("Durée d'une connexion, en minutes"),
        required=False,
        min_value=1,
        max_value=1440,
        help_text=gettext_lazy("Si elle est limitée."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    has_openroaming = yes_no(gettext_lazy("Compatible OpenRoaming ?"))
    operator = text(gettext_lazy("Qui l'exploite ?"), 150)
    programme = text(gettext_lazy("Programme"), 100, gettext_lazy("WiFi4EU, par exemple."))

    NEW = {"point": "address", "setting": "indoor"}


class PhotoFields(FrenchForm):
    """A photo and the words that go with it; all or nothing."""

    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        help_text=gettext_lazy(
            "JPEG, PNG ou WebP. Le lieu et l'appareil que le fichier enregistre sont effacés."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    photo_description = text(
        gettext_lazy("Ce que l'on voit"),
        200,
        gettext_lazy(
            "Lu à la place de la photo par les personnes qui ne la voient pas. Exemple : « L'entrée, avec sa rampe »."
        ),
    )
    photo_credit = text(gettext_lazy("Auteur de la photo"), 120)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("photo") and not cleaned.get("photo_description"):
            self.add_error("photo_description", _("Dites en quelques mots ce que montre la photo."))
        return cleaned


class PhotoForm(PhotoFields):
    photo = forms.FileField(
        label=PhotoFields.base_fields["photo"].label,
        help_text=PhotoFields.base_fields["photo"].help_text,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": gettext_lazy("Choisissez une photo.")},
    )


class ClosureForm(FrenchForm):
    """Closed for some days, or for good."""

    what = one_of(
        gettext_lazy("Pour combien de temps ?"),
        [
            ("temporary", gettext_lazy("Quelques jours ou quelques semaines")),
            ("permanent", gettext_lazy("Définitivement")),
        ],
        required=True,
    )
    starts_on = DayField(label=gettext_lazy("Premier jour de fermeture"), required=False)
    ends_on = DayField(
        label=gettext_lazy("Dernier jour de fermeture"),
        required=False,
        help_text=gettext_lazy("Compris : il rouvre le lendemain."),
    )
    closed_on = DayField(
        label=gettext_lazy("Fermé depuis le"), required=False, help_text=gettext_lazy("Si vous le savez.")
    )
    reason = text(
        gettext_lazy("Motif"),
        200,
        gettext_lazy("Lu par les habitants. Exemple : « Travaux », « Congés d'été »."),
    )
    comment = text(gettext_lazy("Ce que vous savez de plus"), 2000, rows=3)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what") == "temporary":
            for name in ("starts_on", "ends_on", "reason"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, str(FILL_IN))
        return cleaned


class ClaimForm(FrenchForm):
    """« C'est mon lieu »: who looks after it, and how we can tell."""

    organisation_name = text(
        gettext_lazy("Nom de votre structure"), 200, required=True, autocomplete="organization"
    )
    siret = DigitsField(
        label=gettext_lazy("SIRET de votre structure"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("14 chiffres. Il nous permet d'aller plus vite."),
    )
    comment = text(
        gettext_lazy("Votre rôle, et comment le vérifier"),
        2000,
        gettext_lazy("Exemple : « Je suis secrétaire de mairie ; vous pouvez me joindre au standard. »"),
        required=True,
        rows=4,
    )


class NobodyForm(FrenchForm):
    """Nobody is asked who they are."""


class ReportForm(FrenchForm):
    """« Signaler une erreur »: one tap says what is wrong, and sends it."""

    topic = one_of(gettext_lazy("Qu'est-ce qui ne va pas ?"), choices.topics, required=True)
    comment = text(gettext_lazy("Dites ce qui ne va pas"), 2000, rows=3)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("topic") == enums.ReportTopic.OTHER and not cleaned.get("comment"):
            self.add_error("comment", _("Dites en quelques mots ce qui ne va pas."))
        return cleaned


class WifiReportForm(ReportForm):
    topic = one_of(gettext_lazy("Qu'est-ce qui ne va pas ?"), choices.wifi_topics, required=True)


class CodeForm(FrenchForm):
    code = DigitsField(
        label=gettext_lazy("Code reçu par courriel"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class MessageForm(FrenchForm):
    text = text(gettext_lazy("Votre message"), 2000, required=True, rows=4)


class WordsForm(FrenchForm):
    """What who joined a report may add to it."""

    text = text(gettext_lazy("Ce que vous savez de plus"), 1900, required=True, rows=3)


class MoreForm(FrenchForm):
    """After a report without an address: some words, where the outcome is to be told, or both."""

    text = text(gettext_lazy("Ce que vous savez de plus"), 2000, rows=3)
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse électronique, pour être prévenu de la suite"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "Facultative. Un code vérifiera qu'elle est bien la vôtre ; elle ne sert qu'à cela."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("text") or cleaned.get("email")):
            self.add_error("text", _("Écrivez un mot, ou donnez votre adresse."))
        return cleaned
