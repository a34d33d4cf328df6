# Shared by the scripts of this folder: sourced, never run.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
OPS="$ROOT/mapservice/ops"
LOCAL="$ROOT/.local"
VENV="$ROOT/.venv"

say() { printf '%s\n' "$*"; }

fail() {
    printf 'mapservice: %s\n' "$*" >&2
    exit 1
}

# Short and stable name of this checkout, for what must lie outside it.
checkout_id() { printf '%s' "$ROOT" | sha256sum | cut -c1-12; }

# Holds a lock until the script ends: two calls at once wait for each other.
# Children that outlive the script must be started with 9>&-.
take_lock() {
    mkdir -p "$LOCAL" 2>/dev/null && [[ -w "$LOCAL" ]] ||
        fail "$LOCAL cannot be written by $(id -un): work as the user who owns the checkout."
    exec 9>"$LOCAL/$1.lock"
    flock 9
}

use_database() {
    DATABASE_URL="$("$OPS/postgres.sh" url)"
    export DATABASE_URL
}

# The secret of `make serve` on this computer; production gets its own from the environment.
use_secret_key() {
    if [[ -n "${SECRET_KEY:-}" || -s "$LOCAL/secret_key" ]]; then return; fi
    (umask 077 && head -c 48 /dev/urandom | base64 -w 0 >"$LOCAL/secret_key.new")
    mv "$LOCAL/secret_key.new" "$LOCAL/secret_key"
}
