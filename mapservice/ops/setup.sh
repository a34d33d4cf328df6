#!/usr/bin/env bash
# What every command needs first: setup.sh serve|dev|test (what to serve; to work on the code; to run the browser too).
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case "${1:-}" in
    serve) system=serve packages=runtime ;;
    dev) system=dev packages=dev ;;
    test) system=test packages=dev ;;
    *) fail "setup.sh takes serve, dev or test." ;;
esac
"$OPS/system.sh" "$system"
"$OPS/python.sh" "$packages"
"$OPS/postgres.sh" start
