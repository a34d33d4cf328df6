"""Short forms about one record: a closure, a photo, « C'est mon lieu »."""

from typing import Any

from django import forms
from django.http import HttpResponse

from frontend.proposing.forms import ClaimForm, ClosureForm, PhotoForm
from frontend.proposing.views.base import TargetPage
from places.enums import ProposalKind


class Closure(TargetPage):
    """Dates make a temporary closure, « définitivement » a permanent one."""

    kind = ProposalKind.TEMPORARY_CLOSURE
    form_class = ClosureForm
    template_name = "frontend/proposing/closure.html"

    def initial(self) -> dict[str, Any]:
        return {"what": "temporary"}

    def before_sending(self, form: forms.Form, author: Any) -> HttpResponse | None:
        if form.cleaned_data["what"] == "permanent":
            self.kind = ProposalKind.PERMANENT_CLOSURE
        return None

    def proposal(self, form: forms.Form) -> dict[str, Any]:
        said = form.cleaned_data
        if self.kind == ProposalKind.PERMANENT_CLOSURE:
            since = {"closed_on": said["closed_on"].isoformat()} if said["closed_on"] else {}
            return {"fields": since, "comment": said["comment"]}
        days = {name: said[name].isoformat() for name in ("starts_on", "ends_on")}
        return {"fields": {**days, "reason": said["reason"]}, "comment": said["comment"]}


class SendPhoto(TargetPage):
    kind = ProposalKind.PHOTO
    form_class = PhotoForm
    template_name = "frontend/proposing/photo.html"

    def proposal(self, form: forms.Form) -> dict[str, Any]:
        return {name: form.cleaned_data[name] for name in ("photo_description", "photo_credit")}


class Claim(TargetPage):
    kind = ProposalKind.CLAIM
    form_class = ClaimForm
    template_name = "frontend/proposing/claim.html"

    def proposal(self, form: forms.Form) -> dict[str, Any]:
        said = form.cleaned_data
        fields = {name: said[name] for name in ("organisation_name", "siret") if said[name]}
        return {"fields": fields, "comment": said["comment"]}
