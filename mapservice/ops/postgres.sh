#!/usr/bin/env bash
# The private PostgreSQL + PostGIS of this checkout: postgres.sh start|stop|status|url|psql|clean.
#
# It listens on a Unix socket only, in a folder closed to everybody else, and lets in by `peer` the one user who
# started it: no port, no password, no system service. With DATABASE_URL set it does nothing: that database is used.
#
# PostgreSQL refuses to run as root. Called by root, it runs as the system user `postgres` (or `nobody`); when that user
# cannot reach the checkout the cluster lies in /var/lib/mapservice-<checkout>, and .local/postgres.location says so.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly ROLE=mapservice DATABASE=mapservice PORT_NUMBER=5432
readonly SOCKET_PATH_LIMIT=107 SOCKET_NAME="/.s.PGSQL.$PORT_NUMBER"
# What libpq reads from the environment must not lead elsewhere.
unset "${!PG@}"

# --- who runs it, with which programs -------------------------------------------------------------------------------

server_user() {
    if ((EUID != 0)); then id -un
    elif id -u postgres >/dev/null 2>&1; then echo postgres
    else echo nobody; fi
}

SERVER_USER="$(server_user)"

# Runs a command as the server's user, from a folder that everybody may enter.
as_server() {
    cd /
    if ((EUID == 0)); then
        setpriv --reuid "$SERVER_USER" --regid "$(id -g "$SERVER_USER")" --clear-groups \
            env HOME=/ LC_ALL=C.UTF-8 "$@"
    else
        env LC_ALL=C.UTF-8 "$@"
    fi
}

# The programs of the version that made the data, or of the newest that has PostGIS.
find_programs() {
    local wanted="" programs
    if [[ -f "$DATA/PG_VERSION" ]]; then wanted="$(<"$DATA/PG_VERSION")"; fi
    programs="$("$OPS/system.sh" postgres-programs "$wanted")" ||
        fail "PostgreSQL ${wanted:+$wanted }with PostGIS is missing: run make setup."
    printf '%s' "$programs"
}

# --- where it lies --------------------------------------------------------------------------------------------------

outside_folder() { printf '/var/lib/mapservice-%s' "$(checkout_id)"; }

# A location written by another checkout, of which this one is a copy, is not ours to use.
is_ours() { [[ -f "$1/checkout" && "$(<"$1/checkout")" == "$ROOT" ]]; }

# Sets BASE to the remembered location, or returns 1.
recall_location() {
    [[ -f "$LOCAL/postgres.location" ]] || return 1
    BASE="$(<"$LOCAL/postgres.location")"
    is_ours "$BASE" || return 1
    DATA="$BASE/data"
    SOCKET="$(cat "$BASE/socket.location" 2>/dev/null || printf '%s' "$BASE/run")"
    respect_owner
}

# Root serves somebody's cluster as that somebody; anybody else only their own.
respect_owner() {
    local owner
    owner="$(stat -c %U "$DATA" 2>/dev/null)" || return 0
    if ((EUID == 0)); then
        SERVER_USER="$owner"
    elif [[ "$owner" != "$SERVER_USER" ]]; then
        fail "the database in $BASE was made by another user: work as that user, or let them run make clean."
    fi
}

can_be_entered() {
    as_server test -x "$1" -a -r "$1" 2>/dev/null
}

choose_base() {
    mkdir -p "$LOCAL"
    if can_be_entered "$LOCAL"; then BASE="$LOCAL/postgres"; else BASE="$(outside_folder)"; fi
    if [[ -d "$BASE" && "$BASE" == "$LOCAL/postgres" ]]; then printf '%s' "$ROOT" >"$BASE/checkout"; fi
    if [[ -e "$BASE" ]] && ! is_ours "$BASE"; then fail "$BASE exists and belongs to something else: remove it first."; fi
    mkdir -p "$BASE"
    chmod 711 "$BASE"
    printf '%s' "$ROOT" >"$BASE/checkout"
    rm -f "$BASE/socket.location"
    printf '%s' "$BASE" >"$LOCAL/postgres.location"
}

# Postgres refuses a socket path of more than 107 bytes: a long checkout gets a short folder in /tmp, made private.
make_socket_folder() {
    local bytes
    bytes="$(printf '%s' "$BASE/run$SOCKET_NAME" | wc -c)"
    if ((bytes <= SOCKET_PATH_LIMIT)); then
        SOCKET="$BASE/run"
        mkdir -p "$SOCKET"
    elif ! is_private_folder "$SOCKET"; then
        SOCKET="$(mktemp -d /tmp/mapservice.XXXXXX)"
        printf '%s' "$SOCKET" >"$BASE/socket.location"
    fi
    own "$SOCKET"
}

is_private_folder() {
    [[ -d "$1" && ! -L "$1" && "$(stat -c %U:%a "$1")" == "$SERVER_USER:700" ]]
}

own() {
    if ((EUID == 0)); then chown "$SERVER_USER:" "$1"; fi
    chmod 700 "$1"
}

# --- is it running --------------------------------------------------------------------------------------------------

