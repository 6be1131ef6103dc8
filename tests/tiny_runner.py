"""Runs of a small model on a few videos in memory."""
from mmengine.hooks import Hook
from mmengine.runner import Runner

from tests.tiny import RandomFrames, TinyDataset

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
