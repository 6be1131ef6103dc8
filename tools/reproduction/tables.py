"""Tables of the paper and tables of other configs."""
import argparse
from pathlib import Path
from typing import List, Sequence, Tuple

import yaml

from projects_move.errors import InputError
from projects_move.evaluation.seed_statistics import SPREADS
from projects_move.utils.escape import one_line
from projects_move.utils.provenance import (collect_provenance, command_line,
                                            versions_text)
from .execution import Plan, execute_all
from .report import check_out, markdown, write_files
from .rows import Row, Table, distinct_runs
from .run import Run
from .seed_results import with_results

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
    if args.out:
        check_out(args.out, args.results)
    tables = requested_tables(args)
    if args.results:
        tables = with_results(tables, args.results)
    runs = distinct_runs(tables)
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
    for target in dict.fromkeys(args.targets):
        if target in PAPER:
            tables += paper_tables(PAPER[target], args)
        else:
            name, config, methods = _split_target(target)
            if name in [row.name for row in rows]:
                raise InputError(f'expected another name for {target!r}: '
                                 f'{name!r} is a row already')
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
    return tables


def _split_target(target: str) -> Tuple[str, str, List[str]]:
    """Name of the row, config and methods of ``[NAME=]CONFIG[+METHOD...]``."""
    name, sign, rest = target.partition('=')
    path = target.split('+')[0]
    if not sign or '=' in path and Path(path).is_file():
        name, rest = '', target
    elif not name.strip() or not Path(rest.split('+')[0]).is_file():
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
