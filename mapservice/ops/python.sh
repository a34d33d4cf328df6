#!/usr/bin/env bash
# Makes .venv and installs a lock into it: python.sh [runtime|dev]. Does nothing when the stamp says it is done.
# PYTHON chooses the interpreter; otherwise the newest of 3.13, 3.12, 3.11 that can make an environment.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    local candidate
    if [[ -n "${PYTHON:-}" ]]; then
        usable "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer with its venv module."
        command -v "$PYTHON"
        return
    fi
    for candidate in python3.13 python3.12 python3.11 python3; do
        if usable "$candidate"; then command -v "$candidate"; return; fi
    done
    fail "Python 3.11 or newer with its venv module is needed: install python3 and python3-venv, or set PYTHON."
}

# What an installed environment depends on: the lock's text and the place, since scripts in bin/ hold its path.
stamp_of() { { printf '%s\n' "$VENV"; cat "$1"; } | sha256sum | cut -d' ' -f1; }

is_installed() {
    [[ -x "$VENV/bin/python" && -f "$VENV/.lock-$1" && "$(<"$VENV/.lock-$1")" == "$2" ]]
}

make_environment() {
    local python
    if [[ -x "$VENV/bin/python" && "$(cat "$VENV/.place" 2>/dev/null)" == "$VENV" ]]; then return; fi
    python="$(find_python)"
    say "Making .venv with $("$python" --version)…"
    rm -rf "$VENV"
    "$python" -m venv "$VENV" || fail "the virtual environment could not be made: is python3-venv installed?"
    printf '%s' "$VENV" >"$VENV/.place"
}

# pip names its sources in its warnings, one line a package: its words stay in a file, the error alone is shown.
install_lock() {
    local lock=$1 log="$LOCAL/pip.log"
    say "Installing the Python packages of $(basename "$lock") (about a minute)…"
    "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off --only-binary :all: \
        --require-hashes -r "$lock" >"$log" 2>&1 ||
        fail "the Python packages could not be installed: $(grep -m 1 '^ERROR' "$log" || tail -n 1 "$log") (whole log: $log)"
}

main() {
    local set=${1:-runtime} lock stamp
    case "$set" in
        runtime) lock="$ROOT/requirements.txt" ;;
        dev) lock="$ROOT/requirements-dev.txt" ;;
        find) find_python; return ;;
        *) fail "python.sh takes runtime, dev or find." ;;
    esac
    stamp="$(stamp_of "$lock")"
    if is_installed "$set" "$stamp"; then return; fi
    take_lock python
    if is_installed "$set" "$stamp"; then return; fi
    make_environment
    install_lock "$lock"
    printf '%s' "$stamp" >"$VENV/.lock-$set"
    # The development lock holds the runtime one, version for version.
    if [[ "$set" == dev ]]; then stamp_of "$ROOT/requirements.txt" >"$VENV/.lock-runtime"; fi
}

main "$@"
