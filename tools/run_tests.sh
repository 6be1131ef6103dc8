#!/usr/bin/env bash
# Lint, doctests, documentation and tests: ./tools/run_tests.sh [arguments of
# pytest]
# Uses the active environment, else that of quickstart.sh.
set -e

cd "$(dirname "$0")/.."
if [ -z "$VIRTUAL_ENV" ] && [ -f .venv/bin/activate ]; then
    . .venv/bin/activate
fi
python -c 'import pytest, flake8, sphinx, myst_parser' 2>/dev/null || ./tools/install.sh tests

SOURCES="projects_move configs tools tests setup.py"
python -m flake8 $SOURCES
python -m isort --check-only --diff $SOURCES
python -m yapf --diff --recursive --parallel $SOURCES

export OMP_NUM_THREADS=1
# a test that hangs prints its stack and, from pytest 9, fails alone
exec python -m pytest -n "${WORKERS:-2}" --dist worksteal \
    -o faulthandler_timeout=600 -o faulthandler_exit_on_timeout=true "$@"
