"""Several runs of one source: people's edits stay, what leaves is marked, a brake stops the unusual."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.utils import timezone

from imports.models import ImportIssue, ImportRun, RunState, Source, SourceRecord
from imports.pipeline.records import Outcome, RefusedRunError, UnreadableFileError
from imports.pipeline.run import run_import
from places.enums import LocationOrigin, PlaceKind, Status
from places.models import Commune, Place
from tests.factories import PlaceFactory

Write = Callable[..., str]


def record(number: int, **cells: Any) -> dict[str, Any]:
    """A good line; `cells` replace or add columns, None removes one."""
    line = {
        "id": f"r{number}",
        "nom": f"Lieu {number}",
        "commune": "Verdun",
        "code_postal": "55100",
        "adresse": f"{number} rue de Metz",
        "latitude": round(49.15 + number / 1000, 4),
        "longitude": 5.38,
        "telephone": "0329450000",
        "services": "Loisirs et créations numériques",
        "date_maj": "2026-01-10",
        **cells,
    }
    return {name: value for name, value in line.items() if value is not None}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes records as JSON and says where."""

    def write_records(*records: Any) -> str:
        path = tmp_path / "lieux.json"
        path.write_text(json.dumps(records), encoding="utf-8")
        return str(path)

    return write_records


def codes(outcome: Outcome) -> list[str]:
    return [issue.code for issue in outcome.issues]


def place_of(external_id: str) -> Place:
    found = SourceRecord.objects.get(external_id=external_id).place
    assert found is not None
    return found


pytestmark = pytest.mark.usefixtures("communes")


def test_a_trial_writes_nothing_but_its_trace(source: Source, write: Write) -> None:
    outcome = run_import(write(record(1), record(2, nom="")), source)

    assert (outcome.read, outcome.created, outcome.refused, outcome.is_applied) == (2, 1, 1, False)
    assert (Place.objects.count(), SourceRecord.objects.count()) == (0, 0)
    run = ImportRun.objects.get()
    assert (run.state, run.is_trial, run.read, run.created, run.refused) == ("finished", True, 2, 1, 1)
    assert (run.file_name, len(run.sha256)) == ("lieux.json", 64)
    assert list(ImportIssue.objects.values_list("run", "line", "level", "code", "external_id")) == [
        (run.pk, 2, "error", "name_missing", "r2")
    ]


def test_a_new_place_says_where_it_comes_from(
    source: Source, write: Write, communes: dict[str, Commune]
) -> None:
    run_import(write(record(1)), source, apply=True)

    place = place_of("r1")
    assert (place.slug, place.status, place.kinds) == (
        "lieu-1-verdun",
        Status.PUBLISHED,
        [PlaceKind.CONNECTED_SPACE],
    )
    assert (place.commune, place.commune_name, place.insee_code) == (communes["Verdun"], "Verdun", "55545")
    assert place.location is not None
    assert (place.location.coords, place.location_origin) == ((5.38, 49.151), LocationOrigin.SOURCE)
    assert (place.phone, place.source_name, place.edited_on) == (
        "+33329450000",
        "Réseau d'essai",
        date(2026, 1, 10),
    )
    received = SourceRecord.objects.get().received
    assert (received["name"], received["location"], received["commune_id"]) == (
        "Lieu 1",
        [5.38, 49.151],
        "55545",
    )


def test_the_history_names_the_source_and_the_run(source: Source, write: Write) -> None:
    run_import(write(record(1)), source, apply=True)
    run_import(write(record(1, nom="Autre nom")), source, apply=True)

    events = pghistory.models.Events.objects.tracks(place_of("r1")).order_by("pgh_created_at")
    runs = list(ImportRun.objects.order_by("pk").values_list("pk", flat=True))
    assert [event.pgh_context for event in events] == [
        {"source": "essai", "import_run": runs[0]},
        {"source": "essai", "import_run": runs[1]},
    ]


