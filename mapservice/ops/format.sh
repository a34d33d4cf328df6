#!/usr/bin/env bash
# Rewrites the code and the templates in the project's format, and repairs what ruff can repair safely.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$OPS/system.sh" dev
"$OPS/python.sh" dev
cd "$ROOT"
"$VENV/bin/ruff" check --fix --quiet || true
"$VENV/bin/ruff" format --quiet
# djlint answers 1 when it changed something, which is what it is asked for.
"$VENV/bin/djlint" --reformat --quiet --extension html frontend places mobile_units imports mapservice >/dev/null || true
