#!/usr/bin/env bash
# Finds what the service needs from the system, and installs it through apt when it is missing and that is allowed.
#   system.sh serve|dev|test          PostgreSQL with PostGIS, GDAL, GEOS, PROJ, Python; to work on the code gettext;
#                                     to run the tests Chromium, a font and GDAL's own programs
#   system.sh postgres-programs [NN]  prints the folder of PostgreSQL's programs (of major version NN)
#   system.sh chromium                prints the path of the browser
# Versions are found, never assumed: Debian 12 has PostgreSQL 15, Ubuntu 22.04 has 14, 24.04 has 16.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

readonly SERVERS="${MAPSERVICE_POSTGRES_ROOT:-/usr/lib/postgresql}"
readonly EXTENSIONS="${MAPSERVICE_EXTENSIONS_ROOT:-/usr/share/postgresql}"

# --- finding --------------------------------------------------------------------------------------------------------

# Major versions whose server is installed, newest first.
server_versions() {
    local initdb
    for initdb in "$SERVERS"/[0-9]*/bin/initdb; do
        if [[ -x "$initdb" ]]; then basename "${initdb%/bin/initdb}"; fi
    done | sort -rn
}

# The newest that can load PostGIS, or the one asked for.
postgres_programs() {
    local wanted=${1:-} version
    for version in $(server_versions); do
        if [[ -n "$wanted" && "$version" != "$wanted" ]]; then continue; fi
        if [[ -f "$EXTENSIONS/$version/extension/postgis.control" ]]; then
            printf '%s\n' "$SERVERS/$version/bin"
            return
        fi
    done
    return 1
}

has_library() {
    local known
    known="$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null)" || return 1
    grep -qE "^\s*lib$1\.so" <<<"$known"
}

has_python() { [[ -x "$VENV/bin/python" ]] || "$OPS/python.sh" find >/dev/null 2>&1; }

# Ubuntu's /usr/bin/chromium-browser is a stub that asks for snap, which cannot run everywhere: it must answer.
find_chromium() {
    local candidate path
    for candidate in ${CHROMIUM:+"$CHROMIUM"} chromium google-chrome google-chrome-stable chromium-browser; do
        path="$(type -P "$candidate")" || continue
        if timeout 20 "$path" --version >/dev/null 2>&1 </dev/null; then
            printf '%s\n' "$path"
            return
        fi
    done
    return 1
}

# --- what is missing, as the packages that bring it -----------------------------------------------------------------

default_postgres() {
    apt-cache depends postgresql 2>/dev/null | grep -oE 'postgresql-[0-9]+' | head -n 1
}

postgres_packages() {
    local server
    server="$(server_versions | head -n 1)"
    if [[ -n "$server" ]]; then printf 'postgresql-%s-postgis-3\n' "$server"; return; fi
    server="$(default_postgres)"
    # Before `apt-get update` the list may be empty: the names without a number stand for it in the sentence.
    if [[ -z "$server" ]]; then printf 'postgresql postgis\n'; return; fi
    printf '%s %s-postgis-3\n' "$server" "$server"
}

python_packages() {
    if [[ "$(apt-cache policy python3 2>/dev/null | grep -oE '3\.[0-9]+' | head -n 1)" == 3.10 ]]; then
        printf 'python3.11 python3.11-venv\n'
    else
        printf 'python3 python3-venv\n'
    fi
}

missing_packages() {
    if ! postgres_programs >/dev/null; then postgres_packages; fi
    if ! has_library gdal || ! has_library geos_c || ! has_library proj; then echo gdal-bin; fi
    if ! has_python; then python_packages; fi
    if [[ "$1" != serve ]] && ! command -v msgfmt >/dev/null; then echo gettext; fi
    if [[ "$1" == test ]]; then
        if ! command -v ogrinfo >/dev/null; then echo gdal-bin; fi
        if ! command -v pdftotext >/dev/null; then echo poppler-utils; fi
        if ! find_chromium >/dev/null; then echo chromium; fi
        if ! [[ -n "$(fc-list 2>/dev/null)" ]]; then echo fontconfig fonts-dejavu-core; fi
    fi
}

list_missing() { missing_packages "$1" | tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/ $//'; }

# --- installing -----------------------------------------------------------------------------------------------------

# Prints the prefix that gives the right to install, or returns 1.
elevation() {
    if ((EUID == 0)); then echo env; elif sudo -n true 2>/dev/null; then echo "sudo -n"; else return 1; fi
}

# Debian starts a system cluster with the package. This file, there only during the installation, asks it not to.
CLUSTER_SWITCH=/etc/postgresql-common/createcluster.d/mapservice.conf

apt_install() {
    local elevate=$1
    shift
    $elevate mkdir -p "$(dirname "$CLUSTER_SWITCH")"
    echo 'create_main_cluster = false' | $elevate tee "$CLUSTER_SWITCH" >/dev/null
    # shellcheck disable=SC2064
    trap "$elevate rm -f '$CLUSTER_SWITCH'" EXIT
    $elevate env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        </dev/null >"$LOCAL/apt.log" 2>&1
}

install_missing() {
    local purpose=$1 elevate missing
    missing="$(list_missing "$purpose")"
    if [[ -z "$missing" ]]; then return; fi
    command -v apt-get >/dev/null || fail "install what these Debian packages hold, then run the same command again: $missing."
    elevate="$(elevation)" || fail "these packages are missing, and installing them needs root or sudo: $missing (apt-get install $missing)."
    mkdir -p "$LOCAL"
    $elevate apt-get update -qq </dev/null >"$LOCAL/apt.log" 2>&1 || true
    # With the list at hand, the numbered names are known.
    missing="$(list_missing "$purpose")"
    say "Installing system packages: $missing…"
    # shellcheck disable=SC2086
    apt_install "$elevate" $missing || fail "apt could not install $missing: $(grep -m 1 '^E:' "$LOCAL/apt.log" || tail -n 1 "$LOCAL/apt.log")"
    missing="$(list_missing "$purpose")"
    if [[ "$missing" == *chromium* ]]; then
        fail "no Chromium that answers: Ubuntu's package is a snap; install google-chrome or set CHROMIUM to a browser's path."
    fi
    if [[ -n "$missing" ]]; then fail "still missing after the installation: $missing."; fi
}

case "${1:-}" in
    serve | dev | test) install_missing "$1" ;;
    postgres-programs) postgres_programs "${2:-}" ;;
    chromium) find_chromium ;;
    *) fail "system.sh takes serve, dev, test, postgres-programs or chromium." ;;
esac
