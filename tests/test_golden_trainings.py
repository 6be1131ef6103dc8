"""Every method trains as it did when its numbers were pinned."""
import json

import pytest

from tests.golden_trainings import FILE, run
from tests.rank_runs import NAMES

pytestmark = [
    pytest.mark.filterwarnings('ignore:.*save_param_scheduler:UserWarning'),
    pytest.mark.filterwarnings('ignore:.*dataset_meta.*:UserWarning')
]
PINNED = json.loads(FILE.read_text())


@pytest.mark.parametrize('name', NAMES)
def test_training(name, tmp_path):
    found, pinned = run(name, tmp_path), PINNED[name]
    for key in ('losses', 'gradients', 'state'):
        assert found[key] == pytest.approx(pinned[key], rel=1e-7), key
    assert found['metrics'] == pytest.approx(pinned['metrics'], abs=1e-6)


def test_methods_differ():
    """Only methods that change the test alone train as MOVE does."""
    same = {
        name
        for name, each in PINNED.items()
        if each['losses'] == PINNED['move']['losses'] and name != 'move'
    }
    assert same == {
        'cosine_100e', 'ema', 'frame_draws', 'post_hoc', 'sampled_counts',
        'tau_norm'
    }
