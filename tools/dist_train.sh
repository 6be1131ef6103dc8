#!/usr/bin/env bash
# Train on several processes of one or more machines:
#   ./tools/dist_train.sh CONFIG PROCESSES [arguments of train.py]
# Processes use GPUs and nccl, or CPUs and gloo on a machine without GPU.
set -e

CONFIG=$1
PROCESSES=$2
ROOT=$(cd "$(dirname "$0")/.." && pwd)

PYTHONPATH="$ROOT:$PYTHONPATH" exec python -m torch.distributed.run \
    --nnodes="${NNODES:-1}" \
    --node_rank="${NODE_RANK:-0}" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" \
    --master_port="${PORT:-29500}" \
    --nproc_per_node="$PROCESSES" \
    "$ROOT/tools/train.py" "$CONFIG" --launcher pytorch "${@:3}"
