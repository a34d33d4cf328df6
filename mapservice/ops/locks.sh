#!/usr/bin/env bash
# Writes requirements.txt (runtime) and requirements-dev.txt (runtime and development) from pyproject.toml.
# Versions already locked stay; `locks.sh --upgrade` takes the newest ones. The files name no host and no local path.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

workshop="$(mktemp -d)"
trap 'rm -rf "$workshop"' EXIT

install_uv() {
    "$("$OPS/python.sh" find)" -m venv "$workshop/venv"
    "$workshop/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv ||
        fail "uv, which resolves the versions, could not be installed."
}

# One lock, resolved for every platform and every Python the project accepts.
compile() {
    local output=$1
    shift
    # Local wheels of this computer must not enter the locks.
    env -u PIP_FIND_LINKS -u UV_FIND_LINKS "$workshop/venv/bin/uv" pip compile --quiet --no-config --universal \
        --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
        --output-file "$output" "$@" pyproject.toml || fail "the versions asked for in pyproject.toml do not fit together."
}

publish() {
    local name=$1
    sed -E -i '/^--(index-url|extra-index-url|find-links|trusted-host)/d' "$workshop/$name"
    if grep -nE '://|^/| @ |file:' "$workshop/$name" >&2; then fail "$name would name a host or a path."; fi
    { printf '# Written by mapservice/ops/locks.sh from pyproject.toml: change that file, then run "make locks".\n'
      sed "s#-c $workshop/##" "$workshop/$name"; } >"$ROOT/$name.new"
    mv "$ROOT/$name.new" "$ROOT/$name"
}

install_uv
cd "$ROOT"
for name in requirements.txt requirements-dev.txt; do
    if [[ -f "$name" ]]; then cp "$name" "$workshop/$name"; fi
done
compile "$workshop/requirements.txt" "$@"
compile "$workshop/requirements-dev.txt" "$@" --group dev --constraint "$workshop/requirements.txt"
publish requirements.txt
publish requirements-dev.txt
