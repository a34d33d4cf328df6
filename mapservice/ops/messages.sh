#!/usr/bin/env bash
# Brings frontend/locale up to date with the sentences of the code and compiles it. The compiled files are committed,
# so that serving needs no gettext; `make check` compares them with their sources.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$OPS/setup.sh" dev
use_database
cd "$ROOT"
export DJANGO_SETTINGS_MODULE=mapservice.settings.test
mkdir -p frontend/locale
"$VENV/bin/python" manage.py makemessages --locale en --locale de --no-obsolete --add-location file \
    --ignore '.*' --ignore tests --ignore fixtures
"$VENV/bin/python" "$OPS/french_messages.py"
"$VENV/bin/python" manage.py compilemessages --ignore '.*' --verbosity 0
