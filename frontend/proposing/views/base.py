"""What the pages with a form share: shown, sent, refused with sentences, sent once."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.views import View

from frontend.proposing import guard
from frontend.proposing.forms import AuthorForm
from frontend.proposing.questions import BAD_EMAIL, FILL_IN
from frontend.proposing.sending import add_problems, author_of, summary
from frontend.proposing.targets import find_target
from places.models import Place, WifiPoint
from places.photos import CleanPhoto, PhotoRefusedError, reencode
from places.proposals.limits import TooMany
from places.proposals.submit import ProposalRefused, Submitted, submit

Record = Place | WifiPoint
UNPROCESSABLE = 422
TOO_MANY = 429


class FormPage(View):
    """One form that makes one proposal. `target` is the record it is about, None for a new one."""

    kind: str
    form_class: type[forms.Form]
    author_class: ClassVar[type[forms.Form]] = AuthorForm
    template_name: ClassVar[str]
    target: Record | None = None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.blank_form(), self.blank_author())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form, author = self.bound_form(), self.author_class(request.POST)
        try:
            ticket = guard.read(request.POST)
        except guard.GuardError as error:
            form.add_error(None, error.sentence)
            return self.show(form, author, status=UNPROCESSABLE)
        if not (self.is_valid(form) & author.is_valid()):
            return self.show(form, author, status=UNPROCESSABLE)
        return self.before_sending(form, author) or self.send(form, author, ticket)

    # --- what a page may say otherwise ---

    def initial(self) -> dict[str, Any]:
        return {}

    def blank_form(self) -> forms.Form:
        return self.form_class(initial=self.initial())

    def bound_form(self) -> forms.Form:
        return self.form_class(self.request.POST, self.request.FILES)

    def is_valid(self, form: forms.Form) -> bool:
        return form.is_valid()

    def before_sending(self, form: forms.Form, author: forms.Form) -> HttpResponse | None:
        """A page that comes before, of look-alikes or of what will be sent; None to send."""
        return None

    def proposal(self, form: forms.Form) -> dict[str, Any]:
        """What `submit` needs beside the author, the kind and the target."""
        raise NotImplementedError

    def context(self, form: forms.Form) -> dict[str, Any]:
        return {}

    def address_after(self, submitted: Submitted) -> str:
        """Where its author is led."""
        return reverse("proposal-follow", args=[submitted.secret])

    # --- the same everywhere ---

    def blank_author(self) -> forms.Form:
        user = self.request.user
        return self.author_class(initial={"email": user.email} if user.is_authenticated else {})

    def send(self, form: forms.Form, author: forms.Form, ticket: guard.Ticket) -> HttpResponse:
        try:
            who = author_of(self.request, author)
            photo = self.photo(form)
            sending = guard.sending_of(ticket, self.request.POST, self.request.FILES)
            address = guard.send_once(sending, lambda: self.address_after(self.submit(form, who, photo)))
        except TooMany as error:
            form.add_error(None, error.sentence)
            response = self.show(form, author, status=TOO_MANY)
            response.headers["Retry-After"] = str(error.retry_after)
            return response
        except PhotoRefusedError as error:
            form.add_error("photo", error.sentence)
            return self.show(form, author, status=UNPROCESSABLE)
        except ProposalRefused as error:
            add_problems(form, error.problems)
            return self.show(form, author, status=UNPROCESSABLE)
        return redirect(address)

    def submit(self, form: forms.Form, author: Any, photo: CleanPhoto | None) -> Submitted:
        words: Mapping[str, Any] = self.proposal(form)
        return submit(kind=self.kind, origin="form", author=author, target=self.target, photo=photo, **words)

    def photo(self, form: forms.Form) -> CleanPhoto | None:
        upload = form.cleaned_data.get("photo")
        return reencode(upload.file) if upload else None

    def show(self, form: forms.Form, author: forms.Form, *, status: int = 200, **more: Any) -> HttpResponse:
        kept = self.request.POST.get(guard.TOKEN, "")
        context = {
            "form": form,
            "author": author,
            "record": self.target,
            "token": kept if guard.is_live(kept) else guard.issue(),
            "token_name": guard.TOKEN,
            "trap_name": guard.TRAP,
            "summary": summary(form, author) if status != 200 else [],
            "lost_photo": bool(self.request.FILES),
            "hints": {"required": FILL_IN, "email": BAD_EMAIL},
            **self.context(form),
            **more,
        }
        return render(self.request, self.template_name, context, status=status)


class TargetPage(FormPage):
    """A form about a record that exists; the address of one that was merged leads to the one that stayed."""

    model: ClassVar[type[Any]] = Place
    closed_too: ClassVar[bool] = False
    target: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.target, moved = find_target(self.model, kwargs["slug"], closed_too=self.closed_too)
        if moved:
            return redirect(resolve(request.path_info).view_name, self.target.slug)
        return super().dispatch(request, *args, **kwargs)
