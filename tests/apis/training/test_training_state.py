"""A training resumes from the state of one, and says what a file lacks."""
import pytest
import torch

from projects_move.apis.training.training_state import require_training_state
from projects_move.checkpoint_files import load_dict
from projects_move.errors import InputError
from tests.in_process import run_tool
from tests.tools.test_hostile_checkpoints import folder  # noqa: F401
from tests.tools.test_train import write_config
from tools import train

# MMEngine names a run by the second
pytestmark = pytest.mark.filterwarnings(
    'ignore:.*instance named of .* has been created:UserWarning')


@pytest.fixture
def saved(folder):  # noqa: F811
    """Checkpoint of a training of one epoch."""
    train_for(1)
    return load_dict('work/epoch_1.pth')


def train_for(epochs, *args):
    return run_tool(train.main, 'config.py', '--work-dir', 'work', *args,
                    '--cfg-options', f'train_cfg.max_epochs={epochs}')[1]


def resume(content):
    torch.save(content, 'a.pth')
    return train_for(2, '--resume', 'a.pth')


def test_a_training(saved):
    assert resume(saved) is None


@pytest.mark.parametrize('key', ['optimizer', 'message_hub'])
def test_without_a_part(saved, key):
    """MMEngine resumes without the optimizer, as if nothing were missing."""
    del saved[key]
    problem = resume(saved)
    assert problem.startswith(
        f'error: a.pth cannot be resumed: it lacks {key}; resume from')
    saved[key] = 3
    assert f'expected a dictionary under {key}, found type int' in resume(
        saved)


def test_bare_weights(saved):
    assert 'it lacks optimizer' in resume(saved['state_dict'])


@pytest.mark.parametrize('key', ['epoch', 'iter'])
@pytest.mark.parametrize('value', [-3, 2.5, 'x', None, 10**30, True])
def test_numbers_of_steps(key, value):
    meta = dict(dict(epoch=1, iter=3), **{key: value})
    state = dict(optimizer={}, message_hub={}, meta=meta)
    with pytest.raises(InputError, match=f'a number from 0 as {key}, found'):
        require_training_state('a.pth', state)


@pytest.mark.parametrize('change', [
    dict(optimizer=dict(state={0: 3}, param_groups=[])),
    dict(param_schedulers=3),
])
def test_state_that_does_not_fit(saved, change):
    problem = resume(dict(saved, **change))
    assert problem.startswith('error: a.pth does not fit the training: ')
    assert problem.count('\n') == 0


def test_seed(saved):
    saved['meta']['seed'] = [1, 2]
    assert 'a.pth does not fit the training: ' in resume(saved)


def test_the_last_checkpoint_without_optimizer(folder):  # noqa: F811
    """It is not left out, which would train from the start."""
    write_config(folder)
    assert train_for(1) is None
    saved = load_dict('work/epoch_1.pth')
    del saved['optimizer']
    torch.save(saved, 'work/epoch_1.pth')
    assert 'epoch_1.pth cannot be resumed' in train_for(2, '--resume')
