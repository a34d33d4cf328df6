"""What a program sends: one body for each address, read strictly, with the same validator as the forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from mapservice.api.problems import Problem
from places.enums import ProposalKind, ReportTopic
from places.models import Place, Redirect, WifiPoint
from places.proposals.values import FieldProblem

# A photo needs a file and a merge needs two looks: both have their pages.
KINDS = (
    ProposalKind.NEW_PLACE,
    ProposalKind.NEW_WIFI_POINT,
    ProposalKind.CHANGE,
    ProposalKind.TEMPORARY_CLOSURE,
    ProposalKind.PERMANENT_CLOSURE,
    ProposalKind.REPORT,
    ProposalKind.CLAIM,
)
NEW_KINDS = (ProposalKind.NEW_PLACE, ProposalKind.NEW_WIFI_POINT)
LANGUAGES = ("fr", "en", "de")
MAX_COMMENT = 2000
MAX_REFERENCE = 100
_TARGETS: dict[str, type[Place] | type[WifiPoint]] = {"place": Place, "wifi_point": WifiPoint}


@dataclass(frozen=True, slots=True)
class Sent:
    """A body that was read: the record is found and every member has its type; `fields` are still to be checked."""

    kind: ProposalKind
    target: Place | WifiPoint | None
    topic: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    email: str = ""
    name: str = ""
    language: str = "fr"
    reference: str = ""


def read_sent(body: Mapping[str, Any]) -> Sent:
    """Raises Problem 400 that names every member at fault."""
    problems: list[FieldProblem] = []
    reader = _Reader(body, problems)
    reader.refuse_unknown(
        {"kind", "target", "topic", "fields", "comment", "email", "name", "language", "reference"}
    )
    kind = reader.code("kind", [one.value for one in KINDS])
    sent = Sent(
        kind=ProposalKind(kind or KINDS[0]),
        target=reader.target(kind),
        topic=reader.topic(kind),
        fields=reader.mapping("fields"),
        comment=reader.text("comment", MAX_COMMENT),
        email=reader.email("email"),
        name=reader.text("name", 150),
        language=reader.code("language", LANGUAGES, default="fr"),
        reference=reader.text("reference", MAX_REFERENCE),
    )
    refuse(problems)
    return sent


def read_members(
    body: Mapping[str, Any], *, texts: Mapping[str, int], fields: bool = False
) -> dict[str, Any]:
    """A small body: texts with their bounds, and `fields` where they are taken. Raises Problem 400."""
    problems: list[FieldProblem] = []
    reader = _Reader(body, problems)
    reader.refuse_unknown({*texts, "fields"} if fields else set(texts))
    read: dict[str, Any] = {name: reader.text(name, bound) for name, bound in texts.items()}
    if fields:
        read["fields"] = reader.mapping("fields")
    refuse(problems)
    return read


def refuse(problems: list[FieldProblem]) -> None:
    if problems:
        errors = [{"field": one.field, "sentence": one.message} for one in problems]
        raise Problem(_("Un champ ne convient pas."), members={"errors": errors})


class _Reader:
    """Reads one member after the other, and remembers what is wrong instead of stopping at the first."""

    def __init__(self, body: Mapping[str, Any], problems: list[FieldProblem]) -> None:
        self._body, self._problems = body, problems

    def _wrong(self, name: str, message: str) -> None:
        self._problems.append(FieldProblem(name, "", message))

    def refuse_unknown(self, known: set[str]) -> None:
        for name in sorted(self._body.keys() - known):
            self._wrong(name[:60], _("Ce champ n'existe pas ici."))

    def text(self, name: str, bound: int) -> str:
        value = self._body.get(name, "")
        if not isinstance(value, str):
            self._wrong(name, _("Un texte est attendu."))
            return ""
        if len(value) > bound:
            self._wrong(name, _("%(count)s caractères au plus.") % {"count": bound})
        return value.strip()

    def email(self, name: str) -> str:
        value = self.text(name, 254)
        if value:
            try:
                validate_email(value)
            except ValidationError:
                self._wrong(name, _("Cette adresse électronique ne s'écrit pas ainsi."))
        return value

    def code(self, name: str, codes: Any, default: str = "") -> str:
        value = self._body.get(name, default)
        if not isinstance(value, str) or value not in codes:
            self._wrong(name, _("Une de ces valeurs est attendue : %(codes)s.") % {"codes": ", ".join(codes)})
            return default
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self._body.get(name, {})
        if not isinstance(value, dict):
            self._wrong(name, _("Un objet est attendu : les valeurs proposées, par champ."))
            return {}
        return value

    def topic(self, kind: str) -> str:
        if kind != ProposalKind.REPORT:
            if "topic" in self._body:
                self._wrong("topic", _("Seul un signalement a un objet."))
            return ""
        return self.code("topic", [one.value for one in ReportTopic if one is not ReportTopic.STALE])

    def target(self, kind: str) -> Place | WifiPoint | None:
        """The public record that the proposal is about; one that was merged leads to the one that stayed."""
        sent = self._body.get("target")
        if kind in NEW_KINDS:
            if sent is not None:
                self._wrong("target", _("Un nouveau lieu n'a pas encore de fiche."))
            return None
        found = _find(sent)
        if found is None and kind:
            self._wrong(
                "target",
                _("Indiquez la fiche : un type (place, wifi_point) et l'identifiant d'une fiche publiée."),
            )
        return found


def _find(sent: Any) -> Place | WifiPoint | None:
    if not isinstance(sent, dict) or sent.keys() != {"type", "id"}:
        return None
    model = _TARGETS.get(sent["type"]) if isinstance(sent["type"], str) else None
    try:
        pk = UUID(sent["id"]) if isinstance(sent["id"], str) else None
    except ValueError:
        return None
    if model is None or pk is None:
        return None
    if model is Place and (redirect := Redirect.objects.filter(old_id=pk).first()):
        pk = redirect.place_id
    return model._default_manager.visible().filter(pk=pk).first()
