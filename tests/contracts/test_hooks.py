"""Contract of a hook: a training with it shows its effect."""
import json
import os
from unittest import mock

import numpy as np
import pytest
import torch
from mmengine.hooks import Hook

from projects_move import functional as F
from projects_move.apis.configs import load_config
from projects_move.checkpoint_files import load_dict
from projects_move.errors import InputError
from projects_move.utils.stop_signal import REQUEUE, stop_requested
from tests.config_runs import CONFIGS
from tests.contracts import components
from tests.contracts.components import C, S, build, of_kind, video_list
from tests.resuming import Interrupt, InValidation, small, train
from tests.tiny_runner import loader, runner

# the framework's own advice about its checkpoint hook
pytestmark = pytest.mark.filterwarnings(
    'ignore:.*save_param_scheduler.*:UserWarning',
    'ignore:.*dataset_meta.*:UserWarning')

PIPELINE = [
    dict(type='LoadFeatures'),
    dict(type='SampleFeatureFrames', num_frames=7),
    dict(type='PackFeatureInputs')
]
EPOCHS, STEPS = 2, 4  # 6 videos in batches of 4
COUNTS = [2, 1, 1, 1, 1]
MOVE = 'fsdd/move_logmel_adam-50e_fsdd-feature.py'


class Record(Hook):
    """Keeps what the model and the log hold after each step."""
    priority = 'LOWEST'

    def __init__(self):
        self.losses, self.logged, self.weights = [], [], []

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        self.losses.append(outputs['loss'].item())
        self.weights.append(runner.model.cls_head.loss_cls.class_weight)
        scalars = runner.message_hub.log_scalars
        self.logged.append('train/loss' in scalars)


class Log(Hook):
    """Keeps the warnings of a run."""
    priority = 'VERY_HIGH'

    def __init__(self):
        self.warnings = []

    def before_run(self, runner):
        runner.logger.warning = self.warnings.append


def dataset(folder, split):
    """Cached features of a list."""
    return dict(
        video_list(folder),
        type='LongTailDataset',
        ann_file=f'labels/{split}.lst',
        num_classes=S,
        pipeline=[
            dict(type='LoadFeatures'),
            dict(type='SampleFeatureFrames', num_frames=7),
            dict(type='PackFeatureInputs')
        ])


def trained(folder,
            *hooks,
            sampler='DefaultSampler',
            loss='LDAMLoss',
            max_epochs=EPOCHS,
            load_from=None,
            val=None,
            visualizer=None,
            **default_hooks):
    """Runner and record after two epochs on cached features."""
    default_hooks = dict(
        dict(logger=None, timer=None, checkpoint=None), **default_hooks)
    record = Record()
    train = dataset(folder, 'train')
    run = runner(
        folder,
        train=train,
        visualizer=visualizer,
        train_dataloader=dict(loader(train), sampler=dict(type=sampler)),
        load_from=load_from,
        val=val,
        train_cfg=dict(by_epoch=True, max_epochs=max_epochs),
        model=dict(
            type='MOVERecognizer',
            backbone=dict(type='IdentityBackbone'),
            cls_head=dict(
                type='LongTailHead',
                num_classes=S,
                in_channels=C,
                hidden_channels=7,
                loss_cls=dict(type=loss)),
            data_preprocessor=dict(
                type='FeatureDataPreprocessor',
                blending=dict(type='FramestackBlending'))),
        default_hooks=default_hooks,
        custom_hooks=[dict(type='ClassCountsHook'), record, *hooks])
    run.train()
    run.save_checkpoint(str(folder), 'a.pth', meta={}, by_epoch=True)
    return run, record, load_dict(folder / 'a.pth')


def class_counts_arrive(hook, folder):
    run, _, checkpoint = trained(folder)  # has this hook already
    assert run.model.class_counts.tolist() == COUNTS
    assert run.model.cls_head.loss_cls.margins.shape == (S, )
    assert checkpoint['state_dict']['class_counts'].tolist() == COUNTS


def other_channels_are_named(hook, folder):
    run, _, _ = trained(folder, hook)
    loading = run.train_dataloader.dataset.pipeline.transforms[0]
    assert loading.channels == C
    for video, line in (('v_3', 4), ('v_0', 1)):  # also the first one

        def narrow(folder):
            settings = components.video_list(folder)
            np.save(folder / f'{video}.npy', np.ones((5, C - 1)))
            return settings

        message = fr'\(video {video}, line {line} of.*{C}'
        with mock.patch.dict(trained.__globals__, video_list=narrow), \
                pytest.raises(InputError, match=message):
            trained(folder, hook)


