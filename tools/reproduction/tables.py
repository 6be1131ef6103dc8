"""Tables of the paper and tables of other configs."""
import argparse
from dataclasses import replace
from pathlib import Path
from typing import List, Sequence, Tuple

import yaml

from projects_move.errors import InputError
from projects_move.evaluation.seed_statistics import SPREADS
from projects_move.utils.escape import one_line
from projects_move.utils.provenance import collect_provenance, command_line
from .execution import Plan, execute_all
from .report import markdown, write_files
from .rows import Row, Table
from .run import Run
from .seed_results import read_seed_csv, versions_text

PAPER = yaml.safe_load(Path(__file__).with_name('paper.yml').read_text())
COLUMNS = {
    'All': 'mAP',
    'Head': 'mAP_head',
    'Medium': 'mAP_medium',
    'Tail': 'mAP_tail',
    'Few': 'mAP_few',
    'Acc@1': 'acc1',
    'Tail Acc@1': 'acc1_tail',
}


def reproduce(args: argparse.Namespace) -> None:
    """Execute the missing runs, print the tables and write them.

    Raises:
        InputError: For a target that is no config.
        SystemExit: If a run has failed, or a page lacks something.
    """
    if args.report:  # else nothing needs matplotlib and plotly
        from projects_move.visualization.report import require_libraries
        from .pages import links, write_pages
        require_libraries()
    tables = requested_tables(args)
    runs = list(
        dict.fromkeys(run for table in tables for row in table.rows
                      for run in row.runs))
    if not args.dry_run:
        slots = tuple(args.gpus or [None]) * args.jobs
        execute_all(runs, Plan(slots, args.slurm))
    footer = provenance_line(args.seeds, runs, args.spread)
    problems: List[str] = []
    if args.report:
        folder = args.out.parent if args.out else Path()
        pages, problems = write_pages(tables, args.report, args.spread)
        footer = '; '.join(filter(None, [footer, links(pages, folder)]))
    print('\n' + markdown(tables, footer, args.spread))
    if args.out:
        for path in write_files(tables, args.out, footer, args.spread):
            print(f'written: {path}')
    for problem in problems:
        print(f'report: {one_line(problem)}')
    if problems or any(run.metrics is None for run in runs):
        raise SystemExit(1)


def requested_tables(args: argparse.Namespace) -> List[Table]:
    """Tables of the command line, and one table of its configs."""
    tables, rows = [], []
    for target in args.targets:
        if target in PAPER:
            tables += paper_tables(PAPER[target], args)
        else:
            name, config, methods = _split_target(target)
            rows.append(Row(name, seed_runs(config, methods, args)))
    if rows:
        tables.append(Table('Configs', COLUMNS, rows))
    if args.columns:
        tables = [
            table._replace(
                columns={key: key
                         for key in args.columns},
                rows=[row._replace(paper=()) for row in table.rows])
            for table in tables
        ]
    return _with_results(tables, args.results) if args.results else tables


def _with_results(tables: List[Table], path: Path) -> List[Table]:
    """Tables whose runs have the results that are recorded in a file."""
    found = read_seed_csv(path)

    def with_result(run: Run) -> Run:
        key = run.name, run.seed, run.overrides
        return replace(run, recorded=found.get(key))

    return [
        table._replace(rows=[
            row._replace(runs=tuple(map(with_result, row.runs)))
            for row in table.rows
        ]) for table in tables
    ]


def _split_target(target: str) -> Tuple[str, str, List[str]]:
    """Name of the row, config and methods of ``[NAME=]CONFIG[+METHOD...]``."""
    name, sign, rest = target.partition('=')
    if not sign or Path(target.split('+')[0]).is_file():  # = in its name
        name, rest = '', target
    elif not name:
        raise InputError(f'expected NAME=CONFIG, found {target!r}')
    config, *methods = rest.split('+')
    return name or '+'.join([Path(config).stem, *methods]), config, methods


def paper_tables(table: dict, args: argparse.Namespace) -> List[Table]:
    """One table for each block of columns, or one for ``args.configs``."""
    blocks = table['blocks']
    if args.configs:
        _check_pattern(args.configs)
        blocks = {args.configs: args.configs}
    tables = []
    for block, configs in blocks.items():
        pattern, *settings = [configs] if isinstance(configs, str) else configs
        rows = [
            Row(
                row['name'],
                seed_runs(
                    pattern.format(model=row['model']),
                    row.get('methods', []), args, settings),
                tuple(row.get('paper', {}).get(block, ())), row['model']
                != 'baseline') for row in table['rows']
        ]
        caption = table['caption']
        if args.configs:
            caption = f"{caption.split(' on ')[0]} of {pattern}"
        elif len(blocks) > 1:
            caption += f': {block}'
        # the last column, because the paper has no numbers for it
        columns = dict(table['columns'], Few='mAP_few')
        tables.append(Table(caption, columns, rows))
    return tables


def _check_pattern(pattern: str) -> None:
    """Check that ``{model}`` is the only field of a pattern."""
    try:
        pattern.format(model='')
    except (AttributeError, IndexError, KeyError, ValueError) as error:
        raise InputError('--configs: expected a path with {model}, found '
                         f'{pattern!r}') from error


def seed_runs(config: str,
              methods: List[str],
              args: argparse.Namespace,
              settings: Sequence[str] = ()) -> Tuple[Run, ...]:
    """Runs of a config and its methods, one for each seed."""
    if not Path(config).is_file():
        raise InputError(f'expected {", ".join(PAPER)} or the path of a '
                         f'config, found {config!r}')
    return tuple(
        Run(
            Path(config), tuple(methods), seed, args.work_dir,
            tuple(args.cfg_options), tuple(settings))
        for seed in dict.fromkeys(args.seeds))


def provenance_line(seeds: List[int], runs: List[Run], spread: str) -> str:
    """Command, and the commits and versions of the runs."""
    found = [run.provenance
             for run in runs if run.provenance] or [collect_provenance([])]
    commits = sorted({each['commit'] for each in found})
    versions = sorted({versions_text(each['versions']) for each in found})
    return (f'`{command_line()}`; mean ± {SPREADS[spread]} over the seeds '
            f'{", ".join(map(str, dict.fromkeys(seeds)))}; commit '
            f'{" and ".join(commits)}; {" and ".join(versions)}')
