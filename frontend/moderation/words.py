"""What the moderators' desk says: ages, authors, what a proposal is about. Nothing here is HTML."""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from frontend.words import ago, grouped
from places.enums import ProposalKind, ProposalOrigin
from places.hours import PARIS
from places.models import Proposal
from places.partners.accounts import name_of

MINUTE, HOUR = 60, 3_600
ACCEPT = gettext_noop("Accepter")
ACCEPT_LABELS: dict[str, str] = {
    ProposalKind.NEW_PLACE: gettext_noop("Accepter et publier"),
    ProposalKind.NEW_WIFI_POINT: gettext_noop("Accepter et publier"),
    ProposalKind.TEMPORARY_CLOSURE: gettext_noop("Annoncer la fermeture"),
    ProposalKind.PERMANENT_CLOSURE: gettext_noop("Fermer définitivement"),
    ProposalKind.MERGE: gettext_noop("Fusionner"),
    ProposalKind.PHOTO: gettext_noop("Publier la photo"),
    ProposalKind.REPORT: gettext_noop("Marquer comme traité"),
    ProposalKind.CLAIM: gettext_noop("Confier le lieu"),
}


def age(at: datetime) -> str:
    """« à l'instant », « il y a 12 min », « il y a 3 h », then by days."""
    now = timezone.now()
    seconds = int((now - at).total_seconds())
    if seconds < MINUTE:
        return _("à l'instant")
    if seconds < HOUR:
        return _("il y a %(count)s min") % {"count": seconds // MINUTE}
    if at.astimezone(PARIS).date() == now.astimezone(PARIS).date():
        return _("il y a %(count)s h") % {"count": seconds // HOUR}
    return ago(at.astimezone(PARIS).date())


def user_name(user: object) -> str:
    """The name of an account; without one, the user name of staff and the address of partners: programs made theirs."""
    if not isinstance(user, User):
        return str(user or "")
    return user.get_full_name() or (user.get_username() if user.is_staff else name_of(user))


def has_no_address(proposal: Proposal) -> bool:
    """A report of nobody: two taps, and no address given since (docs/adr/015)."""
    is_signed = proposal.email or proposal.user_id or proposal.api_key_id or proposal.forgotten_at
    is_stranger = proposal.origin in (ProposalOrigin.FORM, ProposalOrigin.API)
    return proposal.kind == ProposalKind.REPORT and is_stranger and not is_signed


def author(proposal: Proposal) -> str:
    """Who proposes, in the words that name them best; an address is left to the page itself."""
    if proposal.organisation:
        return proposal.organisation.name
    if proposal.author_name:
        return proposal.author_name
    if has_no_address(proposal):
        return _("sans adresse")
    return {
        ProposalOrigin.IMPORT: _("un import"),
        ProposalOrigin.FRESHNESS: _("le service"),
        ProposalOrigin.STAFF: _("l'équipe"),
        ProposalOrigin.API: _("un site partenaire"),
        ProposalOrigin.PARTNER: _("un partenaire"),
    }.get(ProposalOrigin(proposal.origin), _("un habitant"))


def proposals_count(count: int) -> str:
    return ngettext("%(count)s proposition", "%(count)s propositions", count) % {"count": grouped(count)}


def accept_label(proposal: Proposal) -> str:
    """What the first button of the proposal does."""
    return _(ACCEPT_LABELS.get(proposal.kind, ACCEPT))
