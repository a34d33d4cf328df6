"""Names of communes as people type them: words joined, a letter missing, wrong or swapped, and former names."""

import django.contrib.postgres.indexes
from django.db import migrations

import places.functions

# Every name is qualified: a restore runs with an empty search path. Immutable as places_search_key is. The cost keeps the
# planner from asking it of every commune where an index answers.
NAME_KEYS = r"""
CREATE FUNCTION public.places_name_keys(name text, former_names text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5000 AS $$
    SELECT string_agg(replace(public.places_search_key(each), ' ', ''), ' ' ORDER BY rank)
    FROM unnest(array_prepend(name, former_names)) WITH ORDINALITY AS names (each, rank)
$$;
"""
# Deleting one letter on both sides meets every single slip: https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance
# Under four letters a slip makes another word of almost anything.
NEAR_KEYS = r"""
CREATE FUNCTION public.places_near_keys(keys text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5000 AS $$
    SELECT coalesce(array_agg(DISTINCT left(key, greatest(place - 1, 0)) || substr(key, place + 1)), '{}')
    FROM unnest(string_to_array(keys, ' ')) AS key, generate_series(0, length(key)) AS place
    WHERE length(key) >= 4
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0002_catalogue")]
    operations = [
        migrations.RunSQL(NAME_KEYS, "DROP FUNCTION public.places_name_keys(text, text[])"),
        migrations.RunSQL(NEAR_KEYS, "DROP FUNCTION public.places_near_keys(text)"),
        migrations.RemoveIndex(model_name="commune", name="commune_search_trgm"),
        migrations.AddIndex(
            model_name="commune",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("search_key", name="gin_trgm_ops"),
                fastupdate=False,
                name="commune_search_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="commune",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    places.functions.NameKeys("name", "former_names"), name="gin_trgm_ops"
                ),
                name="commune_names_trgm",
                fastupdate=False,
            ),
        ),
        migrations.AddIndex(
            model_name="commune",
            index=django.contrib.postgres.indexes.GinIndex(
                places.functions.NearKeys(places.functions.NameKeys("name", "former_names")),
                name="commune_near_keys_gin",
                fastupdate=False,
            ),
        ),
    ]
