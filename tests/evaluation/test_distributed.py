from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from projects_move.compat import end_process_group
from projects_move.errors import InputError
from tests.evaluation.metric_cases import assert_same, build, make, samples

pytestmark = pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')


def start(function, *args):
    mp.start_processes(function, args, nprocs=2, start_method='fork')


def join(rank, folder):
    dist.init_process_group(
        'gloo', f'file://{folder}/store', rank=rank, world_size=2)


def evaluate_on_rank(rank, folder, num_videos, labels):
    """MMEngine's sampler gives the ranks every other video, and the first one
    again to the last rank of an odd list."""
    join(rank, folder)
    scores, target = make(num_videos, labels=labels, ties=True)
    data = samples(scores, target, multi=True)
    for i, each in enumerate(data):
        each.update(video_id=f'v{i}', pred_logits=each['pred_score'] - 9)
    data = (data + data[:num_videos % 2])[rank::2]
    metric = build(collect_device='cpu', out_dir=f'{folder}/out')
    metric.collect_dir = f'{folder}/parts'
    for first in range(0, len(data), 4):
        metric.process(None, data[first:first + 4])
    got = metric.evaluate(num_videos)  # broadcast to either rank
    torch.save(got, f'{folder}/rank{rank}.pth')
    end_process_group()


@pytest.mark.parametrize('labels', [1, 2])
def test_two_ranks_equal_one(tmp_path, labels):
    start(evaluate_on_rank, str(tmp_path), 21, labels)
    scores, target = make(21, labels=labels, ties=True)
    expected = build().evaluate_scores(scores, target)
    assert {'mAP_tail', 'acc1', 'ece', 'ece_tail'} <= set(expected)
    for rank in range(2):
        assert_same(torch.load(tmp_path / f'rank{rank}.pth'), expected)
    with np.load(tmp_path / 'out' / 'scores.npz') as saved:
        assert np.array_equal(saved['scores'], scores)
        assert np.array_equal(saved['logits'], scores - 9)
        assert np.array_equal(saved['labels'], target.nonzero())
        assert saved['videos'].tolist() == [f'v{i}' for i in range(21)]


def refuse_on_rank(rank, folder):
    join(rank, folder)
    scores, target = make(20)
    scores[7, 4] = float('nan')  # the second rank has the odd ones
    metric = build()
    metric.process(None, samples(scores, target, multi=True)[rank::2])
    with pytest.raises(InputError) as error:
        metric.evaluate(20)
    Path(folder, f'{rank}.txt').write_text(str(error.value))
    end_process_group()


def test_nan_on_one_rank_is_an_error_on_every_rank(tmp_path):
    start(refuse_on_rank, str(tmp_path))
    texts = [(tmp_path / f'{rank}.txt').read_text() for rank in range(2)]
    assert texts == [
        'the score of class 4 is NaN for video 7 of the list, from 0'
    ] * 2
