"""What a refusal says, beside the fields of a form."""

from django import forms

from frontend.proposing.sending import add_problems
from places.proposals.errors import DecisionError, DecisionRefused
from places.proposals.submit import ProposalRefused

Refusal = DecisionError | ProposalRefused


def add_refusal(form: forms.Form, error: Refusal) -> None:
    """Each sentence beside its field, the others at the top."""
    if isinstance(error, ProposalRefused | DecisionRefused):
        add_problems(form, error.problems)
    else:
        form.add_error(None, str(error))


def refusal_words(error: Refusal) -> str:
    return str(error)
