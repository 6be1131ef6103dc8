import copy

import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

from projects_move.engine.hooks import ClassCountsHook
from tests.tiny import RandomFrames, TinyDataset

# the framework's own advice about its checkpoint hook
pytestmark = pytest.mark.filterwarnings(
    'ignore:.*save_param_scheduler.*:UserWarning',
    'ignore:.*dataset_meta.*:UserWarning')

CLASSES = ('run', 'jump', 'sit')
TRAIN = [0, 0, 0, 1, 0, 2, 0, 1]  # counts 5, 2, 1
COUNTS = [5, 2, 1]


def dataset(labels=TRAIN, classes=CLASSES, sampler=False, **kwargs):
    pipeline = [
        dict(type=RandomFrames),
        dict(type='PackActionInputs', meta_keys=('video_id', ))
    ]
    if sampler:
        pipeline.append(dict(type='DynamicFrameSampler', min_frames=2))
    metainfo = dict(classes=classes) if classes else None
    return dict(
        type=TinyDataset,
        labels=labels,
        pipeline=pipeline,
        metainfo=metainfo,
        **kwargs)


def loader(data, num_workers=0, batch_size=4):
    return dict(
        dataset=data,
        batch_size=batch_size,
        num_workers=num_workers,
        sampler=dict(type='DefaultSampler', shuffle=False),
        collate_fn=dict(type='pseudo_collate'))


def model(num_classes=3):
    return dict(
        type='MOVERecognizer',
        backbone=dict(type='IdentityBackbone'),
        neck=dict(type='PSANeck', in_channels=4, num_heads=1, head_channels=3),
        cls_head=dict(
            type='MOVEHead',
            num_classes=num_classes,
            in_channels=4,
            hidden_channels=6),
        data_preprocessor=dict(type='FeatureDataPreprocessor'))


def runner(folder,
           train=None,
           test=None,
           val=None,
           train_cfg=None,
           num_workers=0,
           hook=dict(type='ClassCountsHook'),
           num_classes=3,
           **kwargs):
    metric = dict(type='LongTailMetric')
    settings = dict(
        model=model(num_classes),
        work_dir=str(folder),
        default_scope='mmaction',
        default_hooks=dict(logger=None, timer=None, checkpoint=None),
        custom_hooks=[hook] if hook else [],
        log_level='ERROR',
        log_processor=dict(by_epoch=True),
        experiment_name=f'test_{id(folder)}_{len(runner.names)}',
        env_cfg=dict(mp_cfg=dict(mp_start_method='fork')))
    runner.names.append(None)
    if train is not None:
        settings.update(
            train_dataloader=loader(train, num_workers),
            train_cfg=train_cfg or dict(by_epoch=True, max_epochs=1),
            optim_wrapper=dict(optimizer=dict(type='SGD', lr=.1)))
    if val is not None:
        settings.update(
            val_dataloader=loader(val), val_cfg=dict(), val_evaluator=metric)
    if test is not None:
        settings.update(
            test_dataloader=loader(test),
            test_cfg=dict(),
            test_evaluator=metric)
    settings.update(kwargs)
    return Runner(**settings)


runner.names = []


class Keep(Hook):
    """Keeps the data samples of the batches, as the workers made them."""

    def __init__(self):
        self.samples = []

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        self.samples += data_batch['data_samples']


def trained(folder, **kwargs):
    keep = Keep()
    one = runner(
        folder, custom_hooks=[dict(type='ClassCountsHook'), keep], **kwargs)
    one.train()
    iterator = getattr(one.train_loop, 'dataloader_iterator', None)
    if iterator is not None and one.train_dataloader.num_workers:
        iterator._iterator._shutdown_workers()  # else gc waits 5 s for each
    return one, keep


LOOPS = dict(
    epochs=dict(by_epoch=True, max_epochs=2),
    iterations=dict(by_epoch=False, max_iters=2, val_interval=2))


