"""Print a table of the paper, or one of your own; run what is missing.

    python tools/reproduce.py table1 --seeds 0 1 2 --gpus 0 1 2 3
    python tools/reproduce.py table4 --slurm PARTITION --jobs 8
    python tools/reproduce.py table1 \
        --configs 'configs/fsdd/{model}_logmel_adam-50e_fsdd-feature.py'
    python tools/reproduce.py configs/fsdd/move_*.py \
        configs/fsdd/baseline-agg_logmel_adam-50e_fsdd-feature.py+ldam

A run that is done is not run again; one that was interrupted goes on from its
last checkpoint. A run that fails is named below the table, with its log, and
does not sink the others.
"""
import argparse
import sys
from pathlib import Path
from typing import List, Tuple

import yaml

HERE = Path(__file__).resolve().parent / 'reproduction'
sys.path.insert(0, str(HERE))

from provenance import command_line, provenance  # noqa: E402
from report import Row, Table, markdown, write  # noqa: E402
from runs import Plan, Run, execute_all  # noqa: E402

COLUMNS = {
    'All': 'mAP',
    'Head': 'mAP_head',
    'Medium': 'mAP_medium',
    'Tail': 'mAP_tail',
    'Acc@1': 'acc1',
    'Tail Acc@1': 'acc1_tail',
}


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Configs x seeds, one table', epilog=__doc__)
    parser.add_argument(
        'what',
        nargs='+',
        help='table1 to table5, or configs, each CONFIG[+METHOD...]')
    parser.add_argument(
        '--configs',
        help="another data set's configs for a table, {model} in place of "
        'baseline, baseline-agg and move')
    parser.add_argument(
        '--columns', nargs='+', help='metrics, in place of the default ones')
    parser.add_argument('--seeds', nargs='+', type=int, default=[0, 1, 2])
    plan = parser.add_mutually_exclusive_group()
    plan.add_argument(
        '--gpus', nargs='+', help='this machine\'s, one run on each')
    plan.add_argument('--slurm', help='partition; a run is a job')
    parser.add_argument(
        '--jobs', type=int, default=1, help='runs side by side, on each GPU')
    parser.add_argument(
        '--work-dir', type=Path, default=Path('work_dirs/reproduce'))
    parser.add_argument(
        '--out', type=Path, help='write OUT.md, OUT.csv and OUT.tex')
    parser.add_argument(
        '--dry-run', action='store_true', help='run nothing, print what is')
    parser.add_argument(
        '--cfg-options', nargs='+', default=[], help='of every run')
    args = parser.parse_args()
    if args.jobs < 1:
        parser.error('--jobs must be at least 1')
    return args


def tables_of(args: argparse.Namespace) -> List[Table]:
    """What the command line asks for."""
    known = yaml.safe_load((HERE / 'paper.yml').read_text())
    tables, configs = [], []
    for name in args.what:
        if name in known:
            tables += paper_tables(known[name], args)
        else:
            configs.append(name)
    if configs:
        rows = []
        for name in configs:
            config, *methods = name.split('+')
            rows.append(Row(name_of(name), runs_of(config, methods, args)))
        tables.append(Table('Configs', COLUMNS, rows))
    if args.columns:
        tables = [
            table._replace(
                columns={key: key
                         for key in args.columns},
                rows=[row._replace(paper=()) for row in table.rows])
            for table in tables
        ]
    return tables


def paper_tables(table: dict, args: argparse.Namespace) -> List[Table]:
    """A table of the paper, on its data or on another's."""
    blocks = table['blocks']
    if args.configs:
        blocks = {args.configs: args.configs}
    tables = []
    for block, pattern in blocks.items():
        rows = []
        for row in table['rows']:
            config = pattern.format(model=row['model'])
            rows.append(
                Row(row['name'], runs_of(config, row.get('methods', []), args),
                    tuple(row.get('paper', {}).get(block, ())), row['model']
                    != 'baseline'))
        caption = table['caption']
        if args.configs:
            caption = f"{caption.split(' on ')[0]} of {pattern}"
        elif len(blocks) > 1:
            caption += f': {block}'
        tables.append(Table(caption, table['columns'], rows))
    return tables


def runs_of(config: str, methods: List[str],
            args: argparse.Namespace) -> Tuple[Run, ...]:
    if not Path(config).is_file():
        raise SystemExit(f'no table and no config {config}')
    return tuple(
        Run(
            Path(config), tuple(methods), seed, args.work_dir,
            tuple(args.cfg_options)) for seed in args.seeds)


def name_of(config: str) -> str:
    path, *methods = config.split('+')
    return '+'.join([Path(path).stem, *methods])


def footer_of(args: argparse.Namespace, runs: List[Run]) -> str:
    """The command, and commits and versions of the runs."""
    sources = [run.source for run in runs if run.source] or [provenance([])]
    commits = sorted({source['commit'] for source in sources})
    versions = sorted({
        ', '.join(f'{name} {number}'
                  for name, number in source['versions'].items())
        for source in sources
    })
    return (f'`{command_line()}`; mean ± standard deviation over the seeds '
            f'{", ".join(map(str, args.seeds))}; commit '
            f'{" and ".join(commits)}; {" and ".join(versions)}')


def main() -> None:
    args = parse_args()
    tables = tables_of(args)
    runs = list(
        dict.fromkeys(run for table in tables for row in table.rows
                      for run in row.runs))
    slots = tuple(args.gpus or [None]) * args.jobs
    if not args.dry_run:
        execute_all(runs, Plan(slots, args.slurm))
    print()
    footer = footer_of(args, runs)
    print(markdown(tables, footer))
    if args.out:
        for path in write(tables, args.out, footer):
            print(f'written: {path}')
    if any(run.metrics is None for run in runs):
        raise SystemExit(1)


if __name__ == '__main__':
    main()
