from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from projects_move.compat import end_process_group
from tests.evaluation.metric_cases import assert_same, build, make, samples


def evaluate_on_rank(rank, folder, num_videos):
    """MMEngine's sampler gives the ranks every other video, and the first one
    again to the last rank of an odd list."""
    dist.init_process_group(
        'gloo', f'file://{folder}/store', rank=rank, world_size=2)
    scores, target = make(num_videos, labels=2, ties=True)
    data = samples(scores, target, multi=True)
    data = (data + data[:num_videos % 2])[rank::2]
    metric = build(collect_device='cpu')
    metric.collect_dir = f'{folder}/parts'
    for start in range(0, len(data), 4):
        metric.process(None, data[start:start + 4])
    got = metric.evaluate(num_videos)  # broadcast to either rank
    torch.save(got, f'{folder}/rank{rank}.pth')
    end_process_group()


@pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')
def test_two_ranks_equal_one(tmp_path):
    num_videos = 21
    mp.start_processes(
        evaluate_on_rank, (str(tmp_path), num_videos),
        nprocs=2,
        start_method='fork')
    scores, target = make(num_videos, labels=2, ties=True)
    expected = build().evaluate_scores(scores, target)
    for rank in range(2):
        assert_same(torch.load(tmp_path / f'rank{rank}.pth'), expected)


def refuse_on_rank(rank, folder):
    dist.init_process_group(
        'gloo', f'file://{folder}/store', rank=rank, world_size=2)
    scores, target = make(20)
    scores[7, 4] = float('nan')  # the second rank has the odd ones
    metric = build()
    metric.process(None, samples(scores, target, multi=True)[rank::2])
    with pytest.raises(ValueError) as error:
        metric.evaluate(20)
    Path(folder, f'{rank}.txt').write_text(str(error.value))
    end_process_group()


@pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning')
def test_nan_on_one_rank_is_an_error_on_every_rank(tmp_path):
    mp.start_processes(
        refuse_on_rank, (str(tmp_path), ), nprocs=2, start_method='fork')
    texts = [(tmp_path / f'{rank}.txt').read_text() for rank in range(2)]
    assert texts == ['the score of class 4 is NaN for video 7'] * 2
