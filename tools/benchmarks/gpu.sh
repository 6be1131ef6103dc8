#!/usr/bin/env bash
# All figures of a GPU in at most eight minutes, one JSON file for each part.
#
#   tools/benchmarks/gpu.sh [--small] [--seconds N] [FOLDER]
#
# FOLDER, by default gpu-figures, gets NAME.json and NAME.log of each part, and
# summary.txt. A part that fails or exceeds its time does not end the others.
# --small runs the same parts at small sizes on a CPU.
set -u
cd "$(dirname "$0")/../.."

small=false
total=480
while [ $# -gt 0 ]; do
    case $1 in
    --small)
        small=true
        total=1200
        ;;
    --seconds)
        shift
        total=$1
        ;;
    *) break ;;
    esac
    shift
done
out=$(realpath -m "${1:-gpu-figures}")
mkdir -p "$out"
: >"$out/summary.txt"

if $small; then
    common=(--device cpu --repeats 1)
    sizes=(--batch 8 --channels 16 --classes 9 --clusters 4
           --peak-size 64)
    compiled=(--precisions float32)
    tiny=(--batches 2 --stored-frames 7)
    videos=(--num-videos 2 --stored-frames 5 --frames 2 --num-workers 1
            --backbones timm/efficientnet_lite0 --batch 4)
    test_videos=(--videos 60 --frames 7)
else
    common=(--device cuda --repeats 5)
    sizes=()
    compiled=(--precisions float32 tf32 bfloat16)
    tiny=(--batches 16 --stored-frames 60 --num-workers 4)
    videos=(--num-videos 512 --frames 16 --batch 256 --repeats 2
            --num-workers "$(($(nproc) > 2 ? $(nproc) - 2 : 1))"
            --backbones timm/efficientnet_lite0 timm/vit_base_patch16_224)
    test_videos=()
fi
status=0

# Run a part: its name, its seconds, and the arguments of benchmark.py.
part() {
    local name=$1 limit=$2 start=$SECONDS left=$((total - SECONDS)) code
    shift 2
    if $small; then limit=$total; fi
    if [ "$limit" -gt "$left" ]; then limit=$left; fi
    if [ "$limit" -lt 10 ]; then
        echo "$name: skipped, no time left" | tee -a "$out/summary.txt"
        status=1
        return
    fi
    timeout --kill-after=5 "$limit" python tools/benchmark.py "$@" \
        --out "$out/$name.json" >"$out/$name.log" 2>&1
    code=$?
    case $code in
    0) echo "$name: done in $((SECONDS - start)) s" ;;
    124 | 137) echo "$name: stopped after $limit s, see $name.log" ;;
    *) echo "$name: failed with code $code, see $name.log" ;;
    esac | tee -a "$out/summary.txt"
    if [ $code -ne 0 ]; then status=1; fi
}

part step 60 step "${common[@]}" "${sizes[@]}" \
    --precisions float32 tf32 bfloat16
part extraction-bfloat16 60 extraction "${common[@]}" "${videos[@]}" \
    --precisions bfloat16
part extraction-float32 90 extraction "${common[@]}" "${videos[@]}"
part epoch 60 end_to_end "${common[@]}" "${sizes[@]}" "${tiny[@]}"
part epoch-cold 60 end_to_end "${common[@]}" "${sizes[@]}" "${tiny[@]}" --cold
part step-compiled 100 step "${common[@]}" "${sizes[@]}" "${compiled[@]}" \
    --compile
part neck 20 neck "${common[@]}" "${sizes[@]}"
part evaluation 30 evaluation "${common[@]}" "${sizes[@]}" "${test_videos[@]}"
exit $status
