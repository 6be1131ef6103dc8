import csv
import json
import sys
from pathlib import Path
from unittest import mock

import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.logging import print_log

from projects_move.apis.inferencer import LongTailInferencer
from projects_move.datasets.features.shard_writer import ShardWriter

sys.path.insert(0, str(Path(__file__).parents[2] / 'tools'))

import predict  # noqa: E402

C, NAMES = 6, ('run', 'jump', 'sit', 'wave')


def save(folder, backbone, steps, preprocessor, channels):
    """A checkpoint as a training leaves it."""
    cfg = Config(
        dict(
            default_scope='mmaction',
            model=dict(
                type='MOVERecognizer',
                backbone=backbone,
                neck=dict(
                    type='PSANeck',
                    in_channels=channels,
                    num_heads=2,
                    head_channels=3),
                cls_head=dict(type='MOVEHead', num_classes=4),
                data_preprocessor=preprocessor),
            test_dataloader=dict(
                dataset=dict(
                    type='LongTailDataset',
                    pipeline=steps +
                    [dict(type='PackActionInputs', meta_keys=(
                        'video_id', ))]))))
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.cls_head.set_class_counts(torch.tensor([9, 4, 2, 7]))
    torch.save(
        dict(
            meta=dict(cfg=cfg.pretty_text, dataset_meta=dict(classes=NAMES)),
            state_dict=model.state_dict()), folder / 'model.pth')
    return model.eval()


@pytest.fixture
def features(tmp_path):
    """A checkpoint, and five feature files of different lengths."""
    steps = [
        dict(type='LoadFeatures'),
        dict(type='SampleFeatureFrames', mode='all')
    ]
    model = save(tmp_path, dict(type='IdentityBackbone'), steps,
                 dict(type='FeatureDataPreprocessor'), C)
    arrays = {}
    (tmp_path / 'feat' / 'sub').mkdir(parents=True)
    for i in range(5):
        name = f'sub/v{i}' if i == 2 else f'v{i}'
        arrays[name] = np.random.randn(3 + i, C).astype(np.float32)
        np.save(tmp_path / 'feat' / f'{name}.npy', arrays[name])
    return tmp_path, model, arrays


def expected(model, array):
    logits = model(torch.from_numpy(array)[None], mode='tensor')
    return logits.sigmoid()[0].detach().numpy()


@pytest.mark.parametrize('batch_size', [1, 3, 8])
def test_features(features, batch_size):
    folder, model, arrays = features
    inferencer = LongTailInferencer(folder / 'model.pth', device='cpu')
    found = inferencer(folder / 'feat', batch_size=batch_size)
    assert [p.name for p in found] == ['sub/v2', 'v0', 'v1', 'v3', 'v4']
    for one in found:
        np.testing.assert_allclose(
            one.scores, expected(model, arrays[one.name]), atol=1e-6)
        order = np.argsort(-one.scores)
        assert one.labels == [NAMES[i] for i in order]
        assert one.top(2) == [(NAMES[i], one.scores[i]) for i in order[:2]]


def test_arrays_files_and_lists(features):
    folder, model, arrays = features
    (folder / 'a.lst').write_text('v0 1\nv3 wave,0\nsub/v2\n')
    (folder / 'b.csv').write_text('video,label\nv1,no such class\n')
    inferencer = LongTailInferencer(folder / 'model.pth', device='cpu')
    found = inferencer([
        arrays['v4'], folder / 'feat' / 'v0.npy', folder / 'a.lst',
        folder / 'b.csv'
    ],
                       prefix=str(folder / 'feat'))
    names = ['v4', 'v0', 'v0', 'v3', 'sub/v2', 'v1']
    for one, name in zip(found, names):
        np.testing.assert_allclose(
            one.scores, expected(model, arrays[name]), atol=1e-6)
    assert len(found) == 6


def test_a_bad_file_does_not_stop_the_others(features):
    folder, _, _ = features
    (folder / 'feat' / 'v1.npy').write_bytes(b'nothing')
    np.save(folder / 'feat' / 'v3.npy', np.full((2, C), np.nan))
    (folder / 'a.lst').write_text('v0\nv9\n')
    inferencer = LongTailInferencer(folder / 'model.pth', device='cpu')
    found = inferencer([folder / 'feat', folder / 'a.lst'],
                       prefix=str(folder / 'feat'))
    problems = {one.name: one.problem for one in found}
    assert 'truncated or no .npy' in problems['v1']
    assert 'holds NaN' in problems['v3'] and 'v9.npy' in problems['v9']
    assert not problems['v4'] and found[-1].top(3) == []
    with pytest.raises(FileNotFoundError, match='no video, folder or list'):
        inferencer(folder / 'nowhere.mp4')
    with pytest.raises(ValueError, match='holds no file of .npy'):
        (folder / 'empty').mkdir()
        inferencer(folder / 'empty')


