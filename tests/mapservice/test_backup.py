"""A backup is worth what its restore gives: everything again, in a fresh database, rules included."""

import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mapservice.servers import ROOT, Cluster, WebServer, environment, manage

CONTENT = """
from datetime import date
from places.models import Place
from tests.factories import ClosureFactory, CommuneFactory, PlaceFactory, StopFactory, WifiPointFactory
commune = CommuneFactory()
place = PlaceFactory(name="Médiathèque « L'Île »", commune=commune)
Place.objects.filter(pk=place.pk).update(summary="Une deuxième version ; avec\\nun retour à la ligne")
ClosureFactory(place=place)
PlaceFactory(name="Sans point", location=None)
WifiPointFactory()
StopFactory()
"""


# Read back, an expression keeps its meaning and changes its casts and brackets: `('a'::varchar)::text`.
_CASTS = re.compile(r"::(character varying|text|double precision)(\[\])?|[()]")


def script(name: str, url: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "mapservice" / "ops" / name, *map(str, arguments)],
        env=environment(url),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.psql("CREATE DATABASE original")
        manage(cluster.url("original"), "migrate", "--no-input", "--verbosity", "0")
        manage(cluster.url("original"), "shell", "--no-imports", text=CONTENT)
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="module")
def backup(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "carte.dump"
    result = script("backup.sh", cluster.url("original"), file)
    assert result.returncode == 0, result.stderr
    return file


@pytest.fixture(scope="module")
def restored(cluster: Cluster, backup: Path) -> str:
    cluster.psql("CREATE DATABASE restored")
    result = script("restore.sh", cluster.url("restored"), backup)
    assert result.returncode == 0, result.stderr
    return "restored"


def tables(cluster: Cluster, database: str) -> list[str]:
    listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    return cluster.psql(listed, database).split("\n")


def content(cluster: Cluster, database: str) -> dict[str, str]:
    """Every row of every table, as PostgreSQL writes it, in a fixed order."""
    rows = "SELECT coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), '') FROM \"{}\" r"
    return {table: cluster.psql(rows.format(table), database) for table in tables(cluster, database)}


def structure(cluster: Cluster, database: str) -> list[str]:
    """Indexes, constraints, triggers, functions, generated columns and extensions, as PostgreSQL describes them."""
    questions = [
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        """SELECT table_name, column_name, generation_expression FROM information_schema.columns
            WHERE is_generated = 'ALWAYS' ORDER BY 1, 2""",
        "SELECT extname, extversion FROM pg_extension ORDER BY 1",
    ]
    return [_CASTS.sub("", cluster.psql(question, database)) for question in questions]


def test_every_row_comes_back(cluster: Cluster, restored: str) -> None:
    original = content(cluster, "original")
    assert content(cluster, restored) == original
    counted = {table: len(rows.split("\n")) for table, rows in original.items() if rows}
    assert counted["places_place"] >= 2
    assert counted["places_placeevent"] >= 3


def test_every_rule_comes_back(cluster: Cluster, restored: str) -> None:
    original = structure(cluster, "original")
    assert structure(cluster, restored) == original
    assert all(original)


def test_restored_rules_work(cluster: Cluster, restored: str) -> None:
    """Generated column, triggers of version and history, and the function they stand on."""
    cluster.psql("UPDATE places_place SET name = 'Saint-Mihiel' WHERE name = 'Sans point'", restored)
    written = "SELECT version, search_key LIKE 'saint mihiel%' FROM places_place WHERE name = 'Saint-Mihiel'"
    assert cluster.psql(written, restored) == "2|t"
    assert cluster.psql("SELECT count(*) FROM places_placeevent WHERE name = 'Saint-Mihiel'", restored) == "1"
    near = "SELECT count(*) FROM places_place WHERE ST_DWithin(location::geography, 'POINT(5.16 48.77)'::geography, 500)"
    assert cluster.psql(near, restored) == "1"
    with pytest.raises(subprocess.CalledProcessError):
        cluster.psql("DELETE FROM places_place WHERE name = 'Saint-Mihiel'", restored)


def test_restored_database_serves(cluster: Cluster, restored: str) -> None:
    server = WebServer(cluster.url(restored))
    try:
        assert server.get("/readyz").json()["status"] == "ready"
    finally:
        server.stop()


def test_backup_is_closed_to_others(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_restore_never_overwrites(cluster: Cluster, backup: Path) -> None:
    before = content(cluster, "original")
    result = script("restore.sh", cluster.url("original"), backup)
    assert (result.returncode, "is not empty" in result.stderr) == (1, True)
    assert content(cluster, "original") == before


def test_damaged_file_leaves_the_database_empty(cluster: Cluster, backup: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.dump"
    whole = backup.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    cluster.psql("CREATE DATABASE spare")
    result = script("restore.sh", cluster.url("spare"), damaged)
    assert result.returncode == 1
    assert cluster.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "spare") == "0"


def test_failed_backup_keeps_the_last_one(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "carte.dump"
    file.write_text("the last good one")
    result = script("backup.sh", cluster.url("missing"), file)
    assert (result.returncode, "was not touched" in result.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["carte.dump"]
    assert file.read_text() == "the last good one"


@pytest.mark.parametrize("name", ["backup.sh", "restore.sh"])
def test_script_says_how_it_is_called(cluster: Cluster, name: str) -> None:
    result = script(name, cluster.url("original"))
    assert (result.returncode, f"{name} takes one argument" in result.stderr) == (1, True)
