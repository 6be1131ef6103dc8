"""The methods beyond the paper: alone, in pairs, for several labels."""
import copy

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from projects_move.apis.configs import METHODS, add_method, load_config
from projects_move.engine.hooks.prior_use_hook import double_use, prior_uses
from projects_move.errors import InputError
from tests.config_runs import CONFIGS, train_and_test
from tests.tiny import masked_samples, sample

BASELINE = CONFIGS['fsdd/baseline_logmel_adam-50e_fsdd-feature.py']
MOVE = CONFIGS['fsdd/move_logmel_adam-50e_fsdd-feature.py']
AGGREGATORS = CONFIGS['fsdd/baseline-agg_logmel_adam-50e_fsdd-feature.py']
S = 10  # spoken digits
COUNTS = torch.tensor([240, 90, 60, 40, 30, 21, 20, 9, 4, 2])

ONE_LABEL = ('balanced_softmax', 'las', 'logit_adjustment', 'remix', 'sade')
SEVERAL_LABELS = ('asl', 'class_mean_init', 'cosine', 'cosine_100e', 'db_loss',
                  'ema', 'frame_draws', 'lmr', 'logit_adjustment_sigmoid',
                  'pbs', 'post_hoc', 'prior_sigmoid', 'sade_sigmoid',
                  'sampled_counts', 'tau_norm', 'temporal_encoder')
SECOND_STAGE = ('crt', 'lws')
BEYOND_THE_PAPER = ONE_LABEL + SEVERAL_LABELS + SECOND_STAGE


def small(path, *methods, multi_class=False):
    cfg = load_config(path, methods)
    cfg.model.cls_head.hidden_channels = 24
    for split in ('train', 'val', 'test'):
        cfg[f'{split}_dataloader'].dataset.multi_class = multi_class
    return cfg


@pytest.mark.parametrize('name', ONE_LABEL + SEVERAL_LABELS)
def test_trains_on_move(name, tmp_path, monkeypatch):
    cfg = small(MOVE, name, multi_class=name in SEVERAL_LABELS)
    epochs = 2 if name in ('pbs', 'sampled_counts') else 1
    train_and_test(cfg, tmp_path, monkeypatch, epochs)


@pytest.mark.parametrize('name', ['lmr', 'sade'])
def test_trains_without_aggregators(name, tmp_path, monkeypatch):
    train_and_test(small(BASELINE, name), tmp_path, monkeypatch)


def test_frame_draws_need_a_neck():
    with pytest.raises(ValueError, match='expects a neck that aggregates'):
        MODELS.build(load_config(BASELINE, ['frame_draws']).model)


@pytest.mark.parametrize('name', ONE_LABEL)
def test_one_label_method_refuses_several(name):
    model = built(small(MOVE, name))
    with pytest.raises(InputError, match='one label for each.*found .*label'):
        step(model, several=True)


@pytest.mark.parametrize('name', SECOND_STAGE)
def test_second_stage(name, tmp_path, monkeypatch):
    with pytest.raises(InputError, match='add --cfg-options load_from='):
        train_and_test(
            small(MOVE, name), tmp_path / 'a', monkeypatch, epochs=1)
    first = built(small(MOVE))
    state = first.state_dict()
    path = str(tmp_path / 'first.pth')
    torch.save(dict(state_dict=state, meta={}), path)
    kept = {}
    monkeypatch.setattr(
        'tests.config_runs.assert_trained',
        lambda settings, model, start: kept.update(
            copy.deepcopy(model.state_dict())))
    cfg = small(MOVE, name)
    cfg.load_from = path
    cfg.default_hooks.class_counts.on_class_mismatch = 'ignore'
    (tmp_path / 'b').mkdir()
    train_and_test(cfg, tmp_path / 'b', monkeypatch, epochs=2)
    changed = {
        key
        for key in state
        if key != 'class_counts' and not torch.equal(state[key], kept[key])
    }
    classifier = {'cls_head.classifier.weight', 'cls_head.classifier.bias'}
    assert changed == (classifier if name == 'crt' else set())
    if name == 'lws':
        assert (kept['cls_head.classifier.scale'] != 1).any()


def built(cfg):
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    for module in model.modules():
        if hasattr(module, 'set_class_counts'):
            module.set_class_counts(COUNTS)
    return model


def step(model, several=False, views=2):
    labels = [[0, 9], [3], [9], [5, 1]] if several else [0, 3, 9, 5]
    samples = masked_samples(labels, 2, 7, S)
    if not views:
        samples = [sample(label, S) for label in labels]
    losses = model(torch.randn(4, 7, 64), samples, mode='loss')
    losses['loss_cls'].backward()
    assert losses['loss_cls'].isfinite()


# methods that choose the component of one place
PLACES = [{
    *('asl', 'cb_loss', 'cbs_official', 'db_loss', 'eql', 'las', 'ldam'),
    *('logit_adjustment', 'prior_sigmoid', 'sade', 'focal')
}, {'cosine', 'lws', 'tau_norm'}, {'cbs', 'pbs', 'srs'},
          {'netvlad_only', 'msa'}, {'no_interpolation', 'interpolated'},
          {'blending', 'temporal_encoder'}]
