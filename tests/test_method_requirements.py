"""A method names the configs that it is for, and refuses others."""
import pytest
import torch
from mmengine.config import Config

from projects_move.apis.configs import add_method, load_config
from projects_move.errors import InputError
from tests.config_runs import CONFIGS
from tests.test_method_stacks import AGGREGATORS, BASELINE, MOVE, built, small
from tests.tiny import masked_samples, sample

RGB = 'videolt/move_tsm-r50_adam-100e_videolt-rgb.py'
NO_AGGREGATORS = ('is for configs with aggregators: expected ParallelNeck at '
                  'model.neck of .*fsdd-feature.py, found none')
NO_FEATURES = ('is for configs with cached features: expected '
               'SampleFeatureFrames at train_dataloader.dataset.pipeline.1 of '
               '.*videolt-rgb.py, found ')


@pytest.mark.parametrize('name, config, message', [
    ('attention_only', BASELINE, NO_AGGREGATORS),
    ('msa', BASELINE, NO_AGGREGATORS),
    ('netvlad_only', BASELINE, NO_AGGREGATORS),
    ('temporal_encoder', BASELINE, NO_AGGREGATORS),
    ('temporal_encoder', CONFIGS[RGB], NO_FEATURES),
])
def test_method_for_other_configs_is_refused(name, config, message):
    with pytest.raises(InputError, match=f'the method {name} {message}'):
        load_config(config, [name])


@pytest.mark.parametrize('change, message', [
    (dict(val_dataloader=None), 'val_dataloader.* found none'),
    ({
        'test_dataloader.dataset.pipeline': []
    }, r'test_dataloader\.dataset.* found none'),
    ({
        'model.neck.type': 'projects_move.models.NetVLADNeck'
    }, 'model.neck .* found NetVLADNeck'),
])
def test_what_a_method_requires_is_looked_up_in_any_config(change, message):
    cfg = Config.fromfile(MOVE)
    for place, value in change.items():
        *path, last = place.split('.')
        part = cfg
        for key in path:
            part = part[key]
        part[last] = value
    with pytest.raises(InputError, match=message):
        add_method(cfg, 'temporal_encoder')


def test_type_may_be_an_import_path():
    cfg = Config.fromfile(MOVE)
    cfg.model.neck.type = 'projects_move.models.ParallelNeck'
    add_method(cfg, 'temporal_encoder')
    assert 'requires' not in cfg
    pipeline = cfg.train_dataloader.dataset.pipeline
    assert pipeline[1] == dict(
        type='SampleFeatureFrames', num_frames=60, mode='random_segments')
    assert cfg.val_dataloader.dataset.pipeline[1].mode == 'segments'
    assert built(cfg).neck.encoder.out_channels == 128


@pytest.mark.parametrize('config', [
    name for name in CONFIGS if '/move-plus_' in name and 'e-cosine_' in name
    and not name.startswith(('videolt', 'minikinetics', 'benchmarks'))
])
def test_move_plus_is_a_stack_of_methods(config):
    """Of the same folder's MOVE, on small data."""
    plain = config.replace('move-plus', 'move').replace('100e-cosine', '50e')
    methods = [
        'temporal_encoder', 'plain_interpolation', 'prior_sigmoid',
        'cosine_100e'
    ]
    if not config.startswith('utd_mhad'):  # few videos of a class
        methods.append('srs')
    stacked = load_config(CONFIGS[plain], methods)
    stacked.train_dataloader.dataset.pipeline[-1].min_frames = 10
    if config.startswith('demo'):  # some clips have two labels
        stacked.model.cls_head.loss_cls.activation = 'sigmoid'
    assert_same_training(load_config(CONFIGS[config]), stacked)


def test_move_plus_for_several_labels_is_move_with_context():
    plain = 'shuttle/move_strokes_adam-50e_shuttle-feature.py'
    assert_same_training(
        load_config(CONFIGS[plain.replace('/move_', '/move-plus_')]),
        load_config(CONFIGS[plain], ['temporal_encoder']))


def assert_same_training(ours, theirs):
    ours, theirs = ours.to_dict(), theirs.to_dict()
    del theirs['model']['data_preprocessor']['blending']  # None
    for key in ('train_dataloader', 'val_dataloader', 'test_dataloader',
                'model', 'optim_wrapper', 'param_scheduler', 'train_cfg',
                'default_hooks'):
        assert ours[key] == theirs[key], key


def ragged(model, samples):
    inputs = [torch.randn(n, 64) for n in (5, 1, 9)]
    return model.data_preprocessor(
        dict(inputs=inputs, data_samples=samples), True)


@pytest.mark.parametrize('method', ['mixup', 'lmr', 'remix'])
def test_frames_of_different_lengths_are_not_mixed(method):
    """Beside ``msa``, each frame is a view."""
    model = built(small(AGGREGATORS, 'temporal_encoder', 'msa', method))
    samples = [sample(label, 10) for label in (0, 3, 9)]
    with pytest.raises(InputError, match='would mix the padding of short'):
        model(**ragged(model, samples), mode='loss')


@pytest.mark.parametrize('methods', [(), ('temporal_encoder', )])
def test_msa_on_views_is_refused(methods):
    model = built(small(MOVE, 'msa', *methods))
    samples = [masked_samples([1], 2, n, 10)[0] for n in (5, 1, 9)]
    with pytest.raises(InputError, match='without DynamicFrameSampler'):
        model(**ragged(model, samples), mode='loss')


def test_msa_of_different_lengths_trains():
    model = built(small(AGGREGATORS, 'temporal_encoder', 'msa'))
    samples = [sample(label, 10) for label in (0, 3, 9)]
    data = ragged(model.eval(), samples)  # without dropout
    together = model(**data, mode='loss')['loss_cls']
    alone = []
    for row, valid, one in zip(data['inputs'], data['valid'], samples):
        one = model(row[None, valid], [one], mode='loss')['loss_cls']
        alone.append(one)
    torch.testing.assert_close(together, sum(alone) / 3)
    together.backward()
    assert model.neck.encoder.proj.weight.grad.any()


@pytest.mark.parametrize('requires', [['ParallelNeck'], {
    'aggregators': 'ParallelNeck'
}, 3])
def test_faulty_requirements_are_named(tmp_path, requires):
    method = tmp_path / 'mine.py'
    method.write_text(f'requires = {requires!r}')
    with pytest.raises(InputError, match=r'mine.py: expected requires = {FEA'):
        load_config(MOVE, [method])
