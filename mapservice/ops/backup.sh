#!/usr/bin/env bash
# Writes the whole database into one file, in PostgreSQL's custom format: backup.sh FILE
#
# Which database: DATABASE_URL (or DATABASE_URL_FILE), else the private one of this checkout. The file appears under its
# name only once it is complete, closed to everybody else: it holds accounts and what the public never sees.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[[ $# -eq 1 && -n "$1" ]] || fail "backup.sh takes one argument: the file to write."
file="$1"
umask 077
database="$("$OPS/database.sh" url)" || exit 1
pg_dump="$("$OPS/database.sh" program pg_dump)" || exit 1

trap 'rm -f "$file.part"' EXIT
"$pg_dump" --format custom --no-owner --no-privileges --file "$file.part" "$database" ||
    fail "the backup failed; $file was not touched."
# A file that cannot be listed cannot be restored: better known now.
"$("$OPS/database.sh" program pg_restore)" --list "$file.part" >/dev/null || fail "the backup cannot be read again."
sync "$file.part"
mv "$file.part" "$file"
say "Written: $file ($(du -h "$file" | cut -f1))"
