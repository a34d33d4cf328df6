"""Changing a record: the form that everybody has, filled in with what is published.

A first press shows what changes, and which part of it waits for a decision; a second one sends. Somebody else who
changed the same fields meanwhile is told of, with the three values, and nothing that was typed is lost.
"""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views import View

from frontend.hours.forms import HoursForm
from frontend.partners.access import acting_for, is_editable, own_record
from frontend.partners.addresses import PLACES, address_of
from frontend.partners.sending import add_refusal
from frontend.proposing import kept
from frontend.proposing.forms import PlaceForm, WifiForm
from frontend.proposing.records import (
    RecordForm,
    commune_of,
    hours_of,
    hours_values,
    initial_of,
    names_of,
    shown_values,
    values_of,
)
from frontend.proposing.sending import add_problems, summary
from frontend.views.home import map_settings
from places.actors import actor_of, signed_in
from places.enums import ProposalKind
from places.models import Organisation, Place, Proposal, WifiPoint
from places.partners.editing import RecordChanged, Sent, applied_at_once, refuse_stale, send_change
from places.proposals.difference import Difference, difference_of
from places.proposals.errors import DecisionError
from places.proposals.submit import ProposalRefused
from places.proposals.values import check_values

UNPROCESSABLE = 422
CONFLICT = 409
# Marks the messages that say so: the browser then forgets the draft that it kept.
SENT = "sent"


class EditPage(View):
    """`kind`: lieux or bornes-wifi."""

    template_name: ClassVar[str] = "frontend/partners/edit.html"
    record: Place | WifiPoint
    organisation: Organisation
    hours: HoursForm
    values: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.record = own_record(request, kwargs["kind"], kwargs["pk"], "propose")
        if not is_editable(self.record):
            messages.error(request, _("Cette fiche n'est pas publiée : elle ne peut pas être modifiée ici."))
            return redirect(address_of(self.record))
        self.organisation = acting_for(actor_of(request), self.record)
        self.form_class: type[RecordForm] = PlaceForm if kwargs["kind"] == PLACES else WifiForm
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
        shown = self.live()
        self.hours = hours_of(shown)
        return self.show(self.form_class(initial=initial_of(shown)), kept.seal(shown), self.record.version)

    def post(self, request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
        sealed = request.POST.get(kept.NAME, "")
        shown = kept.unseal(sealed)
        if shown is None:
            sealed, shown = kept.seal(self.live()), self.live()
        version = self.version_seen()
        self.hours = hours_of(shown, request.POST)
        form = self.form_class(request.POST)
        if self.hours.wants_more:
            form.full_clean()
            form.errors.clear()
            return self.show(form, sealed, version)
        if not self.is_valid(form, shown):
            return self.show(form, sealed, version, status=UNPROCESSABLE)
        try:
            refuse_stale(self.record, self.values, shown, version)
            if request.POST.get("do") != "send":
                return self.show(form, sealed, version, difference=self.difference(shown))
            return self.sent(self.send(shown, version))
        except RecordChanged as error:
            self.record = error.record
            return self.conflicted(form, sealed, shown)
        except (DecisionError, ProposalRefused) as error:
            add_refusal(form, error)
            return self.show(form, sealed, version, status=UNPROCESSABLE)

    # --- reading ---

    def live(self) -> dict[str, Any]:
        return shown_values(self.record, self.form_class, ProposalKind.CHANGE)

    def version_seen(self) -> int:
        """A version that nobody could have seen counts as an old one: then values are compared."""
        text = self.request.POST.get("version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def is_valid(self, form: Any, shown: dict[str, Any]) -> bool:
        if not (form.is_valid() & self.hours.is_valid()):
            return False
        commune = commune_of(form)
        if commune is None:
            return False
        said = {**values_of(form, commune, shown), **hours_values(self.hours, shown)}
        names = names_of(self.form_class, ProposalKind.CHANGE)
        changed = kept.changes({name: said[name] for name in names if name in said}, shown)
        checked = check_values(
            ProposalKind.CHANGE,
            changed,
            model=type(self.record),
            partial=True,
            language=get_language() or "fr",
        )
        add_problems(form, checked.problems)
        self.values = checked.values
        if not self.values and not form.errors:
            form.add_error(None, _("Rien n'a changé : corrigez au moins une réponse avant d'envoyer."))
        return form.is_valid()

    def difference(self, shown: dict[str, Any]) -> Difference:
        proposal = Proposal(
            kind=ProposalKind.CHANGE, fields=self.values, base=shown, base_version=self.version_seen()
        )
        proposal.target = self.record
        return difference_of(proposal, record=self.record)

    # --- sending ---

    def send(self, shown: dict[str, Any], version: int) -> Sent:
        return send_change(
            record=self.record,
            values=self.values,
            shown=shown,
            version=version,
            user=signed_in(self.request),
            organisation=self.organisation,
        )

    def sent(self, outcome: Sent) -> HttpResponse:
        if outcome.applied:
            told = ngettext(
                "%(count)s changement est en ligne.",
                "%(count)s changements sont en ligne.",
                len(outcome.applied),
            )
            messages.success(self.request, told % {"count": len(outcome.applied)}, extra_tags=SENT)
        if outcome.waiting:
            messages.success(
                self.request,
                _(
                    "Votre proposition est envoyée : la fiche reste telle quelle jusqu'à la décision de la modération."
                ),
                extra_tags=SENT,
            )
        return redirect(address_of(self.record))

    # --- showing ---

    def conflicted(self, form: forms.Form, sealed: str, shown: dict[str, Any]) -> HttpResponse:
        """With the version that now stands: sending again is a decision, not an accident."""
        return self.show(
            form,
            sealed,
            self.record.version,
            status=CONFLICT,
            difference=self.difference(shown),
            is_conflicted=True,
        )

    def show(
        self, form: forms.Form, sealed: str, version: int, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        difference: Difference | None = more.get("difference")
        rows = difference.rows if difference else ()
        at_once = applied_at_once(self.record, {row.field: None for row in rows}, self.organisation)
        context = {
            "record": self.record,
            "back": address_of(self.record),
            "form": form,
            "hours": self.hours,
            "organisation": self.organisation,
            "sealed": sealed,
            "sealed_name": kept.NAME,
            "version": version,
            "summary": summary(form) if status == UNPROCESSABLE else [],
            "now_rows": [row for row in rows if row.field in at_once],
            "later_rows": [row for row in rows if row.field not in at_once],
            "map_settings": map_settings(),
            "map_extent": settings.TERRITORY["extent"],
            **more,
        }
        return render(self.request, self.template_name, context, status=status)
