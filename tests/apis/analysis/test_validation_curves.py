import pytest

from projects_move.apis.analysis.validation_curves import validation_curves
from projects_move.errors import InputError, MissingInputError
from tests.apis.analysis.results import write_log


def entries(first, last, shift=0.):
    """Log of some epochs, with two training entries each."""
    found = []
    for epoch in range(first, last + 1):
        found += [dict(loss=epoch + part, epoch=epoch, step=9 * epoch)
                  for part in (0, 1)]  # yapf: disable
        found.append({
            'a/mAP': .1 * epoch + shift,
            'a/mAP_tail': .05 * epoch,
            'a/acc1': .5,
            'time': .1,
            'step': epoch
        })
    return found


def test_curves_of_a_resumed_training(tmp_path):
    write_log(tmp_path, entries(1, 3), '20260101_000000')
    test = {'a/mAP': .9, 'a/mAP_tail': .9, 'step': 0}
    write_log(tmp_path, [*entries(3, 4, .01), test], '20260102_000000')
    curves = validation_curves(tmp_path)
    assert curves['all'] == ([1, 2, 3, 4], pytest.approx([.1, .2, .31, .41]))
    assert curves['tail'] == ([1, 2, 3, 4], pytest.approx([.05, .1, .15, .2]))
    assert curves['loss'] == ([1, 2, 3, 4], [1.5, 2.5, 3.5, 4.5])
    assert sorted(curves) == ['all', 'loss', 'tail']
    assert validation_curves(tmp_path, 'acc1')['all'][1] == [.5] * 4


def test_faults(tmp_path):
    with pytest.raises(MissingInputError, match='directory of one training'):
        validation_curves(tmp_path)
    path = write_log(tmp_path, entries(1, 2))
    with pytest.raises(InputError, match='no validation with f1: train with'):
        validation_curves(tmp_path, 'f1')
    whole = path.read_text()
    path.write_text(whole + '{"torn": ')
    assert validation_curves(tmp_path)['all'][0] == [1, 2]
