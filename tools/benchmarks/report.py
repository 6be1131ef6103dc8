"""Report of a benchmark: a Markdown table, and a JSON file with a schema."""
import argparse
import datetime
import json
import os
import platform
import sys
from pathlib import Path
from typing import Dict, Iterable, List

import jsonschema
import torch

from projects_move.utils.provenance import collect_provenance, command_line
from .harness import Case, ratios, summary, time_variants
from .roofline import time_floor

SCHEMA = json.loads(Path(__file__).with_name('schema.json').read_text())


def measure(args: argparse.Namespace, cases: Iterable[Case],
            peaks: Dict[str, float], settings: dict) -> dict:
    """Time all cases, print the table and write the file."""
    rows = []
    for case in cases:
        print(f'{case.name} ...', file=sys.stderr, flush=True)
        seconds = time_variants(case, args.repeats, args.device)
        rows += [
            make_row(case, variant, seconds, peaks)
            for variant in case.variants
        ]
    result = dict(
        benchmark=args.benchmark,
        date=datetime.date.today().isoformat(),
        device=device_name(args.device),
        threads=torch.get_num_threads(),
        repeats=args.repeats,
        clock='process' if args.device == 'cpu' else 'wall',
        settings=settings,
        peaks=peaks,
        rows=rows,
        **collect_provenance([command_line()]))
    jsonschema.validate(result, SCHEMA)
    print(markdown(result))
    if args.out is not None:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(result, indent=2) + '\n')
    return result


def make_row(case: Case, variant: str, seconds: Dict[str, List[float]],
             peaks: Dict[str, float]) -> dict:
    """Results of one variant."""
    row = dict(
        case=case.name,
        variant=variant,
        seconds=summary(seconds[variant]),
        ratio=summary(ratios(seconds, variant)))
    if case.clock:
        row['clock'] = case.clock
    if case.videos:
        row['rate'] = case.videos / row['seconds']['median']
    if case.peak_memory.get(variant):
        row['peak_memory'] = case.peak_memory[variant]
    floor = time_floor(case, variant, peaks)
    if floor:
        row.update(floor, share=floor['floor'] / row['seconds']['median'])
    return row


def markdown(result: dict) -> str:
    """Table of medians, with the spread of the ratios."""
    lines = [
        f"{result['benchmark']}: {result['device']}, {result['threads']} "
        f"thread(s), {result['clock']} time, median of {result['repeats']} "
        f"runs; torch {result['versions']['torch']}, commit "
        f"{result['commit']}", '',
        '| case | variant | time | ratio (min, max) | rate | GFLOP | floor | '
        'GB |', '| --- | --- | --- | --- | --- | --- | --- | --- |'
    ]
    for row in result['rows']:
        ratio = row['ratio']
        rate, floor = '', ''
        if 'rate' in row:
            rate = f"{row['rate']:,.0f} / s"
        if 'floor' in row:
            floor = f"{format_time(row['floor'])} ({row['share']:.0%})"
        flop = f"{row['flop'] / 1e9:.1f}" if 'flop' in row else ''
        memory = f"{row['peak_memory'] / 1e9:.2f}" \
            if 'peak_memory' in row else ''
        lines.append(f"| {row['case']} | {row['variant']} | "
                     f"{format_time(row['seconds']['median'])} | "
                     f"{ratio['median']:.2f} ({ratio['min']:.2f}, "
                     f"{ratio['max']:.2f}) | {rate} | {flop} | {floor} | "
                     f"{memory} |")
    return '\n'.join(lines)


def format_time(seconds: float) -> str:
    for unit, scale in (('s', 1), ('ms', 1e3), ('us', 1e6)):
        if seconds * scale >= 1:
            return f'{seconds * scale:.3g} {unit}'
    return f'{seconds * 1e9:.3g} ns'


def device_name(device: str) -> str:
    if device == 'cuda':
        return torch.cuda.get_device_name()
    try:
        lines = Path('/proc/cpuinfo').read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    name = next((line.split(':')[1].strip()
                 for line in lines if line.startswith('model name')),
                platform.machine())
    return f'{name}, {os.cpu_count()} cores'
