#!/usr/bin/env bash
# Install into the active Python environment:
#   ./tools/install.sh [EXTRAS]
# Torch is installed first, unless it is installed already. `pip install torch`
# may download gigabytes of CUDA libraries, so a machine without an NVIDIA GPU
# gets the release that this project is tested with. Then it is kept: a newer
# torchvision, which timm asks for, would replace it.
set -e

ROOT=$(cd "$(dirname "$0")/.." && pwd)
EXTRAS=${1:+[$1]}

python -m pip install --quiet --upgrade pip 'setuptools>=77.0.3,<80.9' wheel
if ! python -c 'import torch' 2>/dev/null; then
    if command -v nvidia-smi >/dev/null; then
        python -m pip install --quiet torch
    else
        python -m pip install --quiet torch==2.13.0 ||
            python -m pip install --quiet torch
    fi
fi
KEEP=$(mktemp)
trap 'rm -f "$KEEP"' EXIT
python -c 'from importlib.metadata import version
print("torch==" + version("torch").partition("+")[0])' >"$KEEP"
python -m pip install --quiet --constraint "$KEEP" --editable "$ROOT$EXTRAS"
python -W ignore -c 'import projects_move
print("projects_move", projects_move.__version__)'