def manifest_is_recorded(hook, folder):
    manifest = dict(backbone=dict(type='ResNet'), weights_sha256='a1b2')
    (folder / 'manifest.json').write_text(json.dumps(manifest))
    _, _, checkpoint = trained(folder)
    assert 'feature_manifest' not in checkpoint['meta']
    _, _, checkpoint = trained(folder, hook)
    recorded = checkpoint['meta']['feature_manifest']
    assert recorded['weights_sha256'] == 'a1b2'


def statistics_are_set(hook, folder):
    run, _, _ = trained(folder, hook)
    frames = np.concatenate([np.load(folder / f'v_{i}.npy') for i in range(6)])
    frames = torch.from_numpy(frames.astype(np.float64))
    for name, expected in dict(
            mean=frames.mean(0), std=frames.std(0, correction=0)).items():
        measured = getattr(run.model.data_preprocessor, name)
        torch.testing.assert_close(measured, expected.float())


def average_precision_is_measured(hook, folder):
    run, _, _ = trained(folder)
    assert len(run.model.data_preprocessor.blending.class_ap) == 0
    run, _, _ = trained(folder, hook)
    ap = run.model.data_preprocessor.blending.class_ap
    assert ap.shape == (S, ) and (0 < ap).all() and (ap <= 1).all()


def classifier_alone_is_trained(hook, folder):
    with pytest.raises(InputError, match='checkpoint, found none: add --cfg'):
        trained(folder, hook)
    first, _, _ = trained(folder)
    start = {k: v.clone() for k, v in first.model.state_dict().items()}
    second, _, _ = trained(
        folder, hook, load_from=str(folder / 'a.pth'), max_epochs=1)
    changed = {
        name
        for name, value in second.model.state_dict().items()
        if not torch.equal(value, start[name])
    }
    assert changed == {
        'cls_head.classifier.weight', 'cls_head.classifier.bias'
    }


def weights_are_class_means(hook, folder):
    run, _, _ = trained(folder, hook, max_epochs=0)
    classifier = run.model.cls_head.classifier
    torch.testing.assert_close(classifier.weight.norm(dim=1), torch.ones(S))
    assert classifier.bias.abs().max() == 0


def pictures_are_logged(hook, folder):
    with pytest.raises(InputError, match='expects a LongTailMetric'):
        trained(folder, hook)
    validation = dict(
        val=dict(
            video_list(folder),
            type='LongTailDataset',
            ann_file='labels/val.lst',
            num_classes=S,
            pipeline=PIPELINE),
        visualizer=dict(
            type='ActionVisualizer',
            vis_backends=[dict(type='LocalVisBackend')]))
    trained(folder, hook, **validation)
    names = sorted(path.name for path in folder.glob('*/vis_data/*/*.png'))
    assert names == [
        'ap_by_group_1.png', 'ap_by_group_2.png', 'ap_over_frequency_1.png',
        'ap_over_frequency_2.png', 'class_frequency_0.png'
    ]


def double_use_is_warned_of(hook, folder):
    warned = []
    for loss in ('BinaryCrossEntropyLoss', 'LogitAdjustedLoss'):
        log = Log()
        trained(folder, hook, log, sampler='ClassBalancedSampler', loss=loss)
        warned.append([text for text in log.warnings if 'prior' in text])
    assert warned[0] == []
    (text, ) = warned[1]
    assert text.startswith(
        'the class prior is corrected more than once: Logit')


def sampler_becomes_balanced(hook, folder):
    with pytest.raises(InputError, match='found DefaultSampler'):
        trained(folder, hook)
    run, _, _ = trained(folder, hook, sampler='ProgressiveSampler')
    sampler = run.train_dataloader.sampler
    assert sampler.max_epochs == EPOCHS and sampler.epoch == EPOCHS - 1
    expected = .5 * torch.tensor(COUNTS) / 6 + .5 / S
    torch.testing.assert_close(sampler.probabilities, expected.double())


def loss_gets_the_counts_of_the_sampler(hook, folder):
    counts = []
    for sampler in ('DefaultSampler', 'ClassBalancedSampler'):
        run, _, _ = trained(
            folder, hook, sampler=sampler, loss='LogitAdjustedLoss')
        assert run.model.class_counts.tolist() == COUNTS
        counts.append(run.model.cls_head.loss_cls._counts.tolist())
    assert counts == [COUNTS, pytest.approx([6 / S] * S)]


def classes_are_weighted_from_the_second_epoch(hook, folder):
    _, record, _ = trained(folder, hook)
    expected = F.class_balanced_weight(torch.tensor(COUNTS), hook.beta)
    assert [weight.ndim for weight in record.weights] == [0, 0, 1, 1]
    assert torch.equal(record.weights[-1], expected.float())


