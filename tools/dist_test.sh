#!/usr/bin/env bash
# Test on several processes of one or more machines:
#   ./tools/dist_test.sh CONFIG CHECKPOINT PROCESSES [arguments of test.py]
# Processes use GPUs and nccl, or CPUs and gloo on a machine without GPU.
set -e

CONFIG=$1
CHECKPOINT=$2
PROCESSES=$3
ROOT=$(cd "$(dirname "$0")/.." && pwd)

PYTHONPATH="$ROOT:$PYTHONPATH" exec python -m torch.distributed.run \
    --nnodes="${NNODES:-1}" \
    --node_rank="${NODE_RANK:-0}" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" \
    --master_port="${PORT:-29500}" \
    --nproc_per_node="$PROCESSES" \
    "$ROOT/tools/test.py" "$CONFIG" "$CHECKPOINT" --launcher pytorch "${@:4}"
