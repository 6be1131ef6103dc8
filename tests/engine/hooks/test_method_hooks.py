"""Hooks of the methods: what the contract of a hook does not see."""
import pytest
import torch
from mmengine.hooks import Hook

from projects_move.checkpoint_files import load_dict
from projects_move.engine.hooks.sampled_counts_hook import expected_counts
from projects_move.errors import InputError
from tests.tiny_runner import COUNTS, TRAIN, dataset, model, runner, save

pytestmark = pytest.mark.filterwarnings(
    'ignore:.*save_param_scheduler.*:UserWarning',
    'ignore:.*dataset_meta.*:UserWarning')


def run(folder, *hooks, loss=None, **kwargs):
    settings = model()
    settings['cls_head'].update(dropout_ratio=0., interpolation=None)
    if loss:
        settings['cls_head']['loss_cls'] = dict(type=loss)
    return runner(
        folder,
        train=dataset(sampler=True),
        model=settings,
        custom_hooks=[dict(type='ClassCountsHook'), *hooks],
        **kwargs)


def test_class_means_are_those_of_the_hidden_layer(tmp_path):
    one = run(
        tmp_path,
        dict(type='ClassMeanInitHook', norm=2.),
        train_cfg=dict(by_epoch=True, max_epochs=0))
    one.train()
    head, data = one.model.eval().cls_head, one.train_dataloader.dataset
    rows = []
    for i in range(len(data)):
        frames = data[i]['inputs'].float()[None]
        rows.append(head.hidden(one.model.neck(frames)).relu().mean(1)[0])
    for c in range(3):
        mean = sum(x for x, y in zip(rows, TRAIN) if y == c) / COUNTS[c]
        torch.testing.assert_close(head.classifier.weight[c],
                                   2 * mean / mean.norm())


def test_class_means_leave_other_heads(tmp_path):
    one = run(tmp_path, dict(type='ClassMeanInitHook'))
    one.model.cls_head.classifier = torch.nn.Identity()
    with pytest.raises(InputError, match='a classifier .* found MOVEHead'):
        one.train()


class AfterValidation(Hook):
    priority = 'LOWEST'

    def __init__(self):
        self.counts = []

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        self.counts.append(runner.model.cls_head.loss_cls._counts.tolist())


def test_validation_leaves_the_counts_of_the_sampler(tmp_path):
    seen = AfterValidation()
    train = dataset(sampler=True)
    one = run(
        tmp_path,
        dict(type='SampledCountsHook'),
        seen,
        loss='PriorSigmoidLoss',
        val=dataset(),
        train_cfg=dict(by_epoch=True, max_epochs=3),
        train_dataloader=dict(
            dataset=train,
            batch_size=4,
            num_workers=0,
            sampler=dict(type='SquareRootSampler', seed=0),
            collate_fn=dict(type='pseudo_collate')))
    one.train()
    root = torch.tensor(COUNTS).double().sqrt()
    expected = (8 * root / root.sum()).tolist()
    assert all(counts == pytest.approx(expected) for counts in seen.counts)
    assert len(seen.counts) == 6
    assert one.model.class_counts.tolist() == COUNTS


def test_unknown_sampler_has_no_counts(tmp_path):
    one = run(tmp_path, dict(type='SampledCountsHook'))
    loader = one.train_dataloader

    class Odd:
        dataset, sampler = loader.dataset, iter(())

    with pytest.raises(InputError, match='expected_counts, found tuple_iter'):
        expected_counts(Odd)
    counts, num_draws = expected_counts(loader)
    assert counts.tolist() == COUNTS and num_draws == 8


def test_second_stage_refuses_another_model(tmp_path):
    _, path = save(tmp_path)
    saved = load_dict(path)
    first = next(key for key in saved['state_dict'] if key.startswith('neck'))
    del saved['state_dict'][first]
    torch.save(saved, path)
    one = run(
        tmp_path, dict(type='ClassifierRetrainingHook'), load_from=str(path))
    with pytest.raises(InputError, match='expected neck.* found None'):
        one.train()


def test_second_stage_needs_its_part(tmp_path):
    hook = dict(type='ClassifierRetrainingHook', trainable='cls_head.fc_cls')
    with pytest.raises(
            InputError,
            match='cls_head.fc_cls, found none: .*cls_'
            'head.classifier'):
        run(tmp_path, hook).train()


def test_rest_of_the_model_stays_in_evaluation_mode(tmp_path):
    _, path = save(tmp_path)
    modes = {}

    class Modes(Hook):
        priority = 'LOWEST'

        def before_train_iter(self, runner, batch_idx, data_batch=None):
            modes.update({
                name: module.training
                for name, module in runner.model.named_modules()
            })

    run(tmp_path,
        dict(type='ClassifierRetrainingHook'),
        Modes(),
        load_from=str(path)).train()
    assert modes['cls_head.classifier'] and modes['cls_head'] and modes['']
    assert not modes['neck'] and not modes['cls_head.dropout']


def test_average_of_the_weights_follows_the_counts(tmp_path):
    one = run(
        tmp_path,
        dict(type='EMAHook', momentum=.5),
        loss='PriorSigmoidLoss',
        val=dataset(),
        train_cfg=dict(by_epoch=True, max_epochs=2))
    one.train()
    average = next(hook for hook in one.hooks if hasattr(hook, 'ema_model'))
    theirs, ours = average.ema_model.module.cls_head, one.model.cls_head
    assert torch.equal(theirs.loss_cls.shift, ours.loss_cls.shift)
    assert not torch.equal(theirs.classifier.weight, ours.classifier.weight)
