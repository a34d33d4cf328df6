"""The form of a public record: it notices that somebody else wrote meanwhile, and nobody loses a word."""

from datetime import date
from itertools import pairwise
from typing import Any, ClassVar

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from places.enums import Status
from places.history import differences, events_of, signature, user_names, words

# What forms and columns use for "nothing"; zero and "no" are something.
EMPTY: tuple[Any, ...] = ("", [], None)


class PublishedForm(forms.ModelForm):
    """A hidden field says which version the writer saw. When the record has moved on since, nothing is saved: the page
    comes back with what the writer typed, with what the other one changed elsewhere, and with a sentence on each field
    that both changed. Saving once more then overwrites knowingly.

    The caller holds the row lock (see `PublishedAdmin.get_object`), so `self.instance` is the latest version.
    """

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Derived by the database or by services; never what a person types.
    untyped: ClassVar[frozenset[str]] = frozenset({"seen_version"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.date_the_closing(cleaned)
        seen = cleaned.get("seen_version")
        if seen is not None and seen != self.instance.version:
            self.report_other_writer(seen)
        return cleaned

    def date_the_closing(self, cleaned: dict[str, Any]) -> None:
        """A closed record has the date of its closing, today unless told; another one has none."""
        if "status" in cleaned and "closed_on" in self.fields:
            is_closed = cleaned["status"] == Status.CLOSED
            cleaned["closed_on"] = (cleaned.get("closed_on") or localdate()) if is_closed else None

    def report_other_writer(self, seen: int) -> None:
        versions = [event for event in events_of(self.instance) if event.version >= seen]
        base = next((event for event in reversed(versions) if event.version == seen), None)
        latest = versions[-1] if versions else None
        moved = [
            change for change in differences(type(self.instance), base, latest) if change.name in self.fields
        ]
        conflicts = {change.name for change in moved if self.settle(change.name, base)}
        sentence = _(
            "%(who)s a modifié cette fiche pendant que vous l'écriviez (%(when)s). Rien n'est encore enregistré. Votre "
            "saisie est gardée, les autres changements sont repris ci-dessous : relisez, puis enregistrez de nouveau."
        ) % {"who": self.writers(versions, seen), "when": self.moment(latest)}
        lines = [
            _("%(label)s : « %(before)s » est devenu « %(after)s »")
            % {"label": change.label, "before": change.before, "after": change.after}
            for change in moved
        ]
        self.add_error(None, ValidationError([sentence, *lines], code="other_writer"))
        for change in moved:
            if change.name in conflicts:
                both = _(
                    "Vous avez tous deux changé ce champ. Dans la fiche : « %(after)s ». Votre saisie est ci-dessous."
                )
                self.add_error(
                    change.name, ValidationError(both % {"after": change.after}, code="both_changed")
                )
        self.show_latest_version()

    def settle(self, name: str, base: Any | None) -> bool:
        """Whether both writers changed the field differently; when only the other did, the page shows their value."""
        if name not in self.fields or name in self.errors:
            return False
        field = type(self.instance)._meta.get_field(name)
        typed, current = self.cleaned_data.get(name), getattr(self.instance, name)
        if same(field, typed, current):
            return False
        if base is not None and same(field, typed, getattr(base, name)):
            self.fields[name].bound_data = stored_value  # type: ignore[method-assign, assignment]  # this one only
            return False
        return True

    def show_latest_version(self) -> None:
        """The page that comes back counts from the latest version."""
        typed: Any = self.data
        latest = typed.copy()
        latest[self.add_prefix("seen_version")] = str(self.instance.version)
        self.data = latest

    @staticmethod
    def writers(versions: list[Any], seen: int) -> str:
        later = [event for event in versions if event.version > seen]
        names = user_names(later)
        return ", ".join(dict.fromkeys(signature(event, names) for event in later)) or _("Quelqu'un")

    @staticmethod
    def moment(event: Any | None) -> str:
        return date_format(localtime(event.pgh_created_at), "DATETIME_FORMAT") if event else ""

    @property
    def typed_fields(self) -> list[str]:
        """Names of the model's fields that this form really changed."""
        names = {field.name for field in self._meta.model._meta.concrete_fields}
        closing = ["closed_on"] if "status" in self.changed_data and "closed_on" in self.fields else []
        return [
            name for name in dict.fromkeys([*self.changed_data, *closing]) if name in names - self.untyped
        ]


def stored_value(_data: Any, initial: Any) -> Any:
    """In place of a field's `bound_data`: what the page shows is the record's value, not the typed one."""
    return initial


def same(field: Any, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same; the order of codes does not count, nor the seventh decimal."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and field.base_field.choices:
        return set(one) == set(other)
    if isinstance(one, Point | date):
        return words(field, one) == words(field, other)
    return (None if one in EMPTY else one) == (None if other in EMPTY else other)


class ClosureFormSet(forms.BaseInlineFormSet):
    """Temporary closures of one place, as typed together: the database would refuse an overlap without words."""

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms and form.is_valid()]
        rows = [form.cleaned_data for form in kept if form.cleaned_data.get("starts_on")]
        rows.sort(key=lambda row: row["starts_on"])
        for earlier, later in pairwise(rows):
            if later["starts_on"] <= earlier["ends_on"]:
                raise ValidationError(_("Deux fermetures temporaires se chevauchent."), "closures_overlap")
