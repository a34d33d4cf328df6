"""The table of the shared cache (settings CACHES), in the columns that Django's DatabaseCache reads and writes."""

from django.db import migrations

CREATE = """
CREATE TABLE mapservice_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX mapservice_cache_expires ON mapservice_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(CREATE, "DROP TABLE mapservice_cache")]
