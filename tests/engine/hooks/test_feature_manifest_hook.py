import json
from types import SimpleNamespace

import pytest

from projects_move.engine import FeatureManifestHook

MADE_BY = dict(
    backbone=dict(type='ResNet', depth=50),
    weights_sha256='a1b2',
    data_preprocessor=dict(mean=[1.]),
    pipeline=['150 frames'],
    dtype='float16')


def runner_of(folder, *manifests):
    """A train and a validation data set; None has no manifest."""
    loops = []
    for i, manifest in enumerate(manifests):
        prefix = folder / f'feat{i}'
        prefix.mkdir(exist_ok=True)
        if manifest is not None:
            (prefix / 'manifest.json').write_text(json.dumps(manifest))
        dataset = SimpleNamespace(data_prefix=dict(features=str(prefix)))
        loops.append(
            SimpleNamespace(dataloader=SimpleNamespace(dataset=dataset)))
    loops += [None] * (3 - len(loops))
    return SimpleNamespace(
        _train_loop=loops[0], _val_loop=loops[1], _test_loop=loops[2])


def remembered(folder):
    checkpoint = dict(meta={})
    FeatureManifestHook().before_save_checkpoint(
        runner_of(folder, MADE_BY), checkpoint)
    return checkpoint


def test_features_of_one_backbone_pass(tmp_path):
    other = dict(MADE_BY, pipeline=['60 frames'], dtype='float32')
    runner = runner_of(tmp_path, MADE_BY, other)
    hook = FeatureManifestHook()
    hook.before_train(runner)
    hook.after_load_checkpoint(runner, remembered(tmp_path))


@pytest.mark.parametrize('key', ['backbone', 'weights_sha256'])
def test_features_of_two_backbones_are_refused(tmp_path, key):
    runner = runner_of(tmp_path, MADE_BY, dict(MADE_BY, **{key: 'another'}))
    with pytest.raises(
            ValueError, match=f'another {key}: .*feat0 .*feat1 has'):
        FeatureManifestHook().before_train(runner)


def test_checkpoint_of_another_backbone_is_refused(tmp_path):
    checkpoint = remembered(tmp_path)
    runner = runner_of(tmp_path, dict(MADE_BY, weights_sha256='c3'))
    with pytest.raises(
            ValueError, match='the checkpoint has a1b2, the features has c3'):
        FeatureManifestHook().after_load_checkpoint(runner, checkpoint)


def test_features_that_say_nothing_pass(tmp_path):
    hook = FeatureManifestHook()
    hook.before_train(runner_of(tmp_path, None, None))
    checkpoint = dict(meta={})
    hook.before_save_checkpoint(runner_of(tmp_path, None), checkpoint)
    assert checkpoint == dict(meta={})
    hook.after_load_checkpoint(runner_of(tmp_path, None), dict(meta={}))
    raw = SimpleNamespace(data_prefix=dict(video='x'))
    loop = SimpleNamespace(dataloader=SimpleNamespace(dataset=raw))
    hook.before_train(
        SimpleNamespace(_train_loop=loop, _val_loop=None, _test_loop=None))
