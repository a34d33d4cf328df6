#!/usr/bin/env bash
# manage.py with the environment and the database of this checkout, prepared if they are not: manage.sh COMMAND…
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$OPS/setup.sh" serve
use_database
use_secret_key
exec env DJANGO_SETTINGS_MODULE="${DJANGO_SETTINGS_MODULE:-mapservice.settings.dev}" \
    "$VENV/bin/python" "$ROOT/manage.py" "$@"
