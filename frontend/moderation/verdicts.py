"""What the buttons of a proposal do: each calls one service, and says where the moderator goes next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from frontend.moderation.editing import edited_values
from frontend.moderation.sheet import PHOTO, Sheet
from places.actors import actor_of, require
from places.enums import ProposalKind
from places.models import CannedReason, Place, Proposal
from places.proposals import decide
from places.proposals.attach import attach, detach
from places.proposals.errors import AlreadyDecided
from places.proposals.merge import mark_distinct

MAX_WORDS = 2_000
# Buttons that only a proposal which waits has.
VERDICTS = frozenset({"accept", "refuse", "ask", "aside"})
LABEL = "places.Proposal"


class Incomplete(Exception):  # noqa: N818 - it says what is the case
    """The form lacks something; `str()` is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`done` is the decision taken, `moved` says that the proposal left the front of the queue; else it stays shown.

    `attached`: it now corrects another record, and the way back is at hand.
    """

    sentence: str = ""
    done: int | None = None
    moved: bool = False
    attached: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether the next proposal shows at once."""
        return self.moved or self.done is not None


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed: `more` is what stands behind the colon of its value."""

    request: HttpRequest
    sheet: Sheet
    more: str = ""

    @property
    def proposal(self) -> Proposal:
        return self.sheet.proposal

    @property
    def by(self) -> Any:
        return self.request.user

    def text(self, name: str) -> str:
        return self.request.POST.get(name, "").replace("\x00", "").strip()[:MAX_WORDS]

    def canned_or_typed(self, name: str, use: str) -> str:
        """The sentence of the canned reason whose button was pressed, else what was typed."""
        if self.more:
            known = CannedReason.objects.filter(use=use, is_active=True)
            reason = known.filter(pk=number(self.more) or 0).first()
            if reason is None:
                raise Incomplete(_("Ce motif n'existe plus : choisissez-en un autre."))
            return reason.text
        return self.text(name)


def press(request: HttpRequest, sheet: Sheet) -> Outcome:
    """Does what the button says.

    Raises:
        Incomplete: the form lacks something.
        DecisionError: the service refused (places/proposals/errors.py).
        PermissionDenied: not in this role.
    """
    name, _colon, more = request.POST.get("do", "").partition(":")
    if name not in BUTTONS:
        raise Incomplete(_("Choisissez une action."))
    verb, act = BUTTONS[name]
    require(actor_of(request), verb, LABEL)
    if name in VERDICTS and not sheet.proposal.is_open:
        # Said before anything that the form may lack.
        raise AlreadyDecided(sheet.proposal)
    return act(Press(request, sheet, more))


def accept(pressed: Press) -> Outcome:
    sheet, data = pressed.sheet, pressed.request.POST
    offered, taken = offered_and_taken(sheet)
    if offered and not taken:
        raise Incomplete(_("Cochez au moins un champ, ou refusez la proposition."))
    edited = edited_values({**sheet.editors, **sheet.menders}, data)
    decision = decide.accept(
        pressed.proposal.pk,
        by=pressed.by,
        fields=None if offered <= taken else taken,
        edited={name: value for name, value in edited.items() if name in taken or name in sheet.menders},
        version=number(data.get("version", "")),
        # What stood in conflict on the page that was sent: both values were seen, and the proposed one ticked.
        resolved=taken & set(data.getlist("conflict")),
        publish="draft" not in data,
        message=pressed.text("message"),
    )
    remember_distinct(pressed, decision)
    return Outcome(done=decision.pk)


def offered_and_taken(sheet: Sheet) -> tuple[set[str], set[str]]:
    """Names that could be ticked and names that were; a photo that came along counts as one."""
    offered = {line.row.field for line in sheet.lines if line.row.state != "same"}
    taken = {line.row.field for line in sheet.taken}
    if offered and sheet.photos:
        offered |= {PHOTO}
        taken |= {PHOTO} if sheet.takes_photo else set()
    return offered, taken


def remember_distinct(pressed: Press, decision: Any) -> None:
    """A new place now exists: what was told apart from it on its page stays told apart."""
    kind = pressed.proposal.kind
    keys = [key for key in map(uuid_of, pressed.request.POST.getlist("distinct")) if key]
    if kind != ProposalKind.NEW_PLACE or not keys:
        return
    made = Proposal.objects.select_related("place").get(pk=pressed.proposal.pk).place
    if made is not None:
        for other in Place.objects.filter(pk__in=keys):
            mark_distinct(made, other, by=pressed.by)


def refuse(pressed: Press) -> Outcome:
    reason = pressed.canned_or_typed("reason", CannedReason.Use.REFUSAL)
    if not reason:
        raise Incomplete(_("Donnez le motif du refus : l'auteur le lira."))
    return Outcome(done=decide.refuse(pressed.proposal.pk, by=pressed.by, reason=reason).pk)


def ask(pressed: Press) -> Outcome:
    text = pressed.canned_or_typed("question", CannedReason.Use.QUESTION)
    if not text:
        raise Incomplete(_("Écrivez la question : l'auteur la recevra par courriel."))
    decide.ask(pressed.proposal.pk, by=pressed.by, text=text)
    return Outcome(moved=True)


def put_aside(pressed: Press) -> Outcome:
    decide.put_aside(pressed.proposal.pk, by=pressed.by, note=pressed.text("note"))
    return Outcome(moved=True)


def reopen(pressed: Press) -> Outcome:
    decide.reopen(pressed.proposal.pk, by=pressed.by)
    return Outcome(_("La proposition est de nouveau à traiter."))


def assign_to_me(pressed: Press) -> Outcome:
    decide.assign(pressed.proposal.pk, to=pressed.by, by=pressed.by)
    return Outcome(_("Vous suivez cette proposition."))


def assign_to_nobody(pressed: Press) -> Outcome:
    decide.assign(pressed.proposal.pk, to=None, by=pressed.by)
    return Outcome(_("Plus personne ne suit cette proposition."))


def add_note(pressed: Press) -> Outcome:
    text = pressed.text("note")
    if not text:
        raise Incomplete(_("La note est vide."))
    decide.add_note(pressed.proposal.pk, by=pressed.by, text=text)
    return Outcome(_("Votre note est enregistrée."))


def not_alike(pressed: Press) -> Outcome:
    """« Ce n'est pas un doublon », of a look-alike; of the other place of a proposed merge, which is refused by that."""
    proposal, other = pressed.proposal, place_of(pressed.more)
    if proposal.place is None or other is None or other.pk == proposal.place.pk:
        raise Incomplete(_("Ce lieu n'existe plus."))
    mark_distinct(proposal.place, other, by=pressed.by)
    if proposal.kind == ProposalKind.MERGE and other.pk == proposal.duplicate_id:
        reason = _("Après vérification, ce sont bien deux lieux différents.")
        return Outcome(done=decide.refuse(proposal.pk, by=pressed.by, reason=reason).pk)
    return Outcome(_("C'est noté : ces deux lieux ne seront plus rapprochés."))


