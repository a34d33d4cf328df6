#!/usr/bin/env bash
# What backup.sh and restore.sh share: database.sh url (as libpq reads it), or database.sh program NAME (its path).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Django's postgis:// is libpq's postgresql://.
url() {
    local value
    if [[ -n "${DATABASE_URL_FILE:-}" ]]; then value="$(<"$DATABASE_URL_FILE")"
    else value="${DATABASE_URL:-$("$OPS/postgres.sh" url)}"; fi
    [[ "$value" == *://* ]] || fail "DATABASE_URL is no URL."
    printf 'postgresql://%s\n' "${value#*://}"
}

# Of the newest PostgreSQL here: pg_dump reads servers of its own version and older ones.
program() {
    local folder
    folder="$("$OPS/system.sh" postgres-programs "" 2>/dev/null)" || folder=""
    if [[ -x "$folder/$1" ]]; then printf '%s\n' "$folder/$1"
    else command -v "$1" || fail "$1 is missing: install postgresql-client."; fi
}

case "${1:-}" in
    url) url ;;
    program) program "${2:?}" ;;
    *) fail "database.sh takes url or program." ;;
esac
