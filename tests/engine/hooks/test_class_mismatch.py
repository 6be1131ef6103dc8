"""Class counts of a checkpoint, a model and a data set that disagree."""
import pytest
import torch

from projects_move.engine.hooks import ClassCountsHook
from tests.tiny_runner import CLASSES, dataset, runner, save

# the framework's own advice about its checkpoint hook
pytestmark = pytest.mark.filterwarnings(
    'ignore:.*save_param_scheduler.*:UserWarning',
    'ignore:.*dataset_meta.*:UserWarning')

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
    with pytest.raises(
            ValueError, match=f"{reason}.*on_class_mismatch='ignore'"):
        getattr(one, run)()


@pytest.mark.parametrize('named, owner', [(True, 'data set'),
                                          (False, 'model')])
def test_checkpoint_of_more_classes_is_refused(tmp_path, named, owner):
    _, path = save(tmp_path, classes=CLASSES if named else None)
    names = CLASSES + ('stand', ) if named else None
    data = dataset([0, 3, 1, 2], names, sampler=True)
    one = runner(tmp_path, load_from=path, train=data, num_classes=4)
    with pytest.raises(ValueError, match=f'3 classes, the {owner} 4'):
        one.train()


@pytest.mark.parametrize('num_classes', [3, 4])
def test_class_mismatch_can_be_ignored(tmp_path, num_classes):
    trainer, path = save(tmp_path)
    labels = [1, 2, 2, 1, 2, 0, 1, 3 % num_classes]
    names = ('a', 'b', 'c', 'd')[:num_classes]
    one = runner(
        tmp_path,
        load_from=path,
        train=dataset(labels, names, sampler=True),
        hook=dict(type='ClassCountsHook', on_class_mismatch='ignore'),
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


def test_unknown_value_of_on_class_mismatch():
    with pytest.raises(ValueError, match="'error' or 'ignore', got 'ask'"):
        ClassCountsHook(on_class_mismatch='ask')