def is_the_same(pressed: Press) -> Outcome:
    """« C'est ce lieu » : what was proposed as a new place becomes a correction of the one that exists."""
    place = place_of(pressed.more)
    if place is None:
        raise Incomplete(_("Ce lieu n'existe plus."))
    attach(pressed.proposal.pk, to=place, by=pressed.by)
    return Outcome(attached=True)


def is_another(pressed: Press) -> Outcome:
    """The way back from « C'est ce lieu »."""
    detach(pressed.proposal.pk, by=pressed.by)
    return Outcome(_("La proposition est de nouveau un nouveau lieu, avec tout ce que son auteur a proposé."))


BUTTONS: dict[str, tuple[str, Callable[[Press], Outcome]]] = {
    "accept": ("decide", accept),
    "refuse": ("decide", refuse),
    "ask": ("decide", ask),
    "aside": ("decide", put_aside),
    "reopen": ("decide", reopen),
    "distinct": ("decide", not_alike),
    "same": ("decide", is_the_same),
    "detach": ("undo", is_another),
    "assign": ("assign", assign_to_me),
    "unassign": ("assign", assign_to_nobody),
    "note": ("note", add_note),
}


def place_of(key: str) -> Place | None:
    uuid = uuid_of(key)
    return Place.objects.filter(pk=uuid).first() if uuid else None


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