@pytest.mark.parametrize('batch_size', [1, 8])
def test_features_of_other_channels_do_not_stop_the_others(
        features, batch_size):
    folder, model, arrays = features
    np.save(folder / 'feat' / 'v1.npy', np.zeros((4, C + 1), np.float32))
    np.save(folder / 'feat' / 'v3.npy', np.zeros((0, C), np.float32))
    inferencer = LongTailInferencer(folder / 'model.pth', device='cpu')
    found = inferencer([
        folder / 'feat',
        np.zeros((4, 1), np.float32),
        np.zeros((0, C), np.float32),
        np.zeros((4, C), np.int64), arrays['v0']
    ],
                       batch_size=batch_size)
    problems = {one.name: one.problem for one in found}
    assert f'expects {C} channels, got frames of (1, 4, {C + 1})' in \
        problems['v1']
    assert f'got (0, {C})' in problems['v3']
    assert f'expects {C} channels' in problems['array 1']
    assert f'array 2: expected the shape (frames, channels), got (0, {C})' in \
        problems['array 2']
    assert 'expected floats, got int64' in problems['array 3']
    for name in ('v0', 'v4', 'sub/v2'):
        assert not problems[name]
    np.testing.assert_allclose(
        found[-1].scores, expected(model, arrays['v0']), atol=1e-6)


def test_packed_stores(features):
    folder, model, arrays = features
    for store in ('packed', 'more/packed'):
        with ShardWriter(folder / store, 'float32', C) as writer:
            for name in ('sub/v2', 'v0'):
                writer.add(name, arrays[name])
    (folder / 'packed' / 'manifest.json').write_text('{}')
    np.save(folder / 'more' / 'v3.npy', arrays['v3'])
    inferencer = LongTailInferencer(folder / 'model.pth', device='cpu')
    found = inferencer([folder / 'packed', folder / 'packed' / 'v0.npy'])
    assert [one.name for one in found] == ['sub/v2', 'v0', 'v0']
    for one in found:
        np.testing.assert_allclose(
            one.scores, expected(model, arrays[one.name]), atol=1e-6)
    found = inferencer(folder / 'more')
    assert [one.name for one in found] == ['packed/sub/v2', 'packed/v0', 'v3']
    assert not any(one.problem for one in found)
    with pytest.raises(FileNotFoundError, match='no video, folder or list'):
        inferencer(folder / 'packed' / 'v9.npy')


def test_features_of_another_backbone_are_refused(features):
    folder, _, _ = features
    made_by = dict(
        backbone=dict(type='ResNet'),
        weights_sha256='a1b2',
        data_preprocessor=dict(mean=[1.]))
    saved = torch.load(folder / 'model.pth', weights_only=True)
    saved['meta']['feature_manifest'] = made_by
    torch.save(saved, folder / 'model.pth')
    inferencer = LongTailInferencer(folder / 'model.pth', device='cpu')
    manifest = folder / 'feat' / 'manifest.json'
    (folder / 'a.lst').write_text('v0\nsub/v2\n')
    (folder / 'b.lst').write_text('sub/v2\n')
    sources = [
        folder / 'feat', folder / 'feat' / 'sub', folder / 'feat' / 'v0.npy',
        folder / 'feat' / 'sub' / 'v2.npy', folder / 'a.lst', folder / 'b.lst'
    ]
    for content in (None, '{}', json.dumps(dict(made_by, pipeline=['x']))):
        if content:
            manifest.write_text(content)
        for source in sources:
            assert inferencer.videos(source, folder / 'feat')
    manifest.write_text(json.dumps(dict(made_by, weights_sha256='c3')))
    for source in sources:
        with pytest.raises(
                ValueError,
                match='another weights_sha256: the checkpoint .*model.pth '
                'has a1b2, .*feat has c3'):
            inferencer.videos(source, folder / 'feat')


def test_what_is_no_checkpoint(features):
    folder, _, _ = features
    torch.save([1], folder / 'list.pth')
    torch.save(
        dict(
            torch.load(folder / 'model.pth', weights_only=True),
            state_dict=dict(x=torch.ones(2))), folder / 'other.pth')
    (folder / 'text.pth').write_text('hello')
    (folder / 'empty.pth').touch()
    for name, reason in (('list',
                          'does not read as a checkpoint: expected a dict'),
                         ('other', 'does not fit its config'),
                         ('text', 'does not read as a checkpoint: '),
                         ('empty', 'does not read as a checkpoint: EOFError')):
        with pytest.raises(ValueError, match=f'{name}.pth {reason}'):
            LongTailInferencer(folder / f'{name}.pth')
    with pytest.raises(
            ValueError, match='v0.npy does not read as a checkpoint'):
        LongTailInferencer(folder / 'feat' / 'v0.npy')


