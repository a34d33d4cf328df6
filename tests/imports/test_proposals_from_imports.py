"""What imports leave to a person: one proposal for each line and matter, kept up to date, settled by itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from imports.models import ImportRun, Source, SourceRecord
from imports.pipeline.records import Outcome
from imports.pipeline.report import sentences
from imports.pipeline.run import run_import
from mapservice.post.models import OutgoingMail
from places.enums import ProposalKind, Status
from places.models import Place, Proposal
from tests.factories import PlaceFactory

Give = Callable[..., Outcome]
pytestmark = pytest.mark.usefixtures("communes")


def record(number: int, **cells: Any) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "nom": f"Lieu {number}",
        "commune": "Verdun",
        "code_postal": "55100",
        "adresse": f"{number} rue de Metz",
        "latitude": 49.15,
        "longitude": 5.38,
        "telephone": "0329450000",
        **cells,
    }


@pytest.fixture
def give(source: Source, tmp_path: Path) -> Give:
    """Imports these records as the source's file."""

    def give_records(*records: dict[str, Any], apply: bool = True, of: Source | None = None) -> Outcome:
        path = tmp_path / "lieux.json"
        path.write_text(json.dumps(records), encoding="utf-8")
        return run_import(str(path), of or source, apply=apply)

    return give_records


def place_of(external_id: str) -> Place:
    found = SourceRecord.objects.get(external_id=external_id).place
    assert found is not None
    return found


def decide(proposal: Proposal, status: str) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(status=status, decided_at=timezone.now())


def snapshot() -> list[Any]:
    """Every column of every proposal."""
    return list(Proposal.objects.order_by("pk").values())


# --- values that a person's hand kept out ---------------------------------------------------------------------------


@pytest.fixture
def corrected(give: Give) -> Place:
    """A place of the source whose name a person corrected."""
    give(record(1))
    Place.objects.update(name="Choisi")
    return place_of("r1")


def test_a_value_kept_out_is_proposed(give: Give, corrected: Place) -> None:
    outcome = give(record(1, nom="Reçu", telephone="0329450001"))

    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.origin, proposal.status, proposal.key) == (
        "change",
        "import",
        "pending",
        "import:essai:r1:change",
    )
    assert (proposal.place, proposal.fields, proposal.base) == (
        corrected,
        {"name": "Reçu"},
        {"name": "Choisi"},
    )
    assert proposal.base_version == place_of("r1").version == 3
    assert (outcome.raised, outcome.proposed, place_of("r1").phone) == (1, 1, "+33329450001")
    assert "Réseau d'essai" in proposal.comment
    assert not OutgoingMail.objects.exists()


def test_the_same_file_again_changes_no_proposal(give: Give, corrected: Place) -> None:
    give(record(1, nom="Reçu"))
    before = snapshot()

    outcome = give(record(1, nom="Reçu"))

    assert (snapshot(), outcome.raised) == (before, 0)


def test_a_trial_tells_what_it_would_ask_and_asks_nothing(give: Give, corrected: Place) -> None:
    outcome = give(record(1, nom="Reçu"), record(2, nom="Choisi", adresse="1 rue de Metz"), apply=False)

    assert (outcome.raised, Proposal.objects.count()) == (2, 0)


def test_a_later_run_brings_the_question_up_to_date(give: Give, corrected: Place) -> None:
    give(record(1, nom="Reçu"))
    first = Proposal.objects.get()
    Proposal.objects.update(status="aside")
    Place.objects.update(name="Choisi mieux", phone="+33329450009")

    outcome = give(record(1, nom="Reçu encore", telephone="0329450001"))

    proposal = Proposal.objects.get()
    assert (proposal.pk, proposal.status, outcome.raised) == (first.pk, "aside", 0)
    assert proposal.fields == {"name": "Reçu encore", "phone": "+33329450001"}
    assert proposal.base == {"name": "Choisi mieux", "phone": "+33329450009"}
    assert proposal.base_version == place_of("r1").version


