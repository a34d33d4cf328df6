#!/usr/bin/env bash
# Everything that can be said of the code without running its tests. Every check runs; one that fails shows its output.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

failures=()

check() {
    local title=$1 output started=$SECONDS
    shift
    if output="$("$@" 2>&1)"; then
        printf '  ok      %-34s %3d s\n' "$title" $((SECONDS - started))
    else
        printf '  FAILED  %-34s %3d s\n%s\n\n' "$title" $((SECONDS - started)) "$output"
        failures+=("$title")
    fi
}

tool() { "$VENV/bin/$1" "${@:2}"; }

manage() { DJANGO_SETTINGS_MODULE=mapservice.settings.test "$VENV/bin/python" -W error manage.py "$@"; }

# Production's own settings, with values that serve for this check only: what they refuse must not be deployed.
check_deployment() {
    env -u DEBUG DJANGO_SETTINGS_MODULE=mapservice.settings.prod \
        SECRET_KEY="$(head -c 48 /dev/urandom | base64 -w 0)" ALLOWED_HOSTS=carte.example.org \
        SITE_URL=https://carte.example.org EMAIL_URL=smtp://localhost:25 CONTACT_EMAIL=carte@example.org \
        "$VENV/bin/python" manage.py check --deploy --fail-level WARNING --database default
}

# Into a folder of its own, with the storage of production: what a stylesheet or a module names must exist.
check_static_files() {
    local folder code=0
    folder="$(mktemp -d)"
    DJANGO_SETTINGS_MODULE=mapservice.settings.dev SECRET_KEY=only-for-this-check \
        "$VENV/bin/python" - "$folder" <<'PYTHON' || code=$?
import sys
import django
from django.conf import settings
from django.core.management import call_command
django.setup()
settings.STATIC_ROOT = sys.argv[1]
call_command("collectstatic", interactive=False, verbosity=0)
PYTHON
    rm -rf "$folder"
    return "$code"
}

templates() { find frontend places mobile_units imports mapservice -path '*/templates/*' -name '*.html' -print -quit; }

"$OPS/setup.sh" dev
use_database
cd "$ROOT"
check "format of the code" tool ruff format --check
check "lint of the code" tool ruff check
check "lint of the scripts" tool shellcheck --shell bash --external-sources --source-path SCRIPTDIR mapservice/ops/*.sh .ci/run
check "types" tool mypy
if [[ -n "$(templates)" ]]; then
    check "format of the templates" tool djlint --check --extension html frontend places mobile_units imports mapservice
    check "lint of the templates" tool djlint --lint --extension html frontend places mobile_units imports mapservice
fi
check "migrations match the models" manage makemigrations --check --dry-run
check "system checks" manage check --fail-level WARNING --database default
check "production settings" check_deployment
check "static files" check_static_files
check "translations" "$VENV/bin/python" "$OPS/check_messages.py"
check "spaces of French sentences" "$VENV/bin/python" "$OPS/french_messages.py" --check
if [[ -d tests/docs ]]; then check "documentation" tool pytest -q tests/docs; fi

if ((${#failures[@]})); then fail "${#failures[@]} of the checks failed:$(printf ' %s;' "${failures[@]}")"; fi
say "All checks pass (${SECONDS} s)."
