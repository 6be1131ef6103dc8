import pytest
import torch

from projects_move.checkpoint_files import load_dict
from tests.tiny_runner import COUNTS, TRAIN, dataset, runner, save, trained

# the framework's own advice about its checkpoint hook
pytestmark = pytest.mark.filterwarnings(
    'ignore:.*save_param_scheduler.*:UserWarning',
    'ignore:.*dataset_meta.*:UserWarning')

LOOPS = dict(
    epochs=dict(by_epoch=True, max_epochs=2),
    iterations=dict(by_epoch=False, max_iters=2, val_interval=2))


@pytest.mark.parametrize('num_workers', [0, 2])
@pytest.mark.parametrize('loop', LOOPS)
def test_counts_reach_model_transforms_and_metric(tmp_path, loop, num_workers):
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


@pytest.mark.parametrize('sampler, who', [(True, 'video v_0'),
                                          (False, 'MOVEHead ')])
def test_without_the_hook_is_refused(tmp_path, sampler, who):
    one = runner(tmp_path, train=dataset(sampler=sampler), hook=None)
    with pytest.raises(RuntimeError, match=f'{who}.*ClassCountsHook'):
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


def test_test_run_takes_the_counts_from_the_checkpoint(tmp_path):
    trainer, path = save(tmp_path)
    state = load_dict(path)['state_dict']
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
    with pytest.raises(RuntimeError, match='LongTailMetric has no class'):
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
