"""Run many cases of each target and write a table of the outcomes."""
import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

from projects_move.utils.provenance import collect_provenance
from .outcomes import BAD, GOOD
from .runner import run_cases, write_case
from .targets import TARGETS


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='python -m tests.fuzz')
    parser.add_argument('--cases', type=int, default=20000, help='in total')
    parser.add_argument('--seed', type=int, default=0, help='first seed')
    parser.add_argument(
        '--targets', nargs='+', choices=sorted(TARGETS), default=None)
    parser.add_argument('--out', type=Path, help='JSON of the outcomes')
    parser.add_argument(
        '--keep', type=Path, help='folder for the inputs of bad outcomes')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    names = args.targets or sorted(TARGETS)
    share = -(-args.cases // len(names))
    results = {}
    for name in names:
        start, counts = time.monotonic(), Counter()
        seeds = range(args.seed, args.seed + share)
        for seed, outcome in run_cases(TARGETS[name], seeds):
            counts[outcome.kind] += 1
            if outcome.kind in BAD:
                print(f'{name} {seed}: {outcome.kind}: {outcome.detail}')
                if args.keep:
                    write_case(TARGETS[name], seed,
                               args.keep / name / str(seed))
        results[name] = {kind: counts[kind] for kind in (*GOOD, *BAD)}
        seconds = time.monotonic() - start
        print(
            f'{name}: {share} cases in {seconds:.0f} s: {dict(counts)}',
            file=sys.stderr)
    if args.out:
        chosen = f'--targets {" ".join(args.targets)} ' if args.targets else ''
        command = f'python -m tests.fuzz {chosen}--cases {args.cases}'
        kept = dict(
            collect_provenance(command), first_seed=args.seed, targets=results)
        args.out.write_text(json.dumps(kept, indent=2) + '\n')
    bad = sum(row[kind] for row in results.values() for kind in BAD)
    raise SystemExit(f'{bad} bad outcomes' if bad else 0)


if __name__ == '__main__':
    main()
