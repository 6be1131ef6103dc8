import json
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

import tests.apis.extraction.crash  # noqa: F401  registers Crash
from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.apis.prediction.records import Prediction
from projects_move.errors import InputError
from tests.checkpoints import CHANNELS, CLASSES, save_checkpoint
from tests.hostile_videos import write_video


@pytest.mark.parametrize('batch_size', [1, 3, 8])
def test_features(trained, batch_size):
    found = trained.inferencer(trained.folder / 'feat', batch_size=batch_size)
    names = [prediction.name for prediction in found]
    assert names == ['sub/v2', 'v0', 'v1', 'v3', 'v4']
    trained.check(found, *names)
    for prediction in found:
        scores, order = prediction.scores, np.argsort(-prediction.scores)
        assert prediction.labels == [CLASSES[i] for i in order]
        assert prediction.top(2) == [(CLASSES[i], scores[i])
                                     for i in order[:2]]


@pytest.mark.parametrize('batch_size', [1, 8])
def test_failures_do_not_stop_the_others(trained, batch_size):
    folder, arrays = trained.folder, trained.arrays
    np.save(folder / 'feat' / 'v1.npy', np.zeros((4, CHANNELS + 1), 'f4'))
    np.save(folder / 'feat' / 'v3.npy', np.zeros((0, CHANNELS), 'f4'))
    np.save(folder / 'feat' / 'nan.npy', np.full((2, CHANNELS), np.nan))
    (folder / 'feat' / 'text.npy').write_bytes(b'nothing')
    (folder / 'a.lst').write_text('v0\nv9\n')
    faulty = [
        np.zeros((4, 1), 'f4'),
        np.zeros((0, CHANNELS), 'f4'),
        np.zeros((4, CHANNELS), 'i8')
    ]
    found = trained.inferencer(
        [folder / 'feat', folder / 'a.lst', *faulty, arrays['v0']],
        prefix=str(folder / 'feat'),
        batch_size=batch_size)
    problems = {one.name: one.problem for one in found if one.problem}
    for name, problem in (
        ('v1', f'{CHANNELS + 1} channels, but in_channels of the model is '
         f'{CHANNELS}'), ('v3', f'found (0, {CHANNELS})'),
        ('nan', 'holds NaN'), ('text', 'expected a .npy file'),
        ('v9', 'v9.npy'), ('array 2', f'of the model is {CHANNELS}'),
        ('array 3', 'array 3): expected the shape (frames, channels), found '
         f'(0, {CHANNELS})'), ('array 4', 'found int64')):
        assert problem in problems.pop(name)
    assert not problems
    trained.check([one for one in found if not one.problem], 'sub/v2', 'v0',
                  'v4', 'v0', 'v0')
    failed = found[2]
    assert failed.scores is None and failed.labels == failed.top(3) == []


def test_features_of_another_backbone_are_refused(trained):
    folder = trained.folder
    provenance = dict(
        backbone=dict(type='ResNet'),
        weights_sha256='a1b2',
        data_preprocessor=dict(mean=[1.]))
    saved = torch.load(folder / 'model.pth', weights_only=True)
    saved['meta']['feature_manifest'] = provenance
    torch.save(saved, folder / 'model.pth')
    inferencer = LongTailInferencer(folder / 'model.pth', device='cpu')
    manifest = folder / 'feat' / 'manifest.json'
    (folder / 'a.lst').write_text('v0\nsub/v2\n')
    (folder / 'b.lst').write_text('sub/v2\n')
    inputs = [
        folder / 'feat', folder / 'feat' / 'sub', folder / 'feat' / 'v0.npy',
        folder / 'feat' / 'sub' / 'v2.npy', folder / 'a.lst', folder / 'b.lst'
    ]
    for content in (None, '{}', json.dumps(dict(provenance, pipeline=['x']))):
        if content:
            manifest.write_text(content)
        for entry in inputs:
            assert inferencer.videos(entry, folder / 'feat')
    manifest.write_text(json.dumps(dict(provenance, weights_sha256='c3')))
    for entry in inputs:
        with pytest.raises(
                ValueError,
                match='another weights_sha256: the checkpoint .*model.pth '
                'has a1b2, .*feat has c3'):
            inferencer.videos(entry, folder / 'feat')


def faulty_meta(**changes):
    """Change of the meta information of a checkpoint."""
    return lambda saved: saved['meta'].update(changes)


CONFIG_ENDS = 'test_dataloader = dict(dataset=dict(pipeline=[]))\n'


@pytest.mark.parametrize('change, reason', [
    (lambda saved: saved.update(state_dict=dict(x=torch.ones(1))),
     'does not fit its config: .*Missing key'),
    (lambda saved: saved.update(meta=[1]), 'expected a dictionary under meta'),
    (faulty_meta(dataset_meta=[1]), 'a dictionary under dataset_meta, found'),
    (faulty_meta(dataset_meta=dict(classes=['run'])),
     'has 1 class names, expected 4'),
    (faulty_meta(dataset_meta=dict(classes=[*CLASSES, 'e'])),
     'has 5 class names, expected 4'),
    (faulty_meta(dataset_meta=dict(classes=[*CLASSES[:2], 3, 'd'])),
     'expected class names, found type int for class 2'),
    (faulty_meta(dataset_meta=dict(classes='abcd')),
     'expected a list of class names, found type str'),
    (faulty_meta(cfg=dict(a=1)), 'the text of a config under cfg'),
    (faulty_meta(cfg='model = ('),
     'its config cannot be read: expected only literals'),
    (faulty_meta(cfg='a = 1'), 'fits no prediction: AttributeError'),
    (faulty_meta(cfg=f'model = 3\n{CONFIG_ENDS}'), 'fits no prediction'),
    (faulty_meta(cfg=f"model = dict(type='No', backbone={{}})\n{CONFIG_ENDS}"),
     "fits no prediction: KeyError: No is not in the"),
])
def test_faulty_checkpoints_are_named(trained, change, reason):
    path = trained.folder / 'faulty.pth'
    saved = torch.load(trained.folder / 'model.pth', weights_only=True)
    change(saved)
    torch.save(saved, path)
    with pytest.raises(InputError, match=f'faulty.pth.*{reason}') as caught:
        LongTailInferencer(path)
    assert str(caught.value).count('\n') == 0


