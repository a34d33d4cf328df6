"""What authors are told by e-mail: the outcome, a question, a decision that was undone."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from mapservice.post.enums import MailState
from mapservice.post.models import OutgoingMail
from mapservice.post.outbox import cancel_mails, full_url, queue_mail, quote
from mapservice.post.text import check_address
from places.enums import ProposalKind, Status, Verdict
from places.models import Decision, Place, Proposal, ProposalMessage, WifiPoint
from places.proposals.answer_links import answer_link
from places.proposals.difference import model_of
from places.proposals.words import field_label

ACCEPTED = {
    ProposalKind.NEW_PLACE: _("Le lieu que vous avez proposé, « %(title)s », est accepté."),
    ProposalKind.NEW_WIFI_POINT: _("La borne Wi-Fi que vous avez proposée, « %(title)s », est acceptée."),
    ProposalKind.CHANGE: _("Votre correction de la fiche « %(title)s » est acceptée : la fiche est à jour."),
    ProposalKind.TEMPORARY_CLOSURE: _("La fermeture temporaire de « %(title)s » est annoncée sur la carte."),
    ProposalKind.PERMANENT_CLOSURE: _("« %(title)s » est maintenant indiqué comme fermé définitivement."),
    ProposalKind.MERGE: _("Les deux fiches de « %(title)s » n'en font plus qu'une."),
    ProposalKind.PHOTO: _("Votre photo de « %(title)s » est publiée."),
    ProposalKind.REPORT: _("Votre signalement à propos de « %(title)s » a été traité."),
    ProposalKind.CLAIM: _("La gestion de « %(title)s » est confiée à votre organisation."),
}
REFUSED = {
    ProposalKind.REPORT: _("Votre signalement à propos de « %(title)s » n'a pas conduit à une modification."),
    ProposalKind.CLAIM: _("Votre demande de gestion de « %(title)s » n'a pas été acceptée."),
}
REFUSED_OTHERWISE = _("Votre proposition à propos de « %(title)s » n'a pas été retenue.")
TEMPLATES = {Verdict.ACCEPT: "accepted", Verdict.ACCEPT_PARTLY: "partly_accepted", Verdict.REFUSE: "refused"}


def tell_outcome(decision: Decision, *, adjusted: Iterable[str] = ()) -> None:
    """One mail for one decision. `adjusted`: the fields that the moderator wrote otherwise than proposed."""
    proposal = decision.proposal
    if proposal.user_id is not None and proposal.user_id == decision.by_id:
        return
    is_claim = proposal.kind == ProposalKind.CLAIM and decision.verdict == Verdict.ACCEPT
    template = "claim_granted" if is_claim else TEMPLATES[Verdict(decision.verdict)]
    language = language_of(proposal)
    with translation.override(language):
        context = outcome_context(decision, adjusted)
    send(proposal, template, context, key=f"decision:{decision.pk}")


def outcome_context(decision: Decision, adjusted: Iterable[str]) -> dict[str, Any]:
    """In the author's language, which is the active one."""
    proposal = decision.proposal
    left = set(decision.refused_fields)
    taken = [name for name in proposal.fields if name not in left]
    return {
        "title": proposal.title,
        "sentence": sentence_of(decision),
        "accepted": labels_of(proposal, taken),
        "refused": labels_of(proposal, decision.refused_fields),
        "adjusted": labels_of(proposal, adjusted),
        "message": quote(decision.reason),
        "link": public_link(proposal.target),
        "partner_link": full_url("/partenaire/"),
    }


def sentence_of(decision: Decision) -> str:
    kind = ProposalKind(decision.proposal.kind)
    told = REFUSED.get(kind, REFUSED_OTHERWISE) if decision.verdict == Verdict.REFUSE else ACCEPTED[kind]
    return gettext(told) % {"title": decision.proposal.title}


def labels_of(proposal: Proposal, names: Iterable[str]) -> list[str]:
    model: type[Model] = model_of(proposal)
    return [field_label(model, name) for name in names]


def public_link(record: Place | WifiPoint | None) -> str:
    """The page of a record that citizens see."""
    is_public = record is not None and record.status in (Status.PUBLISHED, Status.CLOSED)
    return full_url(record.get_absolute_url()) if record is not None and is_public else ""


def tell_question(proposal: Proposal, message: ProposalMessage) -> None:
    """The question and where to answer it."""
    context = {
        "title": proposal.title,
        "question": quote(message.text),
        "link": answer_link(proposal) or full_url("/partenaire/"),
    }
    send(proposal, "question", context, key=f"question:{message.pk}", is_secret=True)


def tell_undone(decision: Decision) -> None:
    """Only who was told the outcome is told that it does not hold: a mail that still waits is given up instead."""
    mail = OutgoingMail.objects.filter(key=f"decision:{decision.pk}").first()
    if mail is None or mail.state in (MailState.FAILED, MailState.CANCELLED):
        return
    if mail.state == MailState.WAITING and cancel_mails([mail.pk]):
        return
    send(decision.proposal, "undone", {"title": decision.proposal.title}, key=f"undo:{decision.pk}")


def send(
    proposal: Proposal, template: str, context: dict[str, Any], *, key: str, is_secret: bool = False
) -> None:
    """To the author, when there is one with an address that mails can go to."""
    to = address_of(proposal)
    if to:
        queue_mail(
            to=to,
            template=f"places/mail/{template}",
            context=context,
            about=f"proposal:{proposal.pk}",
            key=key,
            language=language_of(proposal),
            is_secret=is_secret,
        )


def address_of(proposal: Proposal) -> str:
    """The address given with the proposal, else the account's; "" when there is none left."""
    account = proposal.user.email if proposal.user and proposal.user.is_active else ""
    try:
        return check_address(proposal.email or account)
    except ValueError:
        return ""


def language_of(proposal: Proposal) -> str:
    return proposal.language if proposal.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
