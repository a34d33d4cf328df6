"""A new place or Wi-Fi point, and the correction of one."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontend.hours.forms import HoursForm
from frontend.proposing import kept
from frontend.proposing.forms import AuthorForm, PhotoFields, PlaceForm, WifiForm
from frontend.proposing.records import (
    PLACED,
    RecordForm,
    commune_of,
    hours_of,
    hours_values,
    initial_of,
    names_of,
    shown_values,
    values_of,
)
from frontend.proposing.sending import add_problems
from frontend.proposing.views.base import FormPage, TargetPage
from frontend.proposing.where import UnknownCommuneError, find_commune
from frontend.views.home import map_settings
from places.enums import ProposalKind
from places.models import Place, Proposal, WifiPoint
from places.proposals.difference import difference_of
from places.proposals.far_points import far_point_problem
from places.proposals.lookalikes import Alike, find_alike
from places.proposals.values import check_values

# Degrees around the centre of a commune: some kilometres.
AROUND = 0.02


class RecordPage(FormPage):
    """The long form of a record: steps for who has scripts, one page of questions for who has none."""

    form_class: type[RecordForm]
    values: dict[str, Any]
    hours: HoursForm

    def blank_form(self) -> forms.Form:
        initial = self.initial()
        self.hours = hours_of(initial)
        return self.form_class(initial=initial)

    def bound_form(self) -> forms.Form:
        self.hours = hours_of(self.shown(), self.request.POST)
        return super().bound_form()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.bound_form()
        if self.hours.wants_more:
            return self.show(self.unjudged(form), self.unjudged(AuthorForm(request.POST)))
        return super().post(request, **kwargs)

    def unjudged(self, form: Any) -> Any:
        """The form as it was typed, without a word on what is missing so far."""
        form.full_clean()
        form.errors.clear()
        return form

    def shown(self) -> dict[str, Any]:
        """The values that the page showed first; none for a new record."""
        return {}

    def is_valid(self, form: forms.Form) -> bool:
        is_read = form.is_valid() & self.hours.is_valid()
        commune, shown = commune_of(form), self.shown()
        if commune is None or not is_read:
            self.judge_what_was_read(form, shown)
            return False
        said = {**values_of(form, commune, shown), **hours_values(self.hours, shown)}
        names = names_of(self.form_class, self.kind)
        self.values = self.judge(form, {name: said[name] for name in names if name in said}, shown)
        return form.is_valid()

    def judge_what_was_read(self, form: forms.Form, shown: dict[str, Any]) -> None:
        """Sentences beside the other answers too: whoever mends one should not be sent back for the next."""
        asked = set(names_of(self.form_class, self.kind)) - set(PLACED)
        read = {name: value for name, value in form.cleaned_data.items() if name in asked}
        self.check(form, kept.changes(read, shown), partial=True)

    def judge(self, form: forms.Form, values: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
        """The values as they will be proposed; sentences on the form for those that cannot."""
        raise NotImplementedError

    def check(self, form: forms.Form, values: dict[str, Any], *, partial: bool) -> dict[str, Any]:
        model = Place if issubclass(self.form_class, PlaceForm) else WifiPoint
        language = get_language() or "fr"
        checked = check_values(self.kind, values, model=model, partial=partial, language=language)
        add_problems(form, checked.problems)
        far = far_point_problem(checked.values, self.target, language=language)
        if far and not {"point", "commune"} & form.errors.keys():
            add_problems(form, [far])
        return checked.values

    def proposal(self, form: forms.Form) -> dict[str, Any]:
        return {"fields": self.values}

    def context(self, form: forms.Form) -> dict[str, Any]:
        return {
            **super().context(form),
            "hours": self.hours,
            "map_settings": map_settings(),
            "map_extent": self.extent(form),
        }

    def extent(self, form: forms.Form) -> list[float]:
        """(west, south, east, north) that the map shows without a point: the commune when it is said, else all."""
        said = form["commune"].value()
        try:
            centre = find_commune(said).reference_point if said else None
        except UnknownCommuneError:
            centre = None
        if centre is None:
            return list(settings.TERRITORY["extent"])
        return [centre.x - AROUND, centre.y - AROUND, centre.x + AROUND, centre.y + AROUND]


class NewPage(RecordPage):
    """A record that does not exist yet, as far as its author knows."""

    def initial(self) -> dict[str, Any]:
        asked = {name: self.request.GET.get(name, "")[:200] for name in ("name", "commune", "address")}
        return {**self.form_class.NEW, **asked}

    def judge(self, form: forms.Form, values: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
        return self.check(form, kept.changes(values, {}), partial=False)


class NewPlace(NewPage):
    kind = ProposalKind.NEW_PLACE
    form_class = PlaceForm
    template_name = "frontend/proposing/place.html"
    photo_part: PhotoFields

    def bound_form(self) -> forms.Form:
        self.photo_part = PhotoFields(self.request.POST, self.request.FILES)
        return super().bound_form()

    def is_valid(self, form: forms.Form) -> bool:
        return super().is_valid(form) & self.photo_part.is_valid()

    def before_sending(self, form: forms.Form, author: forms.Form) -> HttpResponse | None:
        """The places that look like this one, once: the author says that it is another one by sending again."""
        seen = set(self.request.POST.get("vus", "").split(",")[:50])
        alike = self.alike()
        if all(str(each.place.pk) in seen for each in alike):
            return None
        return self.show(form, author, alike=alike, seen=",".join(str(each.place.pk) for each in alike))

    def alike(self) -> list[Alike]:
        lon, lat = self.values["location"]
        return find_alike(
            name=self.values["name"],
            insee_code=self.values["insee_code"],
            location=Point(lon, lat, srid=4326),
        )

    def proposal(self, form: forms.Form) -> dict[str, Any]:
        words = self.photo_part.cleaned_data
        return {
            **super().proposal(form),
            "photo_description": words["photo_description"],
            "photo_credit": words["photo_credit"],
        }

    def photo(self, form: forms.Form) -> Any:
        return super().photo(self.photo_part)

    def context(self, form: forms.Form) -> dict[str, Any]:
        part = self.photo_part if self.request.method == "POST" else PhotoFields()
        seen = (self.request.POST or self.request.GET).get("vus", "")[:2000]
        return {**super().context(form), "photo": part, "seen": seen}


class NewWifi(NewPage):
    kind = ProposalKind.NEW_WIFI_POINT
    form_class = WifiForm
    template_name = "frontend/proposing/wifi.html"


class ChangePage(TargetPage, RecordPage):
    """The form filled in with what is published; only what was changed is proposed, and shown back before it leaves."""

    kind = ProposalKind.CHANGE
    template_name = "frontend/proposing/change.html"

    def shown(self) -> dict[str, Any]:
        sealed = kept.unseal(self.request.POST.get(kept.NAME, ""))
        return self.live() if sealed is None else sealed

    def live(self) -> dict[str, Any]:
        return shown_values(self.target, self.form_class, self.kind)

    def initial(self) -> dict[str, Any]:
        return initial_of(self.live())

    def judge(self, form: forms.Form, values: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
        changed = self.check(form, kept.changes(values, shown), partial=True)
        if not changed and not form.errors:
            form.add_error(None, _("Rien n'a changé : corrigez au moins une réponse avant d'envoyer."))
        return changed

    def before_sending(self, form: forms.Form, author: forms.Form) -> HttpResponse | None:
        if self.request.POST.get("do") == "send":
            return None
        return self.show(form, author, difference=self.difference())

    def difference(self) -> Any:
        proposal = Proposal(kind=self.kind, fields=self.values, base=self.live())
        proposal.target = self.target
        return difference_of(proposal)

    def context(self, form: forms.Form) -> dict[str, Any]:
        sealed = self.request.POST.get(kept.NAME, "")
        return {
            **super().context(form),
            "sealed": sealed if kept.unseal(sealed) is not None else kept.seal(self.live()),
            "sealed_name": kept.NAME,
        }


class ChangePlace(ChangePage):
    form_class = PlaceForm
    model = Place


class ChangeWifi(ChangePage):
    form_class = WifiForm
    model = WifiPoint