@pytest.mark.parametrize('num_workers', [0, 2])
@pytest.mark.parametrize('loop', LOOPS)
def test_everyone_is_told(tmp_path, loop, num_workers):
    one, keep = trained(
        tmp_path,
        train=dataset(sampler=True),
        val=dataset([2, 0, 1]),
        train_cfg=LOOPS[loop],
        num_workers=num_workers)
    assert one.model.class_counts.tolist() == COUNTS
    assert one.model.cls_head.label_weight.tolist() == [.5, 1.25, 1.5]
    metric = one.val_loop.evaluator.metrics[0]
    assert metric.class_counts.tolist() == COUNTS
    # the workers' transforms too: without counts they would have raised, and
    # the head, tau 1, keeps every frame
    assert len(keep.samples) >= 8
    sizes = {0: [], 1: [], 2: []}
    for one in keep.samples:
        sizes[one.gt_label.item()] += one.frame_mask.sum(1).tolist()
    assert set(sizes[0]) == {6} and min(sizes[1] + sizes[2]) < 6


def test_without_the_hook_the_transform_refuses(tmp_path):
    one = runner(tmp_path, train=dataset(sampler=True), hook=None)
    with pytest.raises(RuntimeError, match='video v_0.*ClassCountsHook'):
        one.train()


def test_without_the_hook_the_head_refuses(tmp_path):
    one = runner(tmp_path, train=dataset(), hook=None)
    with pytest.raises(RuntimeError, match='MOVEHead .*ClassCountsHook'):
        one.train()


WRAPPERS = dict(
    repeat=lambda: dict(type='RepeatDataset', dataset=dataset(), times=2),
    balanced=lambda: dict(
        type='ClassBalancedDataset', dataset=dataset(), oversample_thr=.9),
    parts=lambda: dict(
        type='ConcatDataset',
        datasets=[dataset(TRAIN[:3]), dataset(TRAIN[3:])]),
    multi_label=lambda: dataset(
        [[0, 1], [0], [0, 1, 2], [0], [0]], multi_class=True, num_classes=3))


@pytest.mark.parametrize('wrapper', WRAPPERS)
def test_wrapped_data_sets(tmp_path, wrapper):
    data = WRAPPERS[wrapper]()
    inner = data.get('datasets', [data.get('dataset', data)])
    for part in inner:
        part['pipeline'].append(dict(type='DynamicFrameSampler'))
    one, keep = trained(tmp_path, train=data)
    assert one.model.class_counts.tolist() == COUNTS
    assert all(sample.frame_mask.shape == (2, 6) for sample in keep.samples)


def test_stock_video_list(tmp_path):
    (tmp_path /
     'list.txt').write_text(''.join(f'v_{i}.mp4 {label}\n'
                                    for i, label in enumerate(TRAIN)))
    data = dict(
        type='VideoDataset',
        ann_file=str(tmp_path / 'list.txt'),
        serialize_data=False,
        pipeline=dataset(sampler=True)['pipeline'])
    one, keep = trained(tmp_path, train=data, num_workers=1)
    assert one.model.class_counts.tolist() == COUNTS
    assert len(keep.samples) == len(TRAIN)


def save(folder,
         classes=CLASSES,
         name='epoch.pth',
         labels=TRAIN,
         num_classes=3):
    one, _ = trained(
        folder,
        train=dataset(labels, classes, sampler=True),
        num_classes=num_classes)
    one.save_checkpoint(
        str(folder), name, meta=dict(epoch=1, iter=2), by_epoch=True)
    return one, str(folder / name)


def test_test_run_takes_the_counts_from_the_checkpoint(tmp_path):
    trainer, path = save(tmp_path)
    state = torch.load(path, weights_only=True)['state_dict']
    assert state['class_counts'].tolist() == COUNTS
    # few videos of other numbers: it must not count these
    tester = runner(tmp_path, test=dataset([2, 1, 2, 0]), load_from=path)
    figures = tester.test()
    metric = tester.test_loop.evaluator.metrics[0]
    assert metric.class_counts.tolist() == COUNTS
    assert {'long_tail/mAP_head', 'long_tail/acc1_tail'} <= set(figures)
    assert torch.equal(tester.model.cls_head.label_weight,
                       trainer.model.cls_head.label_weight)


