"""Logs of trainings that were resumed, are torn or faulty."""
from math import isnan

import pytest

from projects_move.errors import InputError
from projects_move.utils.training_log import read_curves


def write_log(folder, start, *lines):
    path = folder / start / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True)
    path.write_text('\n'.join(lines))


def test_curves_of_a_resumed_training(tmp_path):
    write_log(tmp_path, '1', '{"loss": 3, "epoch": 1, "step": 1}',
              '{"loss": 1, "epoch": 1, "step": 2}',
              '{"loss": 9, "epoch": 2, "step": 3}',
              '{"long_tail/mAP": 0.5, "step": 1}',
              '{"long_tail/mAP": 0.9, "step": 0}', '{"loss": 7, "ep')
    write_log(tmp_path, '2', '{"loss": 4, "epoch": 2, "step": 3}',
              '{"loss": NaN, "epoch": 3, "step": 4}',
              '{"loss": 1%s, "epoch": 3}' % ('0' * 400),
              '{"loss": 1, "epoch": true}', '{"lr": 1}', '')
    curves = read_curves(tmp_path)
    assert curves['mAP'] == [(1, .5)]
    (*known, (epoch, value)) = curves['loss']
    assert known == [(1, 2), (2, 4)] and epoch == 3 and isnan(value)
    assert read_curves(tmp_path / '1') == {}


@pytest.mark.parametrize('line', [
    '{"loss": 7, "ep', '[1]', '7', '{"loss": null, "epoch": 1}',
    '{"a/mAP": "x", "step": 1}'
])
def test_a_faulty_line_is_named(tmp_path, line):
    write_log(tmp_path, '1', '{"loss": 3, "epoch": 1}', line, '{}')
    with pytest.raises(InputError, match='scalars.json: line 2: expected'):
        read_curves(tmp_path)
