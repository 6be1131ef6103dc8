import numpy as np
import pytest

from projects_move.apis.prediction.inputs import PredictionInputs
from tests.checkpoints import CHANNELS
from tests.datasets.features.stores import pack


def test_arrays_files_and_lists(trained):
    folder = trained.folder
    (folder / 'a.lst').write_text('v0 1\nv3 wave,0\nsub/v2\n')
    (folder / 'b.csv').write_text('video,label\nv1,no such class\n')
    feat = folder / 'feat'
    inputs = [
        trained.arrays['v4'], feat / 'v0.npy', folder / 'a.lst',
        folder / 'b.csv'
    ]
    found = trained.inferencer(inputs, prefix=str(feat))
    trained.check(found, 'v4', 'v0', 'v0', 'v3', 'sub/v2', 'v1')


def test_packed_stores(trained):
    folder, arrays = trained.folder, trained.arrays
    for store in ('packed', 'more/packed'):
        pack(folder / store, {name: arrays[name]
                              for name in ('sub/v2', 'v0')}, 'float32',
             CHANNELS)
    (folder / 'packed' / 'manifest.json').write_text('{}')
    np.save(folder / 'more' / 'v3.npy', arrays['v3'])
    alone = [folder / 'packed', folder / 'packed' / 'v0.npy']
    for inputs, names in ((alone, ['sub/v2', 'v0', 'v0']),
                          (folder / 'more',
                           ['packed/sub/v2', 'packed/v0', 'v3'])):
        found = trained.inferencer(inputs)
        assert [prediction.name for prediction in found] == names
        trained.check(found, 'sub/v2', 'v0', names[-1])


def test_missing_and_empty_inputs_are_refused(trained):
    folder = trained.folder
    (folder / 'empty').mkdir()
    with pytest.raises(ValueError, match='empty holds no file of .npy'):
        trained.inferencer(folder / 'empty')
    pack(folder / 'packed', dict(v0=trained.arrays['v0']), 'float32', CHANNELS)
    with pytest.raises(FileNotFoundError, match='folder or list .*none'):
        trained.inferencer(folder / 'none')


def test_a_missing_file_does_not_end_the_others(trained):
    sound, *missing = trained.inferencer([
        trained.folder / 'feat' / 'v0.npy', trained.folder / 'none.npy',
        trained.folder / 'packed' / 'v9.npy'
    ])
    assert not sound.problem
    assert all('v9.npy' in one.problem or 'none.npy' in one.problem
               for one in missing)


def test_files_of_one_stem_keep_distinct_names(tmp_path):
    inputs = PredictionInputs(False, '.mp4', ())
    for name in ('x/a.mp4', 'x/a.avi', 'x/b.mp4', 'y/a.mp4', 'y/c/d.mp4'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    def names(*entries):
        infos = inputs.data_infos([tmp_path / entry for entry in entries])
        files = {(info['video_id'], info['filename']) for info in infos}
        assert len({name for name, _ in files}) == len(files)
        return [info['video_id'] for info in infos]

    assert names('x') == ['a.avi', 'a.mp4', 'b']
    assert names('y') == ['a', 'c/d']
    assert names('y/a.mp4', 'y') == ['a', 'a', 'c/d']  # one file
    assert names('x/b.mp4', 'y/a.mp4', 'x/a.mp4') == [
        'b', f'{tmp_path}/y/a.mp4', f'{tmp_path}/x/a.mp4'
    ]
    assert names('x', 'y')[:2] == ['a.avi', f'{tmp_path}/x/a.mp4']