def test_test_run_of_a_checkpoint_without_counts(tmp_path):
    tester = runner(tmp_path, test=dataset([2, 1, 2, 0]))
    with pytest.raises(RuntimeError, match='LongTailMetric was told no'):
        tester.test()


def test_resumed_run_has_the_counts(tmp_path):
    _, path = save(tmp_path)
    one = runner(
        tmp_path,
        train=dataset(sampler=True),
        train_cfg=dict(by_epoch=True, max_epochs=2),
        load_from=path,
        resume=True)
    one.train()
    assert one.epoch == 2 and one.model.class_counts.tolist() == COUNTS


OTHERS = dict(
    renamed=(('run', 'hop', 'sit'), "class 1 as 'jump', .* as 'hop'"),
    reordered=(('jump', 'run', 'sit'), "class 0 as 'run', .* as 'jump'"))


@pytest.mark.parametrize('other', OTHERS)
@pytest.mark.parametrize('run', ['train', 'test'])
def test_checkpoint_of_other_classes_is_refused(tmp_path, run, other):
    _, path = save(tmp_path)
    classes, reason = OTHERS[other]
    one = runner(
        tmp_path,
        load_from=path,
        **{run: dataset(classes=classes, sampler=run == 'train')})
    with pytest.raises(ValueError, match=f"{reason}.*other_classes='allow'"):
        getattr(one, run)()


def test_checkpoint_of_more_classes_is_refused(tmp_path):
    _, path = save(tmp_path)
    data = dataset([0, 3, 1, 2], CLASSES + ('stand', ), sampler=True)
    one = runner(tmp_path, load_from=path, train=data, num_classes=4)
    with pytest.raises(ValueError, match='3 classes, the data set 4'):
        one.train()


def test_checkpoint_of_more_nameless_classes_is_refused(tmp_path):
    _, path = save(tmp_path, classes=None)
    data = dataset([0, 3, 1, 2], None, sampler=True)
    one = runner(tmp_path, load_from=path, train=data, num_classes=4)
    with pytest.raises(ValueError, match='3 classes, the model 4'):
        one.train()


@pytest.mark.parametrize('num_classes', [3, 4])
def test_other_classes_can_be_allowed(tmp_path, num_classes):
    trainer, path = save(tmp_path)
    labels = [1, 2, 2, 1, 2, 0, 1, 3 % num_classes]
    names = ('a', 'b', 'c', 'd')[:num_classes]
    one = runner(
        tmp_path,
        load_from=path,
        train=dataset(labels, names, sampler=True),
        hook=dict(type='ClassCountsHook', other_classes='allow'),
        num_classes=num_classes,
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.)))
    one.train()
    expected = [labels.count(s) for s in range(num_classes)]
    assert one.model.class_counts.tolist() == expected
    assert len(one.model.cls_head.label_weight) == num_classes
    # and starts from its weights
    assert torch.equal(one.model.neck.query.weight,
                       trainer.model.neck.query.weight)


def test_data_set_that_does_not_fit_the_model(tmp_path):
    one = runner(tmp_path, train=dataset([0, 3], None), num_classes=3)
    with pytest.raises(ValueError, match='3 classes, but .* from 0 to 3'):
        one.train()


def test_test_set_of_other_classes_is_refused(tmp_path):
    _, path = save(tmp_path, classes=None)
    data = dataset([0, 1], ('run', 'jump'))
    one = runner(tmp_path, load_from=path, test=data)
    with pytest.raises(ValueError, match='3 classes, the data set TinyData'):
        one.test()


def test_builds_and_refuses_unknown_words():
    hook = HOOKS.build(dict(type='ClassCountsHook'))
    assert isinstance(hook, ClassCountsHook)
    assert copy.deepcopy(hook).other_classes == 'refuse'
    with pytest.raises(ValueError, match="'refuse' or 'allow', got 'ask'"):
        ClassCountsHook(other_classes='ask')
