"""The desk's forms: they read what was typed; the services judge it."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mobile_units.drafts import Draft, DraftCall
from mobile_units.enums import DayPolicy, ExceptionKind, Rhythm, UnitKind, Weekday, WeekParity
from mobile_units.models import MobileUnit
from places.enums import Service, Status, WheelchairAccess

RANKS = (
    (1, _("premier")),
    (2, _("deuxième")),
    (3, _("troisième")),
    (4, _("quatrième")),
    (5, _("cinquième")),
    (-1, _("dernier")),
)
# Offered, never imposed: citizens read the reason as it is written.
REASONS = (
    _("Neige ou verglas"),
    _("Véhicule en panne"),
    _("Jour férié"),
    _("Agent absent"),
    _("Stationnement impossible"),
    _("Fête du village"),
)
_NOTES = {"rows": 3}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    formats = ["%Y-%m-%d", "%d/%m/%Y"]
    return forms.DateField(
        label=label, required=required, widget=DayInput(), input_formats=formats, help_text=help_text
    )


class DatesField(forms.CharField):
    """Days one after the other, as 2027-01-06 or 06/01/2027, separated by anything."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else "\n".join(f"{day:%d/%m/%Y}" for day in value or ())

    def clean(self, value: Any) -> tuple[date, ...]:
        text = super().clean(value)
        return tuple(self._day(part) for part in re.split(r"[\s,;]+", text) if part)

    def _day(self, part: str) -> date:
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(part, pattern).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        raise forms.ValidationError(
            _("« %(part)s » n'est pas une date : écrivez-la comme 06/01/2027."),
            params={"part": part[:20]},
        )


