#!/usr/bin/env bash
# Removes what the commands made: the private database wherever it lies, .local, .venv and the caches of the tools.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$OPS/postgres.sh" clean
rm -rf "$LOCAL" "$VENV"
cd "$ROOT"
rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
find . -name __pycache__ -type d -prune -exec rm -rf {} +