def test_a_value_that_stands_keeps_its_base(give: Give, corrected: Place) -> None:
    """The three-way difference shows what was said when the value was proposed."""
    give(record(1, nom="Reçu"))
    Place.objects.update(name="Choisi mieux", phone="+33329450009")

    give(record(1, nom="Reçu", telephone="0329450001"))

    assert Proposal.objects.get().base == {"name": "Choisi", "phone": "+33329450009"}


@pytest.mark.parametrize("agrees", ["source", "person"])
def test_agreement_settles_the_question(give: Give, corrected: Place, agrees: str) -> None:
    give(record(1, nom="Reçu"))
    if agrees == "person":
        Place.objects.update(name="Reçu")

    give(record(1, nom="Reçu" if agrees == "person" else "Choisi"))

    proposal = Proposal.objects.get()
    assert (proposal.status, proposal.decided_at) == ("withdrawn", None)
    (note,) = proposal.messages.all()
    assert (note.is_internal, note.is_from_author) == (True, False)
    before = snapshot()
    give(record(1, nom="Reçu" if agrees == "person" else "Choisi"))
    assert snapshot() == before


def test_agreement_on_one_value_leaves_the_others(give: Give, corrected: Place) -> None:
    Place.objects.update(phone="+33329450009")
    give(record(1, nom="Reçu", telephone="0329450001"))
    Place.objects.update(name="Reçu")

    give(record(1, nom="Reçu", telephone="0329450001"))

    assert (Proposal.objects.get().fields, Proposal.objects.get().status) == (
        {"phone": "+33329450001"},
        "pending",
    )


@pytest.mark.parametrize("status", ["refused", "partly_accepted"])
def test_what_was_refused_is_not_asked_again(give: Give, corrected: Place, status: str) -> None:
    """Not even when the source hesitates; another value is another question."""
    give(record(1, nom="Reçu"))
    decide(Proposal.objects.get(), status)
    assert give(record(1, nom="Lieu 1")).raised == 1

    again = give(record(1, nom="Reçu"))

    assert (again.raised, again.proposed, place_of("r1").name) == (0, 1, "Choisi")
    assert sorted(Proposal.objects.values_list("status", flat=True)) == sorted([status, "withdrawn"])
    assert give(record(1, nom="Tout autre")).raised == 1
    assert Proposal.objects.get(status="pending").fields == {"name": "Tout autre"}


def test_only_the_value_that_was_refused_is_left_out(give: Give, corrected: Place) -> None:
    give(record(1, nom="Reçu"))
    decide(Proposal.objects.get(), "refused")
    give(record(1, nom="Lieu 1"))
    Place.objects.update(phone="+33329450009")

    give(record(1, nom="Reçu", telephone="0329450001"))

    assert Proposal.objects.get(status="pending").fields == {"phone": "+33329450001"}


def test_what_was_withdrawn_by_agreement_may_be_asked_again(give: Give, corrected: Place) -> None:
    give(record(1, nom="Reçu"))
    give(record(1, nom="Choisi"))
    Place.objects.update(name="Choisi autrement")

    assert give(record(1, nom="Reçu")).raised == 1
    assert Proposal.objects.get(status="pending").fields == {"name": "Reçu"}


def test_a_line_that_leaves_or_cannot_be_read_keeps_its_question(give: Give, corrected: Place) -> None:
    give(record(1, nom="Reçu"), record(2))
    before = snapshot()

    give(record(2))
    give(record(1, nom=""), record(2))

    assert snapshot() == before


def test_points_are_proposed_as_forms_write_them(give: Give, corrected: Place) -> None:
    Place.objects.update(location="SRID=4326;POINT(5.3812341 49.1512348)")

    give(record(1, longitude=5.3898768, latitude=49.1598761))

    proposal = Proposal.objects.get()
    assert (proposal.fields, proposal.base) == (
        {"location": [5.389877, 49.159876]},
        {"location": [5.381234, 49.151235]},
    )
    before = snapshot()
    give(record(1, longitude=5.3898768, latitude=49.1598761))
    assert snapshot() == before