def test_raw_videos(tmp_path):
    steps = [
        dict(type='OpenCVInit'),
        dict(type='SampleVideoFrames', num_frames=5),
        dict(type='OpenCVDecode'),
        dict(type='FormatShape', input_format='NCHW')
    ]
    save(tmp_path, dict(type='RandomFilterNet', num_filters=3), steps,
         dict(type='ActionDataPreprocessor', mean=[9.] * 3, std=[60.] * 3), 6)
    (tmp_path / 'clips').mkdir()
    for i, size in enumerate([(64, 64), (64, 32), (64, 64)]):
        writer = cv2.VideoWriter(
            str(tmp_path / 'clips' / f'c{i}.avi'),
            cv2.VideoWriter_fourcc(*'MJPG'), 10, size)
        for _ in range(8):
            writer.write(
                np.random.randint(0, 255, (size[1], size[0], 3), np.uint8))
        writer.release()
    (tmp_path / 'clips' / 'note.txt').write_text('no video')
    inferencer = LongTailInferencer(tmp_path / 'model.pth', device='cpu')
    assert not inferencer.takes_features
    found = inferencer(tmp_path / 'clips')
    assert [one.name for one in found] == ['c0', 'c1', 'c2']
    for i, one in enumerate(found):  # one by one or together
        alone, = inferencer(tmp_path / 'clips' / f'c{i}.avi')
        np.testing.assert_allclose(one.scores, alone.scores, atol=1e-5)
    (tmp_path / 'a.lst').write_text('c0.avi\nclip.v1\n')
    found = inferencer.videos(tmp_path / 'a.lst', prefix='x')
    assert [info['filename'] for info in found
            ] == [str(Path('x', name)) for name in ('c0.avi', 'clip.v1.mp4')]


def test_checkpoint_without_a_config(features):
    folder, _, _ = features
    saved = torch.load(folder / 'model.pth', weights_only=True)
    config = Config.fromstring(saved['meta'].pop('cfg'), '.py')
    saved['meta'].pop('dataset_meta')
    torch.save(saved, folder / 'bare.pth')
    with pytest.raises(ValueError, match='bare.pth carries no config'):
        LongTailInferencer(folder / 'bare.pth')
    inferencer = LongTailInferencer(folder / 'bare.pth', config)
    assert inferencer.classes == ['0', '1', '2', '3']


def run(*args):
    with mock.patch('sys.argv', ['predict.py', *map(str, args)]):
        try:
            predict.main()
        except SystemExit as stopped:
            return str(stopped)


def test_tool(features, capsys):
    folder, _, _ = features
    common = (folder / 'model.pth', folder / 'feat', '--topk', 2)
    assert run(*common) is None
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5 and lines[0].startswith('sub/v2  ')
    run(*common, '--format', 'json')
    rows = json.loads(capsys.readouterr().out)
    assert [len(row['classes']) for row in rows] == [2] * 5
    (folder / 'feat' / 'v1.npy').write_bytes(b'nothing')
    assert run(*common, '--format', 'csv', '--out',
               folder / 'out.csv') == '1 of 5 videos failed'
    rows = (folder / 'out.csv').read_text().splitlines()
    assert rows[0] == 'video,rank,class,score,problem' and len(rows) == 10
    with open(folder / 'out.csv') as file:
        failed = [row for row in csv.DictReader(file) if row['problem']]
    assert [row['video'] for row in failed] == ['v1']
    assert failed[0]['rank'] == failed[0]['class'] == failed[0]['score'] == ''
    assert 'truncated or no .npy' in failed[0]['problem']
    assert 'failed: v1' in capsys.readouterr().err
    assert run(folder / 'model.pth', 'nowhere') == \
        'error: no video, folder or list nowhere'
    (folder / 'empty.lst').touch()
    assert run(folder / 'model.pth', folder / 'empty.lst') == \
        f'error: {folder}/empty.lst: the list is empty'
    assert 'v0.npy does not read as a checkpoint' in run(
        folder / 'feat' / 'v0.npy', folder / 'feat')


@pytest.mark.parametrize('out', ['none/out.csv', ''])
def test_tool_looks_at_the_target_before_it_predicts(features, capsys, out):
    folder, _, _ = features
    with mock.patch('predict.LongTailInferencer') as inferencer:
        assert run(folder / 'model.pth', folder / 'feat', '--out',
                   folder / out) == '2'
    inferencer.assert_not_called()
    assert 'is no file in an existing folder' in capsys.readouterr().err


@pytest.mark.parametrize('kind', ['json', 'csv', 'table'])
def test_only_the_result_is_printed(features, capsys, kind):
    folder, _, _ = features

    class Loud(LongTailInferencer):

        def __init__(self, *args):
            print_log('loading')
            super().__init__(*args)

        def predict(self, *args):
            print('predicting')
            yield from super().predict(*args)

    with mock.patch('predict.LongTailInferencer', Loud):
        run(folder / 'model.pth', folder / 'feat', '--format', kind, '--out',
            folder / 'out')
        assert capsys.readouterr().out == ''
        run(folder / 'model.pth', folder / 'feat', '--format', kind)
    caught = capsys.readouterr()
    assert caught.out == (folder / 'out').read_text()
    assert caught.err.splitlines() == ['loading', 'predicting']
