"""Taking a proposal in, from any door: one transaction, in which the mail to its author is written too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mapservice.post.outbox import full_url, queue_mail
from mapservice.post.text import check_address
from places.enums import OPEN_STATUSES, ProposalKind, ProposalStatus
from places.models import ApiKey, Organisation, Photo, Place, Proposal, WifiPoint
from places.photos import CleanPhoto
from places.proposals.intake import (
    MAX_COMMENT,
    TRUSTED_ORIGINS,
    ProposalRefused,
    Record,
    bounded_text,
    checked_topic,
    checked_values,
    living_record,
    only_changes,
    refusal,
    without_persons,
)
from places.proposals.limits import count_report, count_submission, network_of
from places.proposals.reports import Joined, join_open, key_of
from places.proposals.secrets import new_secret
from places.proposals.verify import send_code
from places.proposals.words import kind_name, title_of

__all__ = ["Author", "ProposalRefused", "Submitted", "submit"]


@dataclass(frozen=True, slots=True)
class Author:
    """Who proposes. `network` is an address or a network; only the network is kept."""

    email: str = ""
    name: str = ""
    user: AbstractBaseUser | None = None
    organisation: Organisation | None = None
    api_key: ApiKey | None = None
    language: str = "fr"
    network: str = ""
    # The author follows many at once on a desk: no mail for each that it was received.
    is_quiet: bool = False

    @property
    def is_known(self) -> bool:
        """It signed in or showed a key: its address needs no code."""
        return self.user is not None or self.api_key is not None


@dataclass(frozen=True, slots=True)
class Submitted:
    """`secret` ends the follow-up link; "" when an open proposal of the same key was updated instead.

    `joined`: the same was reported already. `proposal` is then somebody else's, of which this author may read nothing.
    """

    proposal: Proposal
    secret: str
    joined: Joined | None = None


def submit(
    *,
    kind: str,
    origin: str,
    author: Author,
    target: Place | WifiPoint | None = None,
    duplicate: Place | None = None,
    fields: Mapping[str, Any] | None = None,
    topic: str = "",
    comment: str = "",
    photo: CleanPhoto | None = None,
    photo_description: str = "",
    photo_credit: str = "",
    key: str = "",
) -> Submitted:
    """Keeps a proposal. The answer never depends on whether its address has an account.

    Authors who are known, and origins of ours, enter the queue at once; strangers first show that the address is theirs
    (`places.proposals.verify`), and are counted. Reports of strangers may come without an address: those enter the queue
    at once, or join the open one about the same (`places.proposals.reports`). `key` names one thing proposed again and again: its open proposal is
    brought up to date instead of being doubled.

    Raises:
        ProposalRefused: with one sentence for each problem, in the author's language where a field is wrong.
        TooMany: a stranger sent too many.
    """
    trusted = origin in TRUSTED_ORIGINS
    with transaction.atomic():
        record = living_record(kind, target, trusted=trusted)
        proposal = Proposal(
            kind=kind, origin=origin, key=key, topic=checked_topic(kind, topic, trusted=trusted)
        )
        proposal.target = record
        proposal.comment = bounded_text(comment, MAX_COMMENT, "comment", lines=True)
        is_plain_report = kind == ProposalKind.REPORT and not fields and photo is None
        _sign(proposal, author, needs_address=not (trusted or author.api_key is not None or is_plain_report))
        _fill(proposal, record, duplicate, fields or {})
        picture = _photo(proposal, photo, photo_description, photo_credit)
        _check_something(proposal, picture)
        if key and (known := _bring_up_to_date(proposal)):
            return Submitted(known, "")
        if trusted or author.is_known:
            return _store(proposal, picture, waits=False, is_quiet=author.is_quiet)
        if record is not None and not proposal.email:
            return _report(proposal, record)
        count_submission(email=proposal.email, network=proposal.network)
        return _store(proposal, picture, waits=True)


# --- filling in -----------------------------------------------------------------------------------------------------


def _sign(proposal: Proposal, author: Author, *, needs_address: bool) -> None:
    """Who it is from; raises ProposalRefused when nobody could be answered."""
    proposal.user, proposal.organisation, proposal.api_key = author.user, author.organisation, author.api_key  # type: ignore[assignment]  # any user model
    proposal.author_name = bounded_text(author.name, 150, "author_name")
    proposal.language = (
        author.language if author.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    )
    proposal.network = network_of(author.network)
    # An account answers at its own address: no mail of ours goes where nobody showed to read it.
    email = (getattr(author.user, "email", "") or author.email).strip()
    if not email and not needs_address:
        return
    try:
        proposal.email = check_address(email[:300])
    except ValueError as error:
        said = _("Donnez une adresse de courriel valable : la réponse y sera envoyée.")
        raise refusal(said, field="email") from error


def _fill(proposal: Proposal, record: Record | None, duplicate: Place | None, raw: Mapping[str, Any]) -> None:
    """The values, with what the record says of them now; the other record of a merge."""
    proposal.duplicate = _duplicate(proposal, record, duplicate)
    if proposal.kind == ProposalKind.CLAIM and proposal.organisation is not None:
        raw = {"organisation_name": proposal.organisation.name, "siret": proposal.organisation.siret, **raw}
    trusted = proposal.origin in TRUSTED_ORIGINS
    values = checked_values(proposal.kind, raw, record, language=proposal.language, trusted=trusted)
    if not trusted:
        values, note = without_persons(values, record)
        proposal.comment = "\n".join(filter(None, [proposal.comment, note]))[:MAX_COMMENT]
    if proposal.kind == ProposalKind.TEMPORARY_CLOSURE:
        _refuse_overlap(record, values)
    proposal.fields, proposal.base = only_changes(proposal.kind, values, record)
    proposal.base_version = record.version if record is not None else None


def _duplicate(proposal: Proposal, record: Record | None, duplicate: Place | None) -> Place | None:
    if proposal.kind != ProposalKind.MERGE:
        return None
    found = living_record(proposal.kind, duplicate, trusted=proposal.origin in TRUSTED_ORIGINS)
    if found == record:
        raise refusal(_("Un lieu ne fait pas doublon avec lui-même."))
    return found if isinstance(found, Place) else None


def _refuse_overlap(record: Record | None, values: Mapping[str, Any]) -> None:
    if isinstance(record, Place) and record.closures.filter(
        starts_on__lte=values["ends_on"], ends_on__gte=values["starts_on"]
    ):
        said = _("Une autre fermeture temporaire couvre déjà une partie de ces dates.")
        raise refusal(said, field="starts_on")


def _photo(proposal: Proposal, photo: CleanPhoto | None, description: str, credit: str) -> Photo | None:
    if photo is None:
        return None
    said = bounded_text(description, 200, "photo_description")
    if not said:
        raise refusal(_("Décrivez la photo, pour qui ne la voit pas."), field="photo_description")
    return Photo(
        place=proposal.place,
        description=said,
        credit=bounded_text(credit, 120, "photo_credit"),
        full=photo.full,
        thumbnail=photo.thumbnail,
        width=photo.width,
        height=photo.height,
        sha256=photo.sha256,
    )


def _check_something(proposal: Proposal, picture: Photo | None) -> None:
    """A correction that corrects nothing and only brings a photo is a photo."""
    if proposal.kind == ProposalKind.CHANGE and not proposal.fields:
        if picture is None or proposal.place is None:
            raise refusal(_("Rien ne change dans ce que vous proposez : la fiche dit déjà cela."))
        proposal.kind = ProposalKind.PHOTO
    if proposal.kind == ProposalKind.PHOTO and picture is None:
        raise refusal(_("Joignez une photo."), field="photo")


# --- storing --------------------------------------------------------------------------------------------------------


def _bring_up_to_date(proposal: Proposal) -> Proposal | None:
    """The open proposal of the same key with the new values; None when there is none."""
    known = Proposal.objects.select_for_update().filter(key=proposal.key, status__in=OPEN_STATUSES).first()
    if known is None:
        return None
    about = ("kind", "place_id", "wifi_point_id", "duplicate_id", "topic")
    if any(getattr(known, name) != getattr(proposal, name) for name in about):
        raise refusal(_("Une proposition ouverte sur autre chose porte déjà cette référence."), field="key")
    for name in ("fields", "base", "base_version", "comment"):
        setattr(known, name, getattr(proposal, name))
    if known.status == ProposalStatus.QUESTION:
        known.status = ProposalStatus.PENDING
    known.save(update_fields=["fields", "base", "base_version", "comment", "status", "updated_at"])
    return known


def _store(proposal: Proposal, picture: Photo | None, *, waits: bool, is_quiet: bool = False) -> Submitted:
    proposal.status = ProposalStatus.UNVERIFIED if waits else ProposalStatus.PENDING
    if proposal.user is not None and proposal.email == getattr(proposal.user, "email", ""):
        proposal.verified_at = timezone.now()
    secret = _insert(proposal)
    if not secret:
        known = _bring_up_to_date(proposal)
        if known is None:
            raise refusal(_("Cette proposition vient d'être décidée : envoyez-la de nouveau."), field="key")
        return Submitted(known, "")
    if picture is not None:
        picture.proposal = proposal
        picture.save(force_insert=True)
    if waits or not is_quiet:
        _tell(proposal, secret, waits=waits)
    return Submitted(proposal, secret)


def _insert(proposal: Proposal) -> str:
    """Its secret; "" when somebody else stored the same key at this moment, and committed first."""
    secret, proposal.secret_hash = new_secret()
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError as error:
        if "proposal_key_once" in str(error):
            return ""
        raise
    return secret


def _report(proposal: Proposal, record: Record) -> Submitted:
    """Of a stranger without an address: joins the open one of its key, or opens it."""
    count_report(network=proposal.network)
    proposal.status, proposal.key = ProposalStatus.PENDING, key_of(record, proposal.topic)
    if joined := join_open(proposal):
        return Submitted(joined.report, "", joined)
    if secret := _insert(proposal):
        return Submitted(proposal, secret)
    # Another one opened it at this moment.
    if joined := join_open(proposal):
        return Submitted(joined.report, "", joined)
    # The key is that of an open report that moved with a merged place, or that was decided at this moment.
    proposal.key = ""
    return Submitted(proposal, _insert(proposal))


def _tell(proposal: Proposal, secret: str, *, waits: bool) -> None:
    """The author's first mail, with the link to follow."""
    if waits:
        send_code(proposal, secret=secret)
    elif proposal.email:
        with override(proposal.language):
            words = {"kind": kind_name(proposal.kind), "title": title_of(proposal)}
        queue_mail(
            to=proposal.email,
            template="places/mail/received",
            context={**words, "follow_link": full_url(reverse("proposal-follow", args=[secret]))},
            about=f"proposal:{proposal.pk}",
            key=f"received:{proposal.pk}",
            language=proposal.language,
            is_secret=True,
        )
