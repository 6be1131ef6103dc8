#!/usr/bin/env bash
# Train as a Slurm job:
#   ./tools/slurm_train.sh PARTITION JOB_NAME CONFIG [arguments of train.py]
# GPUS, GPUS_PER_NODE, CPUS_PER_TASK and SRUN_ARGS are read from the
# environment.
set -e

PARTITION=$1
JOB_NAME=$2
CONFIG=$3
ROOT=$(cd "$(dirname "$0")/.." && pwd)
export MASTER_PORT=${MASTER_PORT:-$((12000 + RANDOM % 20000))}

# shellcheck disable=SC2086  # SRUN_ARGS are several words
PYTHONPATH="$ROOT:$PYTHONPATH" exec srun \
    --partition="$PARTITION" \
    --job-name="$JOB_NAME" \
    --gres="gpu:${GPUS_PER_NODE:-8}" \
    --ntasks="${GPUS:-8}" \
    --ntasks-per-node="${GPUS_PER_NODE:-8}" \
    --cpus-per-task="${CPUS_PER_TASK:-5}" \
    --kill-on-bad-exit=1 \
    ${SRUN_ARGS:-} \
    python -u "$ROOT/tools/train.py" "$CONFIG" --launcher slurm "${@:4}"
