"""How far float32, bfloat16 and two ranks are from float64 on one process.

``python -m tests.precision_runs [METHOD ...]`` prints, for each, the largest
difference of the losses of three steps and of the gradient of the first step,
relative to float64. Two ranks have batch norms of their own here.
"""
import contextlib
import sys
import tempfile
import warnings
from pathlib import Path

import torch

from tests.processes import run_on_ranks
from tests.rank_runs import NAMES, SECOND_STAGE, run_method


def difference(found: dict, exact: dict) -> tuple:
    """Relative differences of the losses and of the first gradient."""
    loss = max(
        abs(a.item() - b.item()) / abs(b.item())
        for a, b in zip(found['losses'], exact['losses']))
    first, expected = (
        torch.cat([each.double().flatten() for each in result['gradients'][0]])
        for result in (found, exact))
    return loss, ((first - expected).norm() / expected.norm()).item()


def on_rank(rank: int, folder: str, names: tuple) -> None:
    warnings.simplefilter('ignore')
    results = {
        name: run_method(name, folder, sync_batch_norm=False)
        for name in names
    }
    if rank == 0:
        torch.save(results, f'{folder}/two.pth')


def main() -> None:
    warnings.simplefilter('ignore')
    with contextlib.redirect_stdout(sys.stderr):  # progress bars
        lines = table()
    print('\n'.join(lines))


def table() -> list:
    names = tuple(name for name in sys.argv[1:] or NAMES
                  if name not in SECOND_STAGE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        exact = {name: run_method(name, path) for name in names}
        run_on_ranks(on_rank, folder, names, wait=3600)
        two = torch.load(path / 'two.pth', weights_only=True)
        lines = [
            '| method | float32 | bfloat16 | two ranks, own batch norms |',
            '| --- | --- | --- | --- |'
        ]
        for name in names:
            others = [
                run_method(name, path, torch.float32, exact[name]['start']),
                run_method(
                    name, path, torch.float32, exact[name]['start'],
                    **{'optim_wrapper.type': 'AutocastOptimWrapper'}),
                two[name]
            ]  # yapf: disable
            cells = [
                '{:.0e}, {:.0e}'.format(*difference(each, exact[name]))
                for each in others
            ]
            lines.append('| ' + ' | '.join([name, *cells]) + ' |')
    return lines


if __name__ == '__main__':
    main()
