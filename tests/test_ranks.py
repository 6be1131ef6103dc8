"""One process and two give the same training, for every method."""
import shutil

import pytest
import torch

from tests.processes import run_on_ranks
from tests.rank_runs import NAMES, SECOND_STAGE, run_method

pytestmark = [
    pytest.mark.filterwarnings('ignore:.*fork:DeprecationWarning'),
    pytest.mark.filterwarnings('ignore:.*save_param_scheduler:UserWarning'),
    pytest.mark.filterwarnings('ignore:.*dataset_meta.*:UserWarning'),
    pytest.mark.filterwarnings('ignore:.*broadcast_buffers:FutureWarning')
]
# one for each way in which a rank could depend on its own videos only: sums
# over frames, classes or a softmax, batch norm, mixing, reconstruction, class
# means, samplers, class APs
KINDS = ('baseline', 'move', 'move_paper', 'ldam', 'balanced_softmax', 'lmr',
         'class_mean_init', 'cbs_official', 'framestack')
ACCUMULATED = {'optim_wrapper.accumulative_counts': 2}


def run_on_rank(rank, folder, names, settings):
    results = {name: run_method(name, folder, **settings) for name in names}
    torch.save(results, f'{folder}/rank{rank}.pth')


def compare(names, folder, **settings):
    """Results of one process and of each of two ranks, for each method."""
    one = {}
    for name in ('move', ) * bool({*SECOND_STAGE} & {*names}) + tuple(names):
        one[name] = run_method(name, folder, **settings)
        if name == 'move':
            torch.save(
                dict(state_dict=one[name]['state'], meta={}),
                f'{folder}/move.pth')
    assert run_on_ranks(run_on_rank, folder, names, settings) == [0, 0]
    two = [
        torch.load(f'{folder}/rank{rank}.pth', weights_only=True)
        for rank in range(2)
    ]
    for name in names:
        for rank in range(2):
            assert_same(two[rank][name], one[name], f'{name}, rank {rank}')
    shutil.rmtree(folder)
    return one


def assert_same(found, expected, name):
    """The same numbers to 1e-10 of the largest of each tensor."""
    assert len(found['losses']) == len(expected['losses']) > 2, name
    for key in ('losses', 'class_ap'):
        close(found[key], expected[key], f'{name}: {key}')
    for step, gradients in enumerate(expected['gradients']):
        close(found['gradients'][step], gradients,
              f'{name}: gradients of step {step}')
    assert found['state'].keys() == expected['state'].keys()
    for key, value in expected['state'].items():
        close([found['state'][key].double()], [value.double()],
              f'{name}: {key}')
    assert found['metrics'].keys() == expected['metrics'].keys() != set()
    for key, value in expected['metrics'].items():
        # scores are float32
        assert found['metrics'][key] == pytest.approx(value, abs=1e-7), \
            f'{name}: {key}'


def close(found, expected, name):
    assert len(found) == len(expected), name
    for one, other in zip(found, expected):
        assert one.dtype == other.dtype == torch.float64, name
        scale = other.abs().max() if other.numel() else 0
        assert one.shape == other.shape, name
        assert ((one - other).abs() <= 1e-10 * scale + 1e-15).all(), name


def test_kinds(tmp_path):
    results = compare(KINDS, tmp_path)
    assert results['framestack']['class_ap'][0].any()
    for name in ('move', 'lmr'):  # the reconstruction does something
        assert 'neck.necks.netvlad.norm.running_var' in results[name]['state']


def test_accumulated_gradients(tmp_path):
    compare(('move', 'ldam'), tmp_path, **ACCUMULATED)


@pytest.mark.slow
@pytest.mark.parametrize('first', range(0, len(NAMES), 8))
@pytest.mark.parametrize('settings', [{}, ACCUMULATED])
def test_every_method(tmp_path, first, settings):
    compare(NAMES[first:first + 8], tmp_path, **settings)
