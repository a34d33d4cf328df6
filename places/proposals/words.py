"""Names of kinds and states, fields and values, for screens and mails."""

from django.db.models import Model

from places.models import Proposal


def kind_name(kind: str) -> str:
    """« correction », in the reader's language."""
    raise NotImplementedError


def status_name(status: str) -> str:
    """« à traiter », in the reader's language."""
    raise NotImplementedError


def status_sentence(proposal: Proposal) -> str:
    """What its author reads about where it stands."""
    raise NotImplementedError


def title_of(proposal: Proposal) -> str:
    """The name of the record, or the proposed one."""
    raise NotImplementedError


def field_label(model: type[Model], name: str) -> str:
    """The name of a field, in the reader's language."""
    raise NotImplementedError


def value_words(model: type[Model], name: str, value: object) -> str | list[str]:
    """A JSON value as people read it; a list for lists of codes."""
    raise NotImplementedError
