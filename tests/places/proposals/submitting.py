"""What the tests of taking proposals in share."""

from typing import Any

import pytest

from mapservice.post.models import OutgoingMail
from places.models import Place, Proposal, WifiPoint
from places.photos import CleanPhoto
from places.proposals.submit import Author, ProposalRefused, Submitted, submit

STRANGER = Author(email="camille@exemple.fr", name="Camille", network="192.0.2.77")
PHOTO = CleanPhoto(full=b"full", thumbnail=b"small", width=4, height=3, sha256="0" * 64)


def propose(place: Place | WifiPoint | None, fields: dict[str, Any] | None = None, **more: Any) -> Submitted:
    """A correction from the public form, unless said otherwise."""
    words: dict[str, Any] = {"kind": "change", "origin": "form", "author": STRANGER, **more}
    return submit(target=place, fields=fields, **words)


def refused(**words: Any) -> list[str]:
    """The fields at fault."""
    with pytest.raises(ProposalRefused) as refusal:
        propose(words.pop("target", None), words.pop("fields", None), **words)
    assert all(problem.message for problem in refusal.value.problems)
    assert not Proposal.objects.exists()
    assert not OutgoingMail.objects.exists()
    return [problem.field for problem in refusal.value.problems]


def mail() -> OutgoingMail:
    return OutgoingMail.objects.get()
