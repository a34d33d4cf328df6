#!/usr/bin/env bash
# Every test, browser tests included, on a real PostGIS and in a real Chromium; the arguments go to pytest.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$OPS/setup.sh" test
use_database
CHROMIUM="$("$OPS/system.sh" chromium)"
export CHROMIUM
cd "$ROOT"
# One process per core, each with its own database; a module stays in one process, with the server it started.
exec "$VENV/bin/python" -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --durations 10 "$@"