def test_checkpoint_without_a_config(trained):
    folder = trained.folder
    saved = torch.load(folder / 'model.pth', weights_only=True)
    config = Config.fromstring(saved['meta'].pop('cfg'), '.py')
    saved['meta'].pop('dataset_meta')
    torch.save(saved, folder / 'bare.pth')
    with pytest.raises(ValueError, match='bare.pth has no config'):
        LongTailInferencer(folder / 'bare.pth')
    inferencer = LongTailInferencer(folder / 'bare.pth', config)
    assert inferencer.classes == ['0', '1', '2', '3']


def test_raw_videos(tmp_path):
    steps = [
        dict(type='OpenCVInit'),
        dict(type='SampleVideoFrames', num_frames=5),
        dict(type='OpenCVDecode'),
        dict(type='FormatShape', input_format='NCHW')
    ]
    save_checkpoint(
        tmp_path, dict(type='RandomFilterNet', num_filters=3), steps,
        dict(type='ActionDataPreprocessor', mean=[9.] * 3, std=[60.] * 3))
    clips = tmp_path / 'clips'
    clips.mkdir()
    for i, height in enumerate([64, 32, 64]):
        write_video(clips / f'c{i}.avi', 8 + i, 'MJPG', height)
    (clips / 'note.txt').write_text('no video')
    inferencer = LongTailInferencer(tmp_path / 'model.pth', device='cpu')
    assert not inferencer.takes_features
    found = inferencer(clips)
    assert [one.name for one in found] == ['c0', 'c1', 'c2']
    for i, one in enumerate(found):
        alone, = inferencer(clips / f'c{i}.avi')
        np.testing.assert_allclose(one.scores, alone.scores, atol=1e-5)
    (tmp_path / 'a.lst').write_text('c0.avi\nclip.v1\n')
    found = inferencer.videos(tmp_path / 'a.lst', prefix='x')
    assert [info['filename'] for info in found
            ] == [str(Path('x', name)) for name in ('c0.avi', 'clip.v1.mp4')]
    with pytest.raises(ValueError, match='array 1: expected a video file'):
        inferencer([clips / 'c0.avi', np.zeros((4, CHANNELS), np.float32)])


def test_scores_that_are_not_finite_fail_alone(trained, monkeypatch):
    """The head is applied to a batch of three videos."""
    forward = type(trained.inferencer.model.cls_head).forward

    def broken(self, feats, **kwargs):
        scores = forward(self, feats, **kwargs)
        scores.view(-1, len(CLASSES))[1, 2] = np.nan
        return scores

    monkeypatch.setattr(
        type(trained.inferencer.model.cls_head), 'forward', broken)
    names = ['v0', 'v1', 'v3']
    found = trained.inferencer([trained.arrays[name] for name in names])
    monkeypatch.undo()
    assert 'hold NaN or infinity' in found[1].problem
    trained.check([found[0], found[2]], 'v0', 'v3')


def test_equal_scores_keep_the_order_of_the_classes():
    found = Prediction.of_result('a', np.float32([.2, .5, .2, .5]), 'abcd')
    assert [name for name, _ in found.top(9)] == ['b', 'd', 'a', 'c']
    assert found.top(1) == [('b', .5)]
    assert 'expected 2 scores' in Prediction.of_result('a', np.float32([1]),
                                                       'ab').problem


def test_video_that_crashes_its_decoder_fails_alone(trained):
    """The others are predicted, in the order of the inputs."""
    trained.inferencer.pipeline.insert(0, dict(type='Crash', name='v1'))
    inputs = [trained.folder / 'feat', trained.folder / 'feat' / 'v0.npy']
    found = trained.inferencer(inputs, batch_size=2, num_workers=2)
    assert [one.name
            for one in found] == ['sub/v2', 'v0', 'v1', 'v3', 'v4', 'v0']
    assert 'decoder crashed: RuntimeError: DataLoader worker' in found.pop(
        2).problem
    trained.check(found, 'sub/v2', 'v0', 'v3', 'v4', 'v0')


def test_unknown_device(trained):
    with pytest.raises(InputError, match="device 'gpu' cannot be used"):
        LongTailInferencer(trained.folder / 'model.pth', device='gpu')


@pytest.mark.parametrize('kwargs', [dict(batch_size=0), dict(num_workers=-1)])
def test_wrong_arguments(trained, kwargs):
    with pytest.raises(ValueError, match='batch_size >= 1 and num_workers'):
        trained.inferencer(trained.folder / 'feat', **kwargs)
