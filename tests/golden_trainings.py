"""Pinned short trainings of every method: ``python -m tests.golden_trainings``
writes their numbers to ``tests/data/golden/trainings.json``.

Run it only for a change that is meant to change a training, and say so in the
changelog. A method is trained for three steps (four in two epochs, where the
second epoch differs) in float64 on eleven or twelve videos of the spoken
digits' configs, with the draws of :mod:`tests.fixed_draws`.
"""
import json
import tempfile
import warnings
from pathlib import Path

import torch

from tests.rank_runs import NAMES, SECOND_STAGE, run_method

FILE = Path(__file__).parent / 'data' / 'golden' / 'trainings.json'


def numbers(result: dict) -> dict:
    """Losses of the steps, norm of the gradients of each, norm of all weights
    and buffers at the end, and metrics."""
    norms = [
        torch.cat([each.flatten() for each in step]).norm().item()
        for step in result['gradients']
    ]
    state = torch.cat(
        [each.double().flatten() for each in result['state'].values()])
    return dict(
        losses=[loss.item() for loss in result['losses']],
        gradients=norms,
        state=state.norm().item(),
        metrics=result['metrics'])


def run(name: str, folder: Path) -> dict:
    """Numbers of a method. A second stage starts from MOVE, trained first."""
    if name in SECOND_STAGE:
        state = run_method('move', folder)['state']
        torch.save(dict(state_dict=state, meta={}), folder / 'move.pth')
    return numbers(run_method(name, folder))


def main() -> None:
    warnings.simplefilter('ignore')
    with tempfile.TemporaryDirectory() as folder:
        found = {name: run(name, Path(folder)) for name in NAMES}
    FILE.write_text(json.dumps(found, indent=1) + '\n')


if __name__ == '__main__':
    main()
