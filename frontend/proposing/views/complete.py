"""Completing a proposal that waits for a decision: its form again, filled in with what was proposed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.proposing import kept
from frontend.proposing.forms import AuthorForm, PlaceForm, WifiForm
from frontend.proposing.records import initial_of, names_of, shown_values
from frontend.proposing.sending import add_problems
from frontend.proposing.views.base import UNPROCESSABLE
from frontend.proposing.views.follow import COMPLETED, back, too_late
from frontend.proposing.views.records import RecordPage
from places.actors import actor_of, require
from places.enums import ProposalKind
from places.models import Proposal, WifiPoint
from places.proposals.follow import NotOpen, complete, find_by_secret
from places.proposals.submit import ProposalRefused


class Complete(RecordPage):
    """Without look-alikes, address or token: the secret link says who writes."""

    template_name = "frontend/proposing/complete.html"
    proposed: Proposal

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found = find_by_secret(kwargs["secret"])
        if found is None:
            return render(request, "frontend/proposing/unknown.html", status=404)
        require(actor_of(request).with_proposal(found), "follow", found)
        if not found.is_open or found.kind not in COMPLETED:
            return redirect("proposal-follow", kwargs["secret"])
        self.proposed, self.kind, self.target = found, found.kind, found.target
        is_wifi = found.kind == ProposalKind.NEW_WIFI_POINT or isinstance(found.target, WifiPoint)
        self.form_class = WifiForm if is_wifi else PlaceForm
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form, secret = self.bound_form(), kwargs["secret"]
        if self.hours.wants_more:
            return self.show(self.unjudged(form), AuthorForm())
        if not self.is_valid(form):
            return self.show(form, AuthorForm(), status=UNPROCESSABLE)
        try:
            complete(self.proposed, self.values)
        except NotOpen as error:
            return too_late(request, secret, error)
        except ProposalRefused as error:
            add_problems(form, error.problems)
            return self.show(form, AuthorForm(), status=UNPROCESSABLE)
        return back(secret, "complete")

    def shown(self) -> dict[str, Any]:
        sealed = kept.unseal(self.request.POST.get(kept.NAME, ""))
        return self.proposed_values() if sealed is None else sealed

    def proposed_values(self) -> dict[str, Any]:
        """The live record with what is proposed over it."""
        live = shown_values(self.target, self.form_class, self.kind) if self.target else {}
        names = names_of(self.form_class, self.kind)
        return {**live, **{name: value for name, value in self.proposed.fields.items() if name in names}}

    def initial(self) -> dict[str, Any]:
        blank = self.form_class.NEW if self.target is None else {}
        return {**blank, **initial_of(self.proposed_values())}

    def judge(self, form: forms.Form, values: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
        changed = self.check(form, kept.changes(values, shown), partial=True)
        if not changed and not form.errors:
            form.add_error(None, _("Rien n'a changé : complétez au moins une réponse avant d'envoyer."))
        return changed

    def context(self, form: forms.Form) -> dict[str, Any]:
        sealed = self.request.POST.get(kept.NAME, "")
        return {
            **super().context(form),
            "sealed": sealed if kept.unseal(sealed) is not None else kept.seal(self.proposed_values()),
            "sealed_name": kept.NAME,
            "secret": self.kwargs["secret"],
        }
