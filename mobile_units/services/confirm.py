"""What stands between a preview and the public: errors block, the difference is confirmed, warnings get a reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mobile_units.findings import errors, warnings
from mobile_units.services.preview import Preview
from mobile_units.services.writing import Refused, Unconfirmed


@dataclass(frozen=True, slots=True)
class Override:
    """A warning that a planner accepts, named as findings name themselves, with the reason that is kept."""

    code: str
    subject: str
    reason: str

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.subject


def confirmed(
    preview: Preview, *, digest: str, overrides: Iterable[Override], kept: Sequence[Any], user: Any, on: date
) -> list[dict[str, Any]]:
    """The overrides to keep: those given, and those kept earlier, of which the warning still stands.

    Raises:
        Refused: errors, or warnings without a reason.
        Unconfirmed: the difference of passages is not the confirmed one.
    """
    refuse_errors(preview)
    if digest != preview.difference.digest:
        raise Unconfirmed(preview)
    signed = {"by": user.pk if user is not None else None, "on": on.isoformat()}
    reasons: dict[tuple[str, str], dict[str, Any]] = {
        (one["code"], one["subject"]): one for one in kept if isinstance(one, dict)
    }
    reasons |= {
        one.key: {"code": one.code, "subject": one.subject, "reason": one.reason.strip(), **signed}
        for one in overrides
        if one.reason.strip()
    }
    open_warnings = [finding for finding in warnings(preview.findings) if finding.key not in reasons]
    if open_warnings:
        sentence = ngettext(
            "%(count)s avertissement demande une correction, ou un motif.",
            "%(count)s avertissements demandent une correction, ou un motif.",
            len(open_warnings),
        )
        raise Refused(sentence % {"count": len(open_warnings)}, open_warnings)
    return [reasons[finding.key] for finding in warnings(preview.findings)]


def refuse_errors(preview: Preview) -> None:
    """Raises Refused with the errors of the preview, if any."""
    if found := errors(preview.findings):
        sentence = ngettext(
            "%(count)s erreur empêche de publier cette tournée.",
            "%(count)s erreurs empêchent de publier cette tournée.",
            len(found),
        )
        raise Refused(sentence % {"count": len(found)}, found)


def refuse_structure(preview: Preview) -> None:
    """Raises Refused when the draft cannot even be stored."""
    if not preview.is_sound:
        raise Refused(_("Cette tournée ne peut pas être enregistrée."), errors(preview.findings))
