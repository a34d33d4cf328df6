"""What the tests of proposed values share."""

from typing import Any

from places.enums import ProposalKind
from places.proposals.values import check_values

CHANGE = ProposalKind.CHANGE


def one_problem(kind: str, raw: dict[str, Any], **more: Any) -> tuple[str, str]:
    """Field and sentence of the only problem."""
    (problem,) = check_values(kind, raw, **more).problems
    return problem.field, problem.message