# A number left by a crash or a reboot may belong by now to any other process: ours has the data as its folder.
server_pid() {
    local pid
    pid="$(head -n 1 "$DATA/postmaster.pid" 2>/dev/null)" || return 1
    [[ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" == "$DATA" ]] || return 1
    printf '%s' "$pid"
}

is_ready() { server_pid >/dev/null && "$(find_programs)/pg_isready" -q -h "$SOCKET" -p $PORT_NUMBER; }

# --- making and starting --------------------------------------------------------------------------------------------

# Made beside its place and moved into it: a run that was killed leaves no half cluster.
make_cluster() {
    local fresh="$BASE/data.new" programs=$1
    say "Making a private PostgreSQL $("$programs/postgres" --version | grep -oE '[0-9.]+' | head -n 1) in ${BASE/#"$ROOT"\//}…"
    rm -rf "$fresh"
    mkdir "$fresh"
    own "$fresh"
    as_server "$programs/initdb" --pgdata "$fresh" --username "$ROLE" --encoding UTF8 --locale C.UTF-8 \
        --auth peer >"$BASE/initdb.log" 2>&1 </dev/null || fail "initdb failed, see $BASE/initdb.log."
    printf "include 'mapservice.conf'\n" >>"$fresh/postgresql.conf"
    mv "$fresh" "$DATA"
}

# Written at each start, since the checkout may have been moved.
write_configuration() {
    cat >"$DATA/mapservice.conf" <<CONF
# Written by mapservice/ops/postgres.sh at each start.
listen_addresses = ''
port = $PORT_NUMBER
unix_socket_directories = '${SOCKET//\'/\'\'}'
unix_socket_permissions = 0700
shared_buffers = 256MB
maintenance_work_mem = 256MB
work_mem = 16MB
max_wal_size = 2GB
random_page_cost = 1.1
# Compiling the plan costs more than the short spatial queries it would speed up.
jit = off
log_line_prefix = '%m [%p] %d '
CONF
    # One way in: the user who starts the cluster, the one it runs as, and root, whom nothing can keep out.
    printf 'local all all peer map=owner\n' >"$DATA/pg_hba.conf"
    printf 'owner "%s" %s\n' "$(id -un)" "$ROLE" "$SERVER_USER" "$ROLE" root "$ROLE" >"$DATA/pg_ident.conf"
    if ((EUID == 0)); then chown "$SERVER_USER:" "$DATA"/{mapservice,pg_hba,pg_ident}.conf; fi
}

# After a kill -9, children may hold the shared memory for some seconds more: try again for a while.
launch() {
    local programs=$1 log="$BASE/postgres.log"
    touch "$log"
    if ((EUID == 0)); then chown "$SERVER_USER:" "$log"; fi
    if ! server_pid >/dev/null; then rm -f "$DATA/postmaster.pid"; fi
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if as_server "$programs/pg_ctl" start --pgdata "$DATA" --wait --timeout 120 --silent --log "$log" \
            >/dev/null 2>&1 </dev/null 9>&-; then return; fi
        sleep 1
    done
    fail "PostgreSQL did not start: $(tail -n 1 "$log") (whole log: $log)"
}

make_database() {
    local programs=$1 exists
    exists="$("$programs/psql" -h "$SOCKET" -p $PORT_NUMBER -U "$ROLE" -d postgres -Atqc \
        "SELECT 1 FROM pg_database WHERE datname = '$DATABASE'")"
    if [[ -z "$exists" ]]; then "$programs/createdb" -h "$SOCKET" -p $PORT_NUMBER -U "$ROLE" "$DATABASE"; fi
}

start() {
    local programs
    if recall_location && is_ready; then return; fi
    take_lock postgres
    recall_location || { SOCKET=""; choose_base; DATA="$BASE/data"; }
    if is_ready; then return; fi
    programs="$(find_programs)"
    if [[ ! -f "$DATA/PG_VERSION" ]]; then make_cluster "$programs"; fi
    make_socket_folder
    write_configuration
    launch "$programs"
    make_database "$programs"
    url >"$LOCAL/database_url"
}

stop() {
    local pid
    recall_location && pid="$(server_pid)" || return 0
    take_lock postgres
    as_server "$(find_programs)/pg_ctl" stop --pgdata "$DATA" --mode fast --wait --silent >/dev/null ||
        fail "PostgreSQL (process $pid) did not stop."
}

# Removes the data for good, wherever it lies.
clean() {
    stop
    if recall_location; then
        if [[ "$SOCKET" == /tmp/mapservice.* ]]; then rm -rf "$SOCKET"; fi
        rm -rf "$BASE"
    fi
    rm -f "$LOCAL/postgres.location" "$LOCAL/database_url"
}

# --- telling --------------------------------------------------------------------------------------------------------

percent_encode() {
    local LC_ALL=C text=$1 index character
    for ((index = 0; index < ${#text}; index++)); do
        character="${text:index:1}"
        case "$character" in
            [a-zA-Z0-9./_~-]) printf '%s' "$character" ;;
            *) printf '%%%02X' "'$character" | sed 's/%FFFFFFFFFFFFFF/%/' ;;
        esac
    done
}

url() {
    recall_location || fail "there is no private cluster yet: run make setup."
    printf 'postgis://%s@:%s/%s?host=%s\n' "$ROLE" "$PORT_NUMBER" "$DATABASE" "$(percent_encode "$SOCKET")"
}

status() {
    if recall_location && is_ready; then say "running (process $(server_pid)), $(url)"; return; fi
    say "stopped"
    return 3
}

with_database_url() {
    case "$1" in
        url) printf '%s\n' "$DATABASE_URL" ;;
        status) say "DATABASE_URL is set: no private cluster is used" ;;
        psql) exec psql "postgresql://${DATABASE_URL#*://}" "${@:2}" ;;
        start | stop) ;;
    esac
}

main() {
    local command=${1:-}
    case "$command" in start | stop | status | url | psql | clean) ;; *) fail "postgres.sh takes start, stop, status, url, psql or clean." ;; esac
    if [[ -n "${DATABASE_URL:-}" && "$command" != clean ]]; then with_database_url "$@"; return; fi
    if [[ "$command" != psql ]]; then "$command"; return; fi
    start
    exec "$(find_programs)/psql" -h "$SOCKET" -p $PORT_NUMBER -U "$ROLE" -d "$DATABASE" "${@:2}"
}

BASE="" DATA="" SOCKET=""
main "$@"
