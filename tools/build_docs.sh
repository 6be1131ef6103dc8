#!/usr/bin/env bash
# Build the documentation site: ./tools/build_docs.sh [FOLDER]
# A warning, such as a broken link, is an error. The extra "docs" is required,
# a network is not.
set -e

cd "$(dirname "$0")/.."
exec python -m sphinx --builder html --fail-on-warning --keep-going --nitpicky \
    --quiet docs "${1:-docs/_build/html}"