# methods that choose the same as another
SAME = dict(
    balanced_softmax=['logit_adjustment'],
    cbs_official=['cbs_official', 'cbs'],
    crt=['cbs'],
    framestack=['focal', 'blending'],
    logit_adjustment_sigmoid=['logit_adjustment'],
    lws=['lws', 'cbs'],
    lmr=['interpolated'],
    mixup=['interpolated'],
    plain_interpolation=['interpolated'],
    remix=['interpolated'],
    sade_sigmoid=['sade'])
NAMES = sorted(path.stem for path in METHODS.glob('*.py'))


def exclude(first, second):
    """Whether two methods choose different components of one place."""
    first, second = SAME.get(first, [first]), SAME.get(second, [second])
    return any({a, b} <= place and a != b for place in PLACES for a in first
               for b in second)


@pytest.mark.parametrize('first', NAMES)
def test_pairs_stack_or_are_refused(first, monkeypatch):
    files = {}

    def fromfile(path, read=Config.fromfile):
        if path not in files:
            files[path] = read(path)
        return copy.deepcopy(files[path])

    monkeypatch.setattr(Config, 'fromfile', fromfile)
    for second in NAMES[NAMES.index(first) + 1:]:
        pair = {first, second}
        if exclude(first, second):
            with pytest.raises(InputError, match='choose one of them'):
                load_config(MOVE, [first, second])
            continue
        cfg = small(AGGREGATORS if 'msa' in pair else MOVE, first, second)
        for neck in filter(None, cfg.model.neck.necks.values()):
            neck.update(SMALL.get(neck.type, {}))
        if wrong := NOT_TOGETHER.get(frozenset(pair)):
            with pytest.raises(ValueError, match=wrong):
                built(cfg)
        elif pair & set(BEYOND_THE_PAPER):
            step(built(cfg), views=0 if 'msa' in pair else 2)


SMALL = dict(
    NetVLADNeck=dict(num_clusters=2, out_channels=8),
    PSANeck=dict(head_channels=4))
NOT_TOGETHER = {
    frozenset({'attention_only', 'netvlad_only'}): 'at least one neck',
    frozenset({'frame_draws', 'msa'}): 'neck that aggregates frames',
    **{
        frozenset({'ldam', name}): 'does not take soft targets'
        for name in NAMES if name not in ('ldam', 'no_interpolation', 'msa')
    }
}


def test_stack_of_the_recipe(tmp_path, monkeypatch):
    cfg = small(MOVE, 'plain_interpolation', 'srs', 'prior_sigmoid')
    assert cfg.train_dataloader.sampler.type == 'SquareRootSampler'
    assert cfg.model.cls_head.loss_cls == dict(
        type='PriorSigmoidLoss', tau=1.0, activation='softmax')
    assert cfg.model.cls_head.interpolation.calibrated is False
    train_and_test(cfg, tmp_path, monkeypatch)


def test_later_loss_leaves_no_settings_of_the_earlier():
    cfg = Config.fromfile(MOVE)
    for name in ('ldam', 'focal'):
        add_method(cfg, name)
    assert cfg.model.cls_head.loss_cls == dict(
        type='SigmoidFocalLoss', gamma=1.0)


WARNED = [('prior_sigmoid', 'cbs'), ('balanced_softmax', 'post_hoc'),
          ('logit_adjustment', 'pbs'), ('sade', 'cbs'), ('cb_loss', 'cbs'),
          ('ldam', 'cbs'), ('prior_sigmoid', 'crt'), ('tau_norm', 'cbs'),
          ('prior_sigmoid', 'move'), ('post_hoc', 'move')]
SILENT = [('prior_sigmoid', 'srs'), ('prior_sigmoid', 'plain_interpolation'),
          ('cbs', 'move'), ('cb_loss', 'move'), ('focal', 'cbs'),
          ('db_loss', 'cbs'), ('post_hoc', 'srs'),
          ('sampled_counts', 'prior_sigmoid', 'cbs')]


@pytest.mark.parametrize('names', WARNED + SILENT, ids='+'.join)
def test_double_use_of_the_prior(names):
    from mmengine.registry import DATA_SAMPLERS, HOOKS
    methods = [name for name in names if name != 'move']
    if not {'move', 'plain_interpolation'} & set(names):
        methods.append('no_interpolation')
    cfg = small(MOVE, *methods)
    sampler = dict(cfg.train_dataloader.sampler, dataset=Digits(), seed=0)
    sampler.pop('shuffle', None)
    hooks = [
        HOOKS.build(hook) for hook in cfg.default_hooks.values()
        if hook.type.endswith(('CountsHook', 'ReweightingHook'))
    ]
    text = double_use(
        prior_uses(built(cfg), DATA_SAMPLERS.build(sampler), hooks))
    assert (text is not None) == (names in WARNED)


class Digits:
    """Data set of labels alone."""
    video_labels = (torch.arange(4).numpy(), torch.arange(4).numpy())

    def __len__(self):
        return 4


def test_settings_replace_none_of_a_config():
    cfg = Config.fromfile(MOVE)
    cfg.model.cls_head.interpolation = None
    add_method(cfg, 'remix')
    assert cfg.model.cls_head.interpolation.remix.kappa == 3.0
    step(built(cfg))


def test_order_of_names_does_not_matter():
    names = ['plain_interpolation', 'srs', 'prior_sigmoid', 'cosine']
    one, other = load_config(MOVE, names), load_config(MOVE, names[::-1])
    assert one.to_dict() == other.to_dict()