class ItineraryForm(forms.Form):
    """The fields of `Draft` but its calls (see rows). Whatever the rhythm does not use is kept and ignored."""

    unit = forms.ModelChoiceField(
        MobileUnit.objects.exclude(status=Status.CLOSED), label=_("Unité mobile"), empty_label=None
    )
    name = forms.CharField(label=_("Nom de la tournée"), max_length=150, required=False)
    valid_from = day_field(_("À partir du"))
    valid_until = day_field(_("Jusqu'au"), required=False, help_text=_("Compris. Vide : sans fin prévue."))
    rhythm = forms.ChoiceField(
        label=_("Rythme"), choices=Rhythm.choices, widget=forms.RadioSelect, initial=Rhythm.WEEKLY
    )
    weekday = forms.TypedChoiceField(
        label=_("Jour"), choices=Weekday.choices, coerce=int, empty_value=None, required=False
    )
    interval_weeks = forms.IntegerField(
        label=_("Nombre de semaines"), min_value=0, max_value=1000, required=False, initial=2
    )
    anchor_on = day_field(_("Comptées à partir du"), required=False)
    parity = forms.ChoiceField(
        label=_("Semaines"), choices=WeekParity.choices, widget=forms.RadioSelect, required=False
    )
    nths = forms.TypedMultipleChoiceField(
        label=_("Dans le mois"),
        choices=RANKS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    dates = DatesField(
        label=_("Dates"),
        max_length=200_000,
        required=False,
        help_text=_("Une par ligne, comme 06/01/2027."),
    )
    public_holidays = forms.ChoiceField(
        label=_("Jours fériés"), choices=DayPolicy.choices, initial=DayPolicy.SKIP
    )
    school_holidays = forms.ChoiceField(
        label=_("Vacances scolaires"), choices=DayPolicy.choices, initial=DayPolicy.KEEP
    )
    internal_notes = forms.CharField(
        label=_("Notes internes"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs=_NOTES),
        help_text=_("Jamais montrées aux habitants."),
    )
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def draft(self, calls: tuple[DraftCall, ...]) -> Draft:
        """What was typed, once the form is valid."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"unit", "version", "from_date"}
        }
        for name, kind in (
            ("rhythm", Rhythm),
            ("public_holidays", DayPolicy),
            ("school_holidays", DayPolicy),
        ):
            values[name] = kind(values[name])
        values["nths"] = tuple(values["nths"])
        return Draft(unit_id=self.cleaned_data["unit"].pk, calls=calls, **values)


class SuccessorForm(ItineraryForm):
    """The plan that takes over from a date on."""

    from_date = day_field(_("Changer à partir du"))


def values_of(draft: Draft, version: int) -> dict[str, Any]:
    """What the form shows first."""
    values = {name: getattr(draft, name) for name in ItineraryForm.base_fields if hasattr(draft, name)}
    return {**values, "unit": draft.unit_id, "version": version}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif, lu par les habitants"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "motifs"}),
    )


class EndForm(forms.Form):
    last_day = day_field(_("Dernier jour"))
    reason = forms.CharField(
        label=_("Motif, lu par les habitants"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "motifs"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


CHANGES = (
    (ExceptionKind.CANCEL.value, _("Annuler")),
    (ExceptionKind.MOVE.value, _("Déplacer à une autre date ou à un autre arrêt")),
    (ExceptionKind.RETIME.value, _("Changer l'heure")),
)
SCOPES = (("call", _("Cette halte seulement")), ("day", _("Toute la journée")))


class TimesForm(ReasonForm):
    arrival = forms.TimeField(
        label=_("Arrivée"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    departure = forms.TimeField(
        label=_("Départ"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DateForm(TimesForm):
    """One date of an itinerary."""

    kind = forms.ChoiceField(label=_("Que se passe-t-il ?"), choices=CHANGES, widget=forms.RadioSelect)
    scope = forms.ChoiceField(label=_("Pour"), choices=SCOPES, widget=forms.RadioSelect, initial="call")
    new_date = day_field(_("Nouvelle date"), required=False)
    stop = forms.UUIDField(label=_("Nouvel arrêt"), required=False, widget=forms.Select)
    shift_minutes = forms.IntegerField(
        label=_("Décalage de la journée, en minutes"),
        required=False,
        help_text=_("30 : une demi-heure plus tard. −30 : une demi-heure plus tôt."),
    )


class AddDateForm(TimesForm):
    """A date more: the whole round, or one call alone."""

    on_date = day_field(_("Date"))
    what = forms.ChoiceField(
        label=_("Ajouter"),
        choices=(("day", _("Toute la tournée ce jour-là")), ("stop", _("Une seule halte"))),
        widget=forms.RadioSelect,
        initial="day",
    )
    stop = forms.UUIDField(label=_("Arrêt"), required=False, widget=forms.Select)


class OutageForm(ReasonForm):
    starts_on = day_field(_("Premier jour"))
    ends_on = day_field(_("Dernier jour"), help_text=_("Compris."))
    version = forms.IntegerField(widget=forms.HiddenInput)


class StopForm(forms.Form):
    name = forms.CharField(
        label=_("Libellé"),
        max_length=200,
        help_text=_("Tel qu'on le dit au village : « Place de la mairie »."),
    )
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    address = forms.CharField(label=_("Adresse"), max_length=200, required=False)
    postal_code = forms.RegexField(r"^\d{5}$", label=_("Code postal"), required=False)
    commune_name = forms.CharField(
        label=_("Commune"), max_length=150, required=False, help_text=_("Trouvée d'après le point.")
    )
    parking_advice = forms.CharField(
        label=_("Conseil de stationnement"),
        max_length=300,
        required=False,
        help_text=_("Pour le conducteur, jamais publié."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Nom"), max_length=150)
    kind = forms.ChoiceField(label=_("Véhicule"), choices=UnitKind.choices)
    summary = forms.CharField(label=_("Présentation courte"), max_length=280, required=False)
    description = forms.CharField(
        label=_("Présentation"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    operator = forms.CharField(label=_("Exploitant"), max_length=200, required=False)
    services = forms.MultipleChoiceField(
        label=_("Services à bord"),
        choices=Service.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wheelchair = forms.ChoiceField(label=_("Accès en fauteuil"), choices=WheelchairAccess.choices)
    access_note = forms.CharField(label=_("Précision sur l'accès"), max_length=300, required=False)
    phone = forms.CharField(label=_("Téléphone"), max_length=16, required=False)
    colour = forms.CharField(
        label=_("Couleur"), max_length=7, widget=forms.TextInput(attrs={"type": "color"})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
