#!/usr/bin/env bash
# Fills an EMPTY database from a file of backup.sh: restore.sh FILE
#
# Which database: DATABASE_URL (or DATABASE_URL_FILE), else the private one of this checkout. It must exist and hold no
# table of the service: nothing is ever overwritten. All or nothing: a restore that fails leaves the database empty.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ $# -eq 1 && -r "$1" ]] || fail "restore.sh takes one argument: a file written by backup.sh."
file="$1"
database="$("$OPS/database.sh" url)" || exit 1
psql="$("$OPS/database.sh" program psql)" || exit 1
pg_restore="$("$OPS/database.sh" program pg_restore)" || exit 1

"$pg_restore" --list "$file" >/dev/null || fail "$file is not a backup that can be read."
taken="$("$psql" "$database" -Atqc "SELECT to_regclass('public.django_migrations')")" ||
    fail "the database does not answer."
[[ -z "$taken" ]] || fail "the database is not empty: make a new one (createdb) and name it in DATABASE_URL."

"$pg_restore" --exit-on-error --single-transaction --no-owner --no-privileges --dbname "$database" "$file" ||
    fail "the restore failed; the database is as empty as before."
# Without statistics the first searches would scan whole tables.
"$psql" "$database" -qc 'ANALYZE' || fail "the data is restored, but ANALYZE failed."
say "Restored from $file. Next: start the service of the same version, or \`manage.py migrate\` with a newer one."