def test_what_no_proposal_may_carry_is_not_proposed(give: Give, source: Source) -> None:
    """The name of the source and the day of its file belong to imports."""
    give(record(1, date_maj="2026-01-01", source="A"))
    Place.objects.update(source_name="B")

    outcome = give(record(1, date_maj="2026-02-01", source="C"))

    assert (outcome.proposed, outcome.raised, Proposal.objects.count()) == (1, 0, 0)


def test_a_closed_place_is_asked_nothing(give: Give, corrected: Place) -> None:
    Place.objects.update(status=Status.CLOSED, closed_on="2026-01-01")

    assert give(record(1, nom="Reçu")).raised == 0
    assert not Proposal.objects.exists()


def test_two_sources_ask_apart(give: Give, corrected: Place) -> None:
    other = Source.objects.create(name="essai-2", title="Autre")
    SourceRecord.objects.create(
        source=other,
        external_id="r1",
        place=corrected,
        received={"name": "Lieu 1"},
        first_seen=ImportRun.objects.all()[0],
        last_seen=ImportRun.objects.all()[0],
    )
    give(record(1, nom="Reçu"))

    give(record(1, nom="Encore autre"), of=other)
    give(record(1, nom="Choisi"))

    assert list(Proposal.objects.order_by("key").values_list("key", "status")) == [
        ("import:essai-2:r1:change", "pending"),
        ("import:essai:r1:change", "withdrawn"),
    ]


# --- places that may be double --------------------------------------------------------------------------------------


def test_a_look_alike_is_proposed_for_merging(give: Give) -> None:
    known = PlaceFactory(name="LIEU 1", address="1, rue de Metz", postal_code="55100", commune_name="Verdun")

    outcome = give(record(1), record(2))

    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.origin, proposal.status, proposal.key) == (
        ProposalKind.MERGE,
        "import",
        "pending",
        "import:essai:r1:merge",
    )
    assert (proposal.place, proposal.duplicate, proposal.fields) == (known, place_of("r1"), {})
    assert (proposal.base_version, place_of("r1").status, outcome.raised) == (1, Status.DRAFT, 1)


def test_the_same_look_alike_is_proposed_once(give: Give) -> None:
    PlaceFactory(name="Lieu 1", address="1 rue de Metz", postal_code="55100", commune_name="Verdun")
    give(record(1))
    before = snapshot()

    assert give(record(1)).raised == 0
    assert snapshot() == before


def test_a_line_may_double_an_earlier_one(give: Give) -> None:
    give(record(1), record(2, nom="Lieu 1", adresse="1 rue de Metz"))

    proposal = Proposal.objects.get()
    assert (proposal.place, proposal.duplicate) == (place_of("r1"), place_of("r2"))


def test_the_open_twin_stays(give: Give) -> None:
    """A closed place of that name tells nothing of which one to keep."""
    same = {"name": "Lieu 1", "address": "1 rue de Metz", "postal_code": "55100", "commune_name": "Verdun"}
    PlaceFactory(**same, status=Status.CLOSED, closed_on="2026-01-01")
    give(record(1))
    assert (Proposal.objects.count(), place_of("r1").status) == (0, Status.DRAFT)
    PlaceFactory(**same, status=Status.DRAFT)
    published = PlaceFactory(**same)

    give(record(1), record(2, nom="Lieu 1", adresse="1 rue de Metz"))

    assert Proposal.objects.get().place == published


# --- told -----------------------------------------------------------------------------------------------------------


def test_the_report_says_how_many_were_raised(give: Give, corrected: Place) -> None:
    said = [line.replace("\u00a0", " ") for line in sentences(give(record(1, nom="Reçu")))]

    assert (
        "1 nouvelle proposition pour la modération : valeur gardée à la main, ou lieu peut-être en double."
        in said
    )
    assert not any("proposition" in line for line in sentences(give(record(1, nom="Reçu"))))


def test_the_cost_of_asking_does_not_grow_with_the_lines(
    give: Give, source: Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for lines in (range(3), range(100, 130)):
        give(*(record(line) for line in lines))
        Place.objects.update(name="Choisi")
        with django_assert_num_queries(20):
            give(*(record(line, nom="Reçu") for line in lines))
    assert Proposal.objects.filter(kind="change").count() == 33
