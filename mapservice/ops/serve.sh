#!/usr/bin/env bash
# Prepares the database, the demonstration data and the static files, then serves the site with the production server.
# A step whose inputs did not change is skipped, so that a second start takes seconds.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PORT="${PORT:-8000}"
export DJANGO_SETTINGS_MODULE="${DJANGO_SETTINGS_MODULE:-mapservice.settings.dev}"
shopt -s nullglob
cd "$ROOT"
readonly ACCOUNTS="$LOCAL/demo_accounts"

check_port() {
    if [[ ! "$PORT" =~ ^[0-9]{1,5}$ ]] || ((10#$PORT < 1 || 10#$PORT > 65535)); then
        fail "PORT=$PORT is not a port number (1 to 65535)."
    fi
    PORT=$((10#$PORT))
    if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then
        fail "port $PORT is taken by another program: choose another one, as in PORT=$((PORT + 1)) make serve."
    fi
}

manage() { "$VENV/bin/python" "$ROOT/manage.py" "$@"; }

# One hash for the contents of the files named, folders searched whole.
hash_files() {
    find "$@" -type f -not -path '*/__pycache__/*' -not -path 'mapservice/ops/*' -print0 | sort -z |
        xargs -0 sha256sum | sha256sum
}

# Which database this is: one that was dropped and made again has another number.
database_identity() (
    unset DATABASE_URL
    "$OPS/postgres.sh" psql -Atqc "SELECT oid, to_regclass('django_migrations')::oid FROM pg_database
        WHERE datname = current_database()"
)

# Runs a function unless it already ran with the same inputs: step NAME TITLE INPUTS FUNCTION.
step() {
    local mark="$LOCAL/steps/$1" title=$2 inputs=$3 action=$4
    if [[ -f "$mark" && "$(<"$mark")" == "$inputs" ]]; then return; fi
    say "$title…"
    "$action"
    mkdir -p "$LOCAL/steps"
    printf '%s' "$inputs" >"$mark"
}

prepare_data() {
    manage migrate --no-input --verbosity 0 || fail "the tables could not be brought up to date (see above)."
    manage load_fixtures || fail "the fixtures could not be loaded (see above)."
    (umask 077 && manage create_demo_accounts >"$ACCOUNTS.new") ||
        fail "the demonstration accounts could not be made (see above)."
    mv "$ACCOUNTS.new" "$ACCOUNTS"
}

prepare_static_files() {
    manage collectstatic --no-input --clear --verbosity 0 || fail "the static files could not be collected (see above)."
}

# A database that is not ours may have changed since the last start: its steps always run.
prepare() {
    local code
    code="$(hash_files requirements.txt fixtures frontend imports mapservice mobile_units places)"
    if [[ -n "${DATABASE_URL:-}" ]]; then
        say "Preparing the database of DATABASE_URL…"
        prepare_data
    else
        use_database
        # The step changes the identity the first time, when it makes the tables: look again afterwards.
        step data "Preparing the database and the demonstration data" "$code $(database_identity)" prepare_data
        printf '%s' "$code $(database_identity)" >"$LOCAL/steps/data"
    fi
    step static "Collecting the static files" "$(hash_files requirements.txt mapservice/storage.py ./*/static)" \
        prepare_static_files
}

announce() {
    say ""
    say "  The map:    http://127.0.0.1:$PORT/"
    # Without its value, which holds a password.
    if [[ -n "${EMAIL_URL:-}${EMAIL_URL_FILE:-}" ]]; then say "  Its mails:  sent to the server of EMAIL_URL"
    else say "  Its mails:  shown here, and kept in $LOCAL/mails"; fi
    say "  Stop it:    Ctrl-C (the database: make stop)"
    say ""
    cat "$ACCOUNTS"
    say ""
}

# Away from the terminal's signals: Ctrl-C would reach the server's processes twice, by the terminal and by their server,
# and hang them. One signal is passed on instead; and what is started here ends with this script, however that ends.
start() { exec setsid setpriv --pdeathsig TERM "$@"; }

# Waits for a process to the end, whatever signals come meanwhile.
wait_for() {
    local code=0
    while kill -0 "$1" 2>/dev/null; do
        code=0
        wait "$1" || code=$?
    done
    return "$code"
}

# The server, and beside it the worker that sends mails and does what no visitor waits for: it ends after the server.
run_both() {
    local server worker code=0
    LOG_LEVEL="${LOG_LEVEL:-WARNING}" start "$VENV/bin/python" "$ROOT/manage.py" run_worker &
    worker=$!
    start "$VENV/bin/granian" --interface wsgi --host 127.0.0.1 --port "$PORT" --workers 2 --blocking-threads 4 \
        --respawn-failed-workers --workers-kill-timeout 10 --log-level warning mapservice.wsgi:application &
    server=$!
    # shellcheck disable=SC2064
    trap "kill -TERM $server $worker 2>/dev/null" INT TERM HUP
    wait_for "$server" || code=$?
    kill -TERM "$worker" 2>/dev/null || true
    wait_for "$worker" || true
    return "$code"
}

check_port
# Links in mails and calendars lead to this server, whatever its port.
export SITE_URL="${SITE_URL:-http://127.0.0.1:$PORT}"
"$OPS/setup.sh" serve
use_secret_key
prepare
announce
run_both
