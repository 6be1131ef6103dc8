"""Benchmarks as a table to read and a file that a schema checks."""
import argparse
import datetime
import json
import os
import platform
import sys
from pathlib import Path
from typing import Dict, List

import jsonschema
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from comparing import Case, compare, ratios, summary  # noqa: E402
from provenance import command_line, provenance  # noqa: E402

SCHEMA = json.loads((HERE / 'schema.json').read_text())


def parser(description: str, repeats: int = 7) -> argparse.ArgumentParser:
    """Arguments of every benchmark."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument('--repeats', type=int, default=repeats)
    made.add_argument('--threads', type=int, default=1, help='of the CPU')
    made.add_argument(
        '--device', default='cpu', choices=['cpu', 'cuda'], help='of models')
    made.add_argument('--out', type=Path, help='write the figures as JSON')
    return made


def measure(name: str, args: argparse.Namespace, cases: List[Case],
            limits: Dict[str, float], settings: dict) -> dict:
    """Run all cases, print the table, write the file."""
    rows = []
    for case in cases:
        print(f'{case.name} ...', file=sys.stderr, flush=True)
        rows += _rows(case, compare(case, args.repeats, args.device), limits)
    result = dict(
        benchmark=name,
        date=datetime.date.today().isoformat(),
        device=_device(args.device),
        threads=torch.get_num_threads(),
        repeats=args.repeats,
        clock='process' if args.device == 'cpu' else 'wall',
        settings=settings,
        limits=limits,
        rows=rows,
        **provenance([command_line()]))
    jsonschema.validate(result, SCHEMA)
    print(table(result))
    if args.out is not None:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(result, indent=2) + '\n')
    return result


def _rows(case: Case, seconds: Dict[str, List[float]],
          limits: Dict[str, float]) -> List[dict]:
    rows = []
    for form, values in seconds.items():
        row = dict(
            case=case.name,
            form=form,
            seconds=summary(values),
            ratio=summary(ratios(seconds, form)))
        if case.clock:
            row['clock'] = case.clock
        if case.units:
            row['rate'] = case.units / row['seconds']['median']
        floor = _floor(case, form, limits)
        if floor:
            row.update(floor, share=floor['floor'] / row['seconds']['median'])
        rows.append(row)
    return rows


def _floor(case: Case, form: str, limits: Dict[str, float]) -> dict:
    """Seconds that arithmetic or memory, whichever is more, leave at the
    least: one may go on behind the other."""
    parts = {}
    if case.flop and form in case.flop:
        rate = limits[f'flops_{case.precision[form]}']
        parts['flop'] = case.flop[form]
        parts['arithmetic'] = case.flop[form] / rate
    if case.moved and form in case.moved:
        parts['moved'] = case.moved[form]
        parts['memory'] = case.moved[form] / limits['bandwidth']
    if parts:
        parts['floor'] = max(
            parts.get(part, 0) for part in ('arithmetic', 'memory'))
    return parts


def table(result: dict) -> str:
    """As Markdown: medians, with the spread of the ratio behind it."""
    lines = [
        f"{result['benchmark']}: {result['device']}, {result['threads']} "
        f"thread(s), {result['clock']} time, median of {result['repeats']} "
        f"turns; torch {result['versions']['torch']}, commit "
        f"{result['commit']}", '',
        '| case | form | time | ratio (min, max) | rate | GFLOP | floor |',
        '| --- | --- | --- | --- | --- | --- | --- |'
    ]
    for row in result['rows']:
        ratio = row['ratio']
        rate, floor = '', ''
        if 'rate' in row:
            rate = f"{row['rate']:,.0f} / s"
        if 'floor' in row:
            floor = f"{_time(row['floor'])} ({row['share']:.0%})"
        flop = f"{row['flop'] / 1e9:.1f}" if 'flop' in row else ''
        lines.append(f"| {row['case']} | {row['form']} | "
                     f"{_time(row['seconds']['median'])} | "
                     f"{ratio['median']:.2f} ({ratio['min']:.2f}, "
                     f"{ratio['max']:.2f}) | {rate} | {flop} | {floor} |")
    return '\n'.join(lines)


def _time(seconds: float) -> str:
    for unit, scale in (('s', 1), ('ms', 1e3), ('us', 1e6)):
        if seconds * scale >= 1:
            return f'{seconds * scale:.3g} {unit}'
    return f'{seconds * 1e9:.3g} ns'


def _device(device: str) -> str:
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
