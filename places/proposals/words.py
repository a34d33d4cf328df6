"""Names of kinds and states, fields and values, for screens and mails: all in the reader's language."""

from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from places.enums import ProposalKind, ProposalStatus
from places.fields import CLOSURES, PLACE_FIELDS, WIFI_FIELDS, Field
from places.models import Place, Proposal, WifiPoint
from places.words import phone

# What proposals carry beside the public fields of records.
_OTHERS = (
    Field("location", _("Point sur la carte")),
    Field("photo", _("Photo")),
    Field("organisation_name", _("Organisation")),
    Field("contact_name", _("Personne à contacter (privé)")),
    Field("contact_email", _("Courriel direct (privé)")),
    Field("contact_phone", _("Ligne directe (privée)")),
    *CLOSURES.parts,
)
_PHONES = frozenset({"phone", "contact_phone"})
# What authors read; a proposal put aside waits like the others to them.
_SENTENCES: dict[str, str] = {
    ProposalStatus.UNVERIFIED.value: _(
        "Il reste à vérifier votre adresse : saisissez le code reçu par courriel, ou suivez le lien du message."
    ),
    ProposalStatus.PENDING.value: _("Votre proposition est reçue : une personne va la lire."),
    ProposalStatus.QUESTION.value: _("La modération vous pose une question : votre réponse est attendue."),
    ProposalStatus.ASIDE.value: _("Votre proposition est reçue : une personne va la lire."),
    ProposalStatus.ACCEPTED.value: _("Votre proposition est acceptée : merci."),
    ProposalStatus.PARTLY_ACCEPTED.value: _("Votre proposition est acceptée en partie : merci."),
    ProposalStatus.REFUSED.value: _("Votre proposition n'a pas été retenue."),
    ProposalStatus.WITHDRAWN.value: _("Cette proposition est retirée."),
}


def kind_name(kind: str) -> str:
    """« correction »."""
    return gettext(str(ProposalKind(kind).label))


def status_name(status: str) -> str:
    """« à traiter »."""
    return gettext(str(ProposalStatus(status).label))


def status_sentence(proposal: Proposal) -> str:
    """What its author reads about where it stands."""
    return gettext(_SENTENCES[proposal.status])


def title_of(proposal: Proposal) -> str:
    """The name of the record, or the proposed one; the kind when there is neither."""
    return proposal.title or kind_name(proposal.kind)


@cache
def _described(model: type[Model]) -> dict[str, Field]:
    """What is known of each field, by name."""
    own: dict[type[Model], tuple[Field, ...]] = {Place: PLACE_FIELDS, WifiPoint: WIFI_FIELDS}
    return {field.name: field for field in (*_OTHERS, *own.get(model, ()))}


def field_label(model: type[Model], name: str) -> str:
    """The name of a field, with a capital."""
    described = _described(model).get(name) or _described(model).get(f"{name}_id")
    if described:
        return gettext(described.label)
    try:
        label = str(getattr(model._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name
    return label[:1].upper() + label[1:]


def value_words(model: type[Model], name: str, value: Any) -> str | list[str]:
    """A JSON value as people read it; a list for a list. Nothing known is an empty text or list."""
    if isinstance(value, list) and name != "location":
        return [_code_words(model, name, item) for item in value]
    if value is None or value == "":
        return [] if _is_list(model, name) else ""
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    if name == "location":
        return f"{value[1]:.6f}, {value[0]:.6f}"
    if name == "place_id":
        return str(Place.objects.filter(pk=value).first() or value)
    return _text_words(model, name, str(value))


def _text_words(model: type[Model], name: str, value: str) -> str:
    if name in _PHONES:
        return phone(value)
    return _date_words(value) if _is_date(model, name) else _code_words(model, name, value)


def _is_list(model: type[Model], name: str) -> bool:
    described = _described(model).get(name)
    return bool(described and described.json_type == "array")


def _is_date(model: type[Model], name: str) -> bool:
    described = _described(model).get(name)
    return bool(described and described.json_type == "date")


def _date_words(value: str) -> str:
    return date_format(date.fromisoformat(value), "DATE_FORMAT")


def _code_words(model: type[Model], name: str, value: str) -> str:
    described = _described(model).get(name)
    labels = dict(described.choices.choices) if described and described.choices else {}
    return gettext(str(labels[value])) if value in labels else value
