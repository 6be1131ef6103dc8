"""Run configs over several seeds and print one table.

    python tools/reproduce.py configs/fsdd/*.py --seeds 0 1 2 --jobs 2

A run that is done is not run again; one that was interrupted goes on from its
last checkpoint. A run that fails is named in the table, with its log, and
does not sink the others.
"""
import argparse
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional

import numpy as np

TOOLS = Path(__file__).resolve().parent
COLUMNS = {
    'All': 'mAP',
    'Head': 'mAP_head',
    'Medium': 'mAP_medium',
    'Tail': 'mAP_tail',
    'Acc@1': 'acc1',
    'Tail Acc@1': 'acc1_tail',
}


class Run(NamedTuple):
    """One training of one config with one seed."""
    config: Path
    seed: int
    folder: Path
    options: List[str]

    @property
    def log(self) -> Path:
        return self.folder / 'log.txt'

    @property
    def metrics(self) -> Optional[dict]:
        """The metrics by name, None where the run is not done."""
        path = self.folder / 'test' / 'metrics.json'
        return json.loads(path.read_text()) if path.is_file() else None

    def commands(self) -> Iterator[List[str]]:
        """Train, then test, which needs its checkpoint."""
        options = ['--cfg-options', *self.options] if self.options else []
        yield [
            sys.executable,
            str(TOOLS / 'train.py'),
            str(self.config), '--seed',
            str(self.seed), '--work-dir',
            str(self.folder), '--resume', *options
        ]
        out = f"test_evaluator.out_dir={self.folder / 'test'}"
        yield [
            sys.executable,
            str(TOOLS / 'test.py'),
            str(self.config),
            str(self.checkpoint()), '--work-dir',
            str(self.folder), '--cfg-options', out, *self.options
        ]

    def checkpoint(self) -> Path:
        """The best checkpoint where the config chooses one, else the last."""
        best = sorted(self.folder.glob('best_*.pth'), key=os.path.getmtime)
        if best:
            return best[-1]
        return Path((self.folder / 'last_checkpoint').read_text().strip())


def execute(run: Run) -> bool:
    """Do what is missing of a run. Whether it succeeded."""
    run.folder.mkdir(parents=True, exist_ok=True)
    with open(run.log, 'a') as log:
        try:
            for command in run.commands():
                log.write('$ ' + ' '.join(command) + '\n')
                log.flush()
                done = subprocess.run(
                    command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
                if done.returncode:
                    return False
        except OSError as error:
            log.write(f'{error}\n')
            return False
    return run.metrics is not None


def execute_all(runs: List[Run], jobs: int) -> None:
    """Run what is missing, ``jobs`` at a time, and tell how it goes."""
    todo = [run for run in runs if run.metrics is None]
    print(f'{len(runs)} runs, {len(runs) - len(todo)} of them done')
    lock, finished, start = threading.Lock(), [0], time.time()

    def work(run: Run) -> None:
        succeeded = execute(run)
        with lock:
            finished[0] += 1
            state = 'done' if succeeded else f'FAILED, see {run.log}'
            print(
                f'[{finished[0]}/{len(todo)}, {time.time() - start:.0f} s] '
                f'{run.config.stem} seed {run.seed}: {state}',
                flush=True)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, todo))


def table(runs: List[Run]) -> str:
    """Markdown: mean and standard deviation over the seeds, the best mean in
    bold."""
    by_config: Dict[str, List[Run]] = {}
    for run in runs:
        by_config.setdefault(run.config.stem, []).append(run)
    means = {
        name: summary(group, np.mean)
        for name, group in by_config.items()
    }
    best = {
        key: max((row[key] for row in means.values() if key in row),
                 default=None)
        for key in COLUMNS.values()
    }
    lines = [
        '| Config | ' + ' | '.join(COLUMNS) + ' | Seeds |',
        '| --- |' + ' --- |' * (len(COLUMNS) + 1)
    ]
    for name, group in by_config.items():
        deviation = summary(group, np.std)
        cells = []
        for key in COLUMNS.values():
            if key not in means[name]:
                cells.append('-')
                continue
            mean = f'{means[name][key]:.3f}'
            if means[name][key] == best[key]:
                mean = f'**{mean}**'
            cells.append(f'{mean} ± {deviation[key]:.3f}')
        failed = [run for run in group if run.metrics is None]
        seeds = str(len(group) - len(failed))
        if failed:
            seeds += ', failed: ' + ', '.join(f'{run.seed} ({run.log})'
                                              for run in failed)
        lines.append(f'| {name} | ' + ' | '.join(cells) + f' | {seeds} |')
    return '\n'.join(lines)


def summary(runs: List[Run], statistic) -> Dict[str, float]:
    """A statistic of each metric over the runs that are done."""
    rows = [run.metrics for run in runs if run.metrics is not None]
    return {
        key: float(statistic([row[key] for row in rows]))
        for key in COLUMNS.values() if rows and all(key in row for row in rows)
    }


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Configs x seeds, one table')
    parser.add_argument('configs', nargs='+', type=Path)
    parser.add_argument('--seeds', nargs='+', type=int, default=[0, 1, 2])
    parser.add_argument(
        '--jobs', type=int, default=1, help='runs side by side')
    parser.add_argument(
        '--work-dir', type=Path, default=Path('work_dirs/reproduce'))
    parser.add_argument(
        '--cfg-options', nargs='+', default=[], help='of every run')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    runs = [
        Run(config, seed, args.work_dir / config.stem / f'seed{seed}',
            args.cfg_options) for config in args.configs for seed in args.seeds
    ]
    execute_all(runs, args.jobs)
    print()
    print(table(runs))
    if any(run.metrics is None for run in runs):
        raise SystemExit(1)


if __name__ == '__main__':
    main()
