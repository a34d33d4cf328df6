"""Extensions and the one SQL function that makes a text searchable."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# Every name is qualified: a restore runs with an empty search path. Declared immutable because a generated column
# and an index stand on it; the dictionary it reads ships with PostgreSQL and changes with none of our data.
SEARCH_KEY = r"""
CREATE FUNCTION public.places_search_key(VARIADIC parts text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trim(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    lower(public.unaccent('public.unaccent'::regdictionary, array_to_string(parts, ' '))),
                    '[^a-z0-9]+', ' ', 'g'
                ),
                '\mst\M', 'saint', 'g'
            ),
            '\mste\M', 'sainte', 'g'
        )
    )
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        CreateExtension("postgis"),
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(SEARCH_KEY, "DROP FUNCTION public.places_search_key(text[])"),
    ]