def test_only_what_the_source_changed_is_changed(source: Source, write: Write) -> None:
    run_import(write(record(1), record(2)), source, apply=True)
    untouched = place_of("r2")

    outcome = run_import(write(record(1, nom="Nouveau nom", latitude=49.2), record(2)), source, apply=True)

    assert (outcome.read, outcome.created, outcome.changed, outcome.unchanged) == (2, 0, 1, 1)
    place = place_of("r1")
    assert place.location is not None
    assert (place.name, place.location.coords, place.slug) == ("Nouveau nom", (5.38, 49.2), "lieu-1-verdun")
    assert (place.version, place_of("r2").version) == (2, 1)
    assert place_of("r2").updated_at == untouched.updated_at


def test_a_field_set_by_hand_stays_and_the_others_follow(source: Source, write: Write) -> None:
    run_import(write(record(1)), source, apply=True)
    Place.objects.update(name="Nom choisi par l'agent")

    outcome = run_import(write(record(1, nom="Nom de la source", telephone="0329450001")), source, apply=True)

    place = place_of("r1")
    assert (place.name, place.phone) == ("Nom choisi par l'agent", "+33329450001")
    assert (outcome.changed, outcome.proposed, codes(outcome)) == (1, 1, ["kept_by_hand"])
    assert SourceRecord.objects.get().received["name"] == "Nom de la source"


def test_the_same_refused_value_is_proposed_once(source: Source, write: Write) -> None:
    run_import(write(record(1)), source, apply=True)
    Place.objects.update(name="Nom choisi par l'agent")
    changed = write(record(1, nom="Nom de la source"))
    first, second = (run_import(changed, source, apply=True) for _time in range(2))

    assert (first.changed, first.unchanged, first.proposed) == (0, 1, 1)
    assert (second.changed, second.unchanged, second.proposed, codes(second)) == (0, 1, 0, [])


def test_a_person_who_agrees_with_the_source_lets_it_lead_again(source: Source, write: Write) -> None:
    run_import(write(record(1)), source, apply=True)
    Place.objects.update(name="Choisi")
    run_import(write(record(1, nom="Proposé")), source, apply=True)
    Place.objects.update(name="Proposé")

    run_import(write(record(1, nom="Suivant")), source, apply=True)

    assert place_of("r1").name == "Suivant"


def test_an_unchanged_source_does_not_undo_a_hand(source: Source, write: Write) -> None:
    path = write(record(1))
    run_import(path, source, apply=True)
    Place.objects.update(phone="", location=None, services=[], status=Status.DRAFT)

    outcome = run_import(path, source, apply=True)

    place = place_of("r1")
    assert (place.phone, place.location, place.services, place.status) == ("", None, [], Status.DRAFT)
    assert (outcome.changed, outcome.unchanged, outcome.proposed) == (0, 1, 0)


def test_an_unreadable_value_leaves_the_earlier_one_and_an_empty_one_clears_it(
    source: Source, write: Write
) -> None:
    run_import(write(record(1), record(2)), source, apply=True)

    run_import(
        write(record(1, telephone="illisible", latitude=0, longitude=0), record(2, telephone="")),
        source,
        apply=True,
    )

    first, second = place_of("r1"), place_of("r2")
    assert first.location is not None
    assert (first.phone, first.location.coords, second.phone) == ("+33329450000", (5.38, 49.151), "")


def test_a_refused_line_protects_its_record(source: Source, write: Write) -> None:
    run_import(write(record(1), record(2)), source, apply=True)

    outcome = run_import(write(record(1), record(2, nom="")), source, apply=True)

    assert (outcome.vanished, codes(outcome)) == (0, ["name_missing"])
    assert SourceRecord.objects.filter(vanished_on=None).count() == 2


def test_a_lost_line_protects_every_record(source: Source, write: Write) -> None:
    run_import(write(record(1), record(2)), source, apply=True)

    outcome = run_import(write(record(1), "ligne perdue"), source, apply=True)

    assert (outcome.vanished, codes(outcome)) == (0, ["vanish_suspended", "not_a_record"])


