"""Counts kept ready for the map (docs/adr/010-clusters.md): a ledger that triggers write, and never anybody else."""

from django.db import migrations

# The order of both lists is the order of the bits: new codes go to the end, with a migration.
KINDS = ["connected_space", "third_place", "wifi"]
SERVICES = [
    "administrative_help",
    "everyday_tools",
    "employment",
    "safe_use",
    "parenting",
    "leisure",
    "understanding",
    "internet_access",
    "affordable_equipment",
]


def array(codes: list[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{code}'" for code in codes) + "]"


# One line says: in this cell, for records of this signature, so many more (or fewer) than the lines before said.
# Sums are exact: degrees are whole millionths, and the two halves of the identifiers are added as numbers, so that
# where one record remains the sum is its identifier.
TABLE = """
CREATE TABLE mapservice_cluster (
    level smallint NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    signature integer NOT NULL,
    count bigint NOT NULL,
    lon bigint NOT NULL,
    lat bigint NOT NULL,
    id_high numeric NOT NULL,
    id_low numeric NOT NULL
);
CREATE INDEX mapservice_cluster_cell ON mapservice_cluster (level, x, y, signature);
COMMENT ON TABLE mapservice_cluster IS 'Written by triggers only; see docs/adr/010-clusters.md.';
"""

TOUCHED = """
    SELECT level::smallint, public.mapservice_column(public.ST_X(point), level) AS x,
           public.mapservice_row(public.ST_Y(point), level) AS y, signature, sum(factor) AS count,
           sum(factor * round(public.ST_X(point) * 1e6)::bigint) AS lon,
           sum(factor * round(public.ST_Y(point) * 1e6)::bigint) AS lat,
           sum(factor * (('x' || left(digits, 16))::bit(64)::bigint)::numeric) AS id_high,
           sum(factor * (('x' || right(digits, 16))::bit(64)::bigint)::numeric) AS id_low
    FROM unnest(factors, points, signatures, ids) AS change (factor, point, signature, id),
         generate_series(4, 18, 2) AS level,
         replace(id::text, '-', '') AS digits
    GROUP BY 1, 2, 3, 4
"""

FUNCTIONS = f"""
CREATE FUNCTION public.mapservice_signature(kinds varchar[], services varchar[]) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (SELECT coalesce(bit_or(1 << (place - 1)::integer), 0)
            FROM unnest({array(KINDS)}) WITH ORDINALITY AS known (code, place) WHERE code = ANY (kinds))
         + (SELECT coalesce(bit_or(256 << (place - 1)::integer), 0)
            FROM unnest({array(SERVICES)}) WITH ORDINALITY AS known (code, place) WHERE code = ANY (services))
$$;

CREATE FUNCTION public.mapservice_column(lon double precision, level integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT least(greatest(floor((lon + 180) / 360 * (1 << level)), 0), (1 << level) - 1)::integer
$$;

CREATE FUNCTION public.mapservice_row(lat double precision, level integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT least(greatest(floor(
        (1 - ln(tan(radians(bounded)) + 1 / cos(radians(bounded))) / pi()) / 2 * (1 << level)
    ), 0), (1 << level) - 1)::integer
    FROM (SELECT least(greatest(lat, -85.05112877), 85.05112877) AS bounded) AS mercator
$$;

CREATE FUNCTION public.mapservice_add_to_cells(
    factors integer[], points public.geometry[], signatures integer[], ids uuid[]
) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    -- What one transaction alone may fold, others leave for later: nobody waits, so nobody can wait in a circle.
    IF current_setting('transaction_isolation') = 'read committed' AND pg_try_advisory_xact_lock(5510, 1) THEN
        WITH touched AS MATERIALIZED ({TOUCHED}),
        folded AS (
            -- Cell by cell through the index: planned as a join, it would read the whole ledger for one cell.
            DELETE FROM public.mapservice_cluster line WHERE line.ctid = ANY (ARRAY(
                SELECT known.ctid FROM touched CROSS JOIN LATERAL (
                    SELECT c.ctid FROM public.mapservice_cluster c
                    WHERE c.level = touched.level AND c.x = touched.x AND c.y = touched.y
                      AND c.signature = touched.signature OFFSET 0
                ) AS known
            ))
            RETURNING line.*
        )
        INSERT INTO public.mapservice_cluster
        SELECT level, x, y, signature, sum(count), sum(lon), sum(lat), sum(id_high), sum(id_low)
        FROM (SELECT * FROM folded UNION ALL SELECT * FROM touched) AS lines
        GROUP BY 1, 2, 3, 4
        HAVING sum(count) <> 0 OR sum(id_high) <> 0 OR sum(id_low) <> 0;
    ELSE
        INSERT INTO public.mapservice_cluster {TOUCHED};
    END IF;
END
$$;
"""  # noqa: S608 - our own names

# By table: what is on the map, and its signature.
SOURCES = {
    "places_place": (
        "status = 'published'",
        "public.mapservice_signature(kinds, services)",
        "signature & 4 = 0",
    ),
    "places_wifipoint": (
        "status = 'published' AND state <> 'disabled'",
        "public.mapservice_signature(ARRAY['wifi']::varchar[], ARRAY['internet_access']::varchar[])",
        "signature & 4 <> 0",
    ),
}


def changes(table: str, transition: str, factor: int) -> str:
    visible, signature, _own = SOURCES[table]
    return (
        f"SELECT {factor} AS factor, location, {signature} AS signature, id FROM {transition} "  # noqa: S608 - our own names
        f"WHERE {visible} AND location IS NOT NULL AND NOT public.ST_IsEmpty(location)"
    )


def trigger(table: str, event: str) -> str:
    """A statement's changes, told to the cells at once."""
    parts = {
        "insert": [changes(table, "new_rows", 1)],
        "delete": [changes(table, "old_rows", -1)],
        "update": [changes(table, "old_rows", -1), changes(table, "new_rows", 1)],
    }[event]
    referencing = " ".join(
        f"{name.upper()} TABLE AS {name}_rows" for name in ("old", "new") if f"{name}_rows" in "".join(parts)
    )
    # A record that an update leaves where it was weighs -1 and +1: nothing to tell.
    return f"""
CREATE FUNCTION public.{table}_cells_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.mapservice_add_to_cells(
        array_agg(factor), array_agg(location), array_agg(signature), array_agg(id))
    FROM (
        SELECT sum(factor)::integer AS factor, location, signature, id
        FROM ({" UNION ALL ".join(parts)}) AS changes
        GROUP BY location, signature, id HAVING sum(factor) <> 0
    ) AS net
    HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER {table}_cells_{event} AFTER {event.upper()} ON {table}
REFERENCING {referencing} FOR EACH STATEMENT EXECUTE FUNCTION public.{table}_cells_{event}();
"""  # noqa: S608 - our own names


def emptied(table: str) -> str:
    own = SOURCES[table][2]
    return f"""
CREATE FUNCTION public.{table}_cells_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM public.mapservice_cluster WHERE {own};
    RETURN NULL;
END
$$;
CREATE TRIGGER {table}_cells_truncate AFTER TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION public.{table}_cells_truncate();
"""  # noqa: S608 - our own names


def filled(table: str) -> str:
    """What is there already."""
    return f"""
SELECT public.mapservice_add_to_cells(array_agg(factor), array_agg(location), array_agg(signature), array_agg(id))
FROM ({changes(table, table, 1)}) AS present HAVING count(*) > 0;
"""  # noqa: S608 - our own names


EVENTS = ("insert", "update", "delete", "truncate")


def built() -> str:
    triggers = [trigger(table, event) for table in SOURCES for event in EVENTS[:3]]
    return "\n".join([*triggers, *map(emptied, SOURCES), *map(filled, SOURCES)])


def dropped() -> str:
    names = [(table, f"{table}_cells_{event}") for table in SOURCES for event in EVENTS]
    return "\n".join(
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION public.{name}();" for table, name in names
    )


class Migration(migrations.Migration):
    dependencies = [("mapservice", "0001_cache_table"), ("places", "0002_catalogue")]
    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE mapservice_cluster"),
        migrations.RunSQL(
            FUNCTIONS,
            """
            DROP FUNCTION public.mapservice_add_to_cells(integer[], public.geometry[], integer[], uuid[]);
            DROP FUNCTION public.mapservice_row(double precision, integer);
            DROP FUNCTION public.mapservice_column(double precision, integer);
            DROP FUNCTION public.mapservice_signature(varchar[], varchar[]);
            """,
        ),
        migrations.RunSQL(built(), dropped()),
    ]
