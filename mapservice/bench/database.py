"""A database of its own: nothing that exists is read or written."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

from django.db import connection


@contextmanager
def throwaway_database() -> Iterator[str]:
    """Makes and migrates a database beside the configured one, points the connection at it, and drops it whatever happens."""
    configured = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
    with redirect_stdout(sys.stderr):
        name = connection.creation.create_test_db(verbosity=0, autoclobber=False, serialize=False)
    try:
        yield name
    finally:
        connection.creation.destroy_test_db(configured, verbosity=0)


def versions() -> dict[str, str]:
    """What answered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), PostGIS_Lib_Version()")
        server, postgis = cursor.fetchone()
    return {"PostgreSQL": server, "PostGIS": postgis}