def test_a_shifted_line_protects_the_record_it_names(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "lieux.csv"
    header, lines = (
        "id,nom,commune,code_postal,adresse,latitude,longitude",
        [f"r{n},Lieu {n},Verdun,55100,{n} rue,49.15{n},5.38" for n in (1, 2, 3)],
    )
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    run_import(str(path), source, apply=True)
    path.write_text(
        "\n".join([header, lines[0], "r2,Lieu, décalé,Verdun,55100,2 rue,49.152,5.38"]), encoding="utf-8"
    )

    outcome = run_import(str(path), source, apply=True)

    assert [(issue.code, issue.external_id) for issue in outcome.issues] == [
        ("vanished", "r3"),
        ("cell_count", "r2"),
    ]


def test_what_leaves_is_marked_and_what_returns_is_told(source: Source, write: Write) -> None:
    run_import(write(record(1), record(2)), source, apply=True)
    before = place_of("r2").version

    gone = run_import(write(record(1)), source, apply=True)

    assert (gone.read, gone.unchanged, gone.vanished, codes(gone)) == (1, 1, 1, ["vanished"])
    assert SourceRecord.objects.get(external_id="r2").vanished_on == timezone.localdate()
    assert (place_of("r2").status, place_of("r2").version) == (Status.PUBLISHED, before)
    again = run_import(write(record(1)), source, apply=True)
    assert (again.vanished, codes(again)) == (0, [])
    back = run_import(write(record(1), record(2)), source, apply=True)
    assert (back.unchanged, codes(back)) == (2, ["returned"])
    assert SourceRecord.objects.get(external_id="r2").vanished_on is None


@pytest.mark.parametrize(("kept", "stops"), [(40, False), (39, True)])
def test_the_brake_stops_an_unusual_loss(source: Source, write: Write, kept: int, *, stops: bool) -> None:
    """20 % of 50 records is usual, one more is not."""
    records = [record(number) for number in range(50)]
    run_import(write(*records), source, apply=True)
    shorter = write(*records[:kept])

    trial = run_import(shorter, source)
    assert ("brake" in codes(trial)) is stops
    if not stops:
        assert run_import(shorter, source, apply=True).vanished == 10
        return
    with pytest.raises(RefusedRunError, match="11 / 50"):
        run_import(shorter, source, apply=True)
    assert SourceRecord.objects.filter(vanished_on=None).count() == 50
    assert ImportRun.objects.latest("pk").state == RunState.REFUSED
    assert run_import(shorter, source, apply=True, accept_vanished=True).vanished == 11


def test_a_small_source_may_lose_ten_records(source: Source, write: Write) -> None:
    run_import(write(*(record(number) for number in range(11))), source, apply=True)

    assert run_import(write(record(0)), source, apply=True).vanished == 10


def test_a_deleted_draft_is_not_made_again(source: Source, write: Write) -> None:
    source.new_status = Status.DRAFT
    source.save()
    path = write(record(1))
    run_import(path, source, apply=True)
    place_of("r1").delete()

    outcome = run_import(path, source, apply=True)

    assert (outcome.created, outcome.unchanged, codes(outcome)) == (0, 1, ["place_deleted"])
    assert Place.objects.count() == 0


def test_a_place_closed_here_is_told_and_stays_closed(source: Source, write: Write) -> None:
    path = write(record(1))
    run_import(path, source, apply=True)
    Place.objects.update(status=Status.CLOSED, closed_on=date(2026, 9, 1))

    outcome = run_import(path, source, apply=True)

    assert (codes(outcome), place_of("r1").status) == (["still_listed"], Status.CLOSED)


def test_a_column_that_disappears_empties_nothing(source: Source, write: Write) -> None:
    run_import(write(record(1)), source, apply=True)

    outcome = run_import(write(record(1, telephone=None)), source, apply=True)

    assert [issue.message for issue in outcome.issues] == [
        "La colonne «\xa0téléphone\xa0», reçue auparavant, manque\xa0: ce qu'elle avait donné reste en place."
    ]
    assert (outcome.unchanged, place_of("r1").phone) == (1, "+33329450000")


def test_a_place_known_from_elsewhere_is_doubled_as_a_draft_only(source: Source, write: Write) -> None:
    known = PlaceFactory(name="LIEU 1", address="1, rue de Metz", postal_code="55100", commune_name="Verdun")
    PlaceFactory(
        name="Lieu 2", address="2 rue de Metz", postal_code="55100", commune_name="Verdun", is_demo=True
    )

    outcome = run_import(write(record(1), record(2)), source, apply=True)

    assert codes(outcome) == ["lookalike"]
    assert (place_of("r1").status, place_of("r2").status) == (Status.DRAFT, Status.PUBLISHED)
    assert known.version == Place.objects.get(pk=known.pk).version


def test_two_sources_keep_their_identifiers_apart(source: Source, write: Write) -> None:
    other = Source.objects.create(name="autre", title="Autre réseau")
    run_import(write(record(1)), source, apply=True)

    outcome = run_import(write(record(1, nom="Tout autre lieu")), other, apply=True)

    assert (outcome.created, outcome.vanished) == (1, 0)
    assert set(Place.objects.values_list("name", flat=True)) == {"Lieu 1", "Tout autre lieu"}


def test_addresses_of_persons_stay_private(source: Source, write: Write) -> None:
    outcome = run_import(
        write(record(1, courriels="jeanne.martin@exemple.fr|mairie@exemple.fr")), source, apply=True
    )

    place = place_of("r1")
    assert (place.emails, place.contact_email) == (["mairie@exemple.fr"], "jeanne.martin@exemple.fr")
    assert "jeanne" not in json.dumps([issue.message + issue.value for issue in outcome.issues])
    Place.objects.update(contact_email="autre@exemple.fr")
    kept = run_import(
        write(record(1, courriels="paul.durand@exemple.fr|mairie@exemple.fr")), source, apply=True
    )
    assert codes(kept) == ["email_personal", "kept_by_hand"]
    assert "durand" not in json.dumps([issue.message + issue.value for issue in kept.issues])


def test_columns_that_the_schema_lacks_are_not_stored(source: Source, write: Write) -> None:
    outcome = run_import(write(record(1, aidants="Jeanne Martin")), source, apply=True)

    assert codes(outcome) == ["column_ignored"]
    assert "Martin" not in json.dumps(SourceRecord.objects.get().raw)


def test_equal_names_get_their_own_pages(source: Source, write: Write) -> None:
    PlaceFactory(slug="lieu-1-verdun", name="Tout autre nom")

    run_import(write(record(1), record(2, nom="Lieu 1")), source, apply=True)

    assert [place_of(name).slug for name in ("r1", "r2")] == ["lieu-1-verdun-2", "lieu-1-verdun-3"]


def test_typologies_tell_third_places_and_hosts(source: Source, write: Write) -> None:
    run_import(write(record(1, typologie="TIERS_LIEUX|ASSO"), record(2, typologie="BIB")), source, apply=True)

    first, second = place_of("r1"), place_of("r2")
    assert (first.kinds, first.host_kind) == (["connected_space", "third_place"], "association")
    assert (second.kinds, second.host_kind, second.typologies) == (["connected_space"], "library", ["BIB"])


def test_an_unreadable_file_leaves_a_failed_run(source: Source, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="n'existe pas"):
        run_import(str(tmp_path / "absent.csv"), source, apply=True)

    run = ImportRun.objects.get()
    assert (run.state, run.read) == (RunState.FAILED, 0)
    assert "n'existe pas" in run.notice


def test_the_cost_in_queries_does_not_grow_with_the_lines(
    source: Source, write: Write, django_assert_num_queries: Any
) -> None:
    """The same file again: 3 and 30 records cost the same, the look at open proposals included."""
    for number in (3, 30):
        path = write(*(record(line) for line in range(number)))
        run_import(path, source, apply=True)
        with django_assert_num_queries(14):
            run_import(path, source, apply=True)