def page_is_written(hook, folder):
    (folder / 'provenance.json').write_text('{"commit": "of another run"}')
    trained(folder, hook)  # measures nothing
    assert not (folder / 'report.html').exists()
    trained(folder, hook, val=dataset(folder, 'val'))
    assert (folder / 'val' / 'scores.npz').exists()
    assert 'another run' not in (folder / 'provenance.json').read_text()
    assert 'last validation' in (folder / 'report.html').read_text()


def faulty_weights_are_refused(hook, folder):

    class Spoil(Hook):

        def after_train_iter(self, runner, batch_idx, **kwargs):
            runner.model.cls_head.classifier.bias.data[0] = np.inf

    hook.interval = 1
    with pytest.raises(InputError, match='classifier.bias'):
        trained(folder, Spoil(), hook)


def one_process_trains(hook, folder):
    """Two processes: ``tests/apis/training/test_rank_failures.py``."""
    _, record, _ = trained(folder, hook)
    assert len(record.losses) == STEPS


def the_newest_is_complete_before_the_oldest_goes(hook, folder):
    hook = type(hook)(interval=1, max_keep_ckpts=1)
    removed = []
    hook._remove = lambda path: removed.append(
        (os.path.basename(path), (folder / 'epoch_2.pth').exists()))
    trained(folder, hook)
    assert ('epoch_1.pth', True) in removed
    assert (folder / 'last_checkpoint').read_text() == str(folder /
                                                           'epoch_2.pth')
    saved = load_dict(folder / 'epoch_2.pth')
    assert len(saved['rank_states']) == 1
    assert not list(folder.glob('.*.draft'))


def draws_follow_from_the_seed(hook, folder):
    settings = dict(sampler='ClassBalancedSampler')
    losses = []
    for noise in (1, 2):
        torch.manual_seed(noise), np.random.seed(noise)
        before = Seed()
        _, record, checkpoint = trained(
            folder, hook, before, max_epochs=1, **settings)
        losses.append(record.losses)
    assert losses[0] == losses[1]
    assert checkpoint['meta']['seeded_draws']['plan'][
        'batches of an epoch'] == 2


class Seed(Hook):
    """Sets the seed of a run, and weights that do not depend on it."""
    priority = 'HIGHEST'

    def before_train(self, runner):
        runner._seed = runner.train_dataloader.sampler.seed = 5
        for parameter in runner.model.parameters():
            torch.nn.init.constant_(parameter, .1)


def a_validation_is_repeated(hook, folder):
    cfg = small(load_config(CONFIGS[MOVE]), folder)
    cfg.train_cfg.update(max_epochs=1, val_interval=1)
    work = folder / 'work'
    with mock.patch('tests.resuming.Interrupt', InValidation):
        assert train(cfg, work, step=3, kill=True) is None
    assert not list(work.glob('best_*'))
    assert type(hook).__name__ == cfg.default_hooks.resumed_validation.type
    train(cfg, work)
    assert len(list(work.glob('best_*'))) == 1


def a_signal_ends_the_training(hook, folder):
    checkpoint = dict(type='AtomicCheckpointHook', interval=9)
    with stop_requested(), pytest.raises(SystemExit) as stopped:
        trained(folder, hook, Interrupt(1, kill=False), checkpoint=checkpoint)
    assert stopped.value.code == REQUEUE
    saved = load_dict(folder / 'interrupted.pth')
    assert saved['meta']['iter'] == 2


EFFECTS = dict(
    AtomicCheckpointHook=the_newest_is_complete_before_the_oldest_goes,
    ClassAPHook=average_precision_is_measured,
    ClassCountsHook=class_counts_arrive,
    ClassMeanInitHook=weights_are_class_means,
    ClassifierRetrainingHook=classifier_alone_is_trained,
    DeferredReweightingHook=classes_are_weighted_from_the_second_epoch,
    FeatureChannelsHook=other_channels_are_named,
    FeatureManifestHook=manifest_is_recorded,
    FeatureStatisticsHook=statistics_are_set,
    LongTailPlotHook=pictures_are_logged,
    FiniteValuesHook=faulty_weights_are_refused,
    PriorUseHook=double_use_is_warned_of,
    ProgressiveSamplingHook=sampler_becomes_balanced,
    ReportHook=page_is_written,
    RankCheckHook=one_process_trains,
    ResumedValidationHook=a_validation_is_repeated,
    SampledCountsHook=loss_gets_the_counts_of_the_sampler,
    SeededDrawsHook=draws_follow_from_the_seed,
    StopHook=a_signal_ends_the_training)


@of_kind('Hook')
def test_hook(cls, tmp_path):
    hook = build(cls, tmp_path)
    assert isinstance(hook, Hook)
    assert cls.__name__ in EFFECTS, (
        f'add a training that shows the effect of {cls.__name__} to EFFECTS')
    EFFECTS[cls.__name__](hook, tmp_path)
