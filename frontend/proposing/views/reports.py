"""« Signaler une erreur » in two taps: one on the record's page, one on what is wrong. An address may come afterwards."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend.proposing import guard
from frontend.proposing.choices import topics, wifi_topics
from frontend.proposing.forms import NobodyForm, ReportForm, WifiReportForm, WordsForm
from frontend.proposing.page import secret_page
from frontend.proposing.sending import add_problems, summary
from frontend.proposing.views.base import UNPROCESSABLE, TargetPage
from places.enums import ProposalKind, ReportTopic, Status
from places.models import Place, WifiPoint
from places.proposals.reports import RepeatUnknown, add_words, find_repeat, may_add_words, words_token
from places.proposals.submit import ProposalRefused, Submitted

# Ends the address of the thanks where there is nothing to add words to.
THANKS = "merci"


class Report(TargetPage):
    kind = ProposalKind.REPORT
    form_class = ReportForm
    author_class = NobodyForm
    template_name = "frontend/proposing/report.html"
    closed_too = True

    def context(self, form: forms.Form) -> dict[str, Any]:
        way = "propose-change" if self.model is Place else "propose-wifi-change"
        told = topics() if self.model is Place else wifi_topics()
        return {
            "correction": reverse(way, args=[self.target.slug]),
            "is_closed": self.target.status == Status.CLOSED,
            "taps": [each for each in told if each[0] != ReportTopic.OTHER],
            "other": dict(told)[ReportTopic.OTHER],
            "not_before_ms": guard.MIN_SECONDS * 1000,
        }

    def proposal(self, form: forms.Form) -> dict[str, Any]:
        return {"topic": form.cleaned_data["topic"], "comment": form.cleaned_data["comment"]}

    def address_after(self, submitted: Submitted) -> str:
        """Who joined a report that somebody else made gets the thanks, and no link of theirs."""
        if submitted.joined is None:
            return f"{super().address_after(submitted)}?fait=note"
        message = submitted.joined.message
        return reverse("report-joined", args=[words_token(message) if message else THANKS])


class WifiReport(Report):
    model = WifiPoint
    form_class = WifiReportForm


@require_http_methods(["GET", "HEAD", "POST"])
@secret_page
def joined(request: HttpRequest, token: str) -> HttpResponse:
    """The thanks for a report that somebody else made before: a few words may be added, nothing of the other's is shown."""
    if token == THANKS:
        return render(request, "frontend/proposing/joined.html", {})
    try:
        message = find_repeat(token)
    except RepeatUnknown:
        return render(request, "frontend/proposing/unknown.html", status=404)
    form, status = WordsForm(request.POST or None), 200
    if request.method == "POST":
        try:
            if form.is_valid():
                add_words(message, form.cleaned_data["text"])
                response = redirect("report-joined", token)
                response.headers["Location"] += "?fait=message"
                return response
        except ProposalRefused as error:
            add_problems(form, error.problems)
        status = UNPROCESSABLE
    context = {
        "record": message.proposal.target,
        "token": token,
        "form": form if may_add_words(message) or status != 200 else None,
        "notice": _("Votre message est transmis.") if request.GET.get("fait") == "message" else "",
        "summary": summary(form) if status != 200 else [],
    }
    return render(request, "frontend/proposing/joined.html", context, status=status)
