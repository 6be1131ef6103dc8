import copy

import pytest
import torch
from mmengine.hooks import Hook

from projects_move.errors import InputError
from tests.tiny_runner import dataset, model, runner

pytestmark = pytest.mark.filterwarnings(
    'ignore:.*save_param_scheduler.*:UserWarning',
    'ignore:.*dataset_meta.*:UserWarning')
NAN = float('nan')


class Fault(Hook):
    """Calls a function of the model before an iteration, and its result after
    it; keeps the weights before each iteration."""

    def __init__(self, iteration, start):
        self.iteration, self.start = iteration, start
        self.weights = []

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        self.weights.append(copy.deepcopy(runner.model.state_dict()))
        if runner.iter == self.iteration:
            self.end = self.start(runner.model, data_batch)

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        if runner.iter == self.iteration:
            self.end()


def nan_frames(model, data_batch):
    """Frames of the second video of a batch are NaN."""
    data_batch['inputs'][1][0, 0] = NAN
    return lambda: None


def nan_loss_alone(model, data_batch):
    """A loss without gradient is infinite."""
    loss = model.cls_head.loss
    model.cls_head.loss = lambda *args, **kwargs: dict(
        loss(*args, **kwargs), loss_extra=torch.tensor(float('inf')))
    return lambda: model.cls_head.__dict__.pop('loss')


def nan_gradient_alone(model, data_batch):
    """The gradient of one weight has one NaN; the loss is finite."""

    def spoil(grad):
        grad = grad.clone()
        grad[0] = NAN
        return grad

    return model.cls_head.classifier.bias.register_hook(spoil).remove


def gradient_of(value):
    """A fault: the gradient of one weight has this value in each place."""

    def fill(model, data_batch):
        bias = model.cls_head.classifier.bias
        return bias.register_hook(
            lambda grad: torch.full_like(grad, value)).remove

    return fill


def train(folder,
          fault,
          iteration=1,
          wrapper=(),
          epochs=2,
          neck=None,
          checkpoint='CheckpointHook',
          **settings):
    """Eight videos in batches of four; a checkpoint in each epoch."""
    hook = Fault(iteration, fault)
    network = model()
    if neck is not None:
        network['neck'] = neck
        network['cls_head']['in_channels'] = neck['out_channels']
    settings = dict(dict(type='FiniteValuesHook'), **settings)
    one = runner(
        folder,
        train=dataset(sampler=True),
        val=dataset(),
        model=network,
        train_cfg=dict(by_epoch=True, max_epochs=epochs),
        optim_wrapper=dict(
            dict(optimizer=dict(type='SGD', lr=.1)), **dict(wrapper)),
        default_hooks=dict(
            logger=None,
            timer=None,
            checkpoint=dict(type=checkpoint, interval=1)),
        custom_hooks=[dict(type='ClassCountsHook'), hook, settings])
    return one, hook


@pytest.mark.parametrize('fault, text', [
    (nan_frames, r'loss_cls is nan for the videos v_4, v_5, v_6, v_7\. '),
    (nan_loss_alone, r'loss_extra is inf for the videos v_4, v_5, v_6, v_7'),
    (nan_gradient_alone, r'the gradients of 1 weights are not finite, first '
     r'cls_head\.classifier\.bias, for the videos v_4, v_5, v_6, v_7'),
])
@pytest.mark.parametrize('optimizer', ['SGD', 'FusedAdam'])
def test_training_stops_before_the_step(tmp_path, fault, text, optimizer):
    one, hook = train(
        tmp_path, fault, wrapper=dict(optimizer=dict(type=optimizer, lr=.1)))
    with pytest.raises(InputError, match='epoch 1, iteration 2: ' + text):
        one.train()
    assert list(hook.weights[1]) == list(one.model.state_dict())
    for name, before in hook.weights[1].items():
        assert torch.equal(before, one.model.state_dict()[name]), name
    assert not list(tmp_path.glob('*.pth'))


def test_accumulated_batches_are_all_named(tmp_path):
    one, _ = train(
        tmp_path, nan_gradient_alone, 0, wrapper=dict(accumulative_counts=2))
    with pytest.raises(InputError, match='v_0, v_1, .*, v_7'):
        one.train()


def test_clipped_gradients_are_checked(tmp_path):
    one, _ = train(
        tmp_path,
        nan_gradient_alone,
        wrapper=dict(clip_grad=dict(max_norm=20)))
    with pytest.raises(InputError, match='gradients of .* are not finite'):
        one.train()


@pytest.mark.parametrize('fault',
                         [nan_frames, nan_loss_alone, nan_gradient_alone])
def test_skipped_step_changes_nothing(tmp_path, fault):
    """Neither weights, optimizer nor running statistics; the other steps are
    as ever."""
    one, hook = train(
        tmp_path,
        fault,
        policy='skip',
        neck=dict(
            type='NetVLADNeck', in_channels=4, num_clusters=2, out_channels=6),
        wrapper=dict(optimizer=dict(type='FusedAdam', lr=.1)))
    one.train()
    before, skipped, after = hook.weights[:3]
    statistics = [name for name in after if name.endswith('running_mean')]
    assert statistics and not any(
        torch.equal(before[name], skipped[name]) for name in statistics)
    assert all(torch.equal(skipped[name], after[name]) for name in after)
    assert not torch.equal(after['cls_head.classifier.bias'],
                           hook.weights[3]['cls_head.classifier.bias'])
    states = one.optim_wrapper.optimizer.state.values()
    assert {float(state['step']) for state in states} == {3.}
    assert one.message_hub.get_info('finite_values_skips') == 1
    assert (tmp_path / 'epoch_2.pth').exists()


def test_limit_of_skipped_steps(tmp_path):
    one, _ = train(
        tmp_path,
        lambda model, batch: nan_gradient_alone(model, batch) and
        (lambda: None),
        policy='skip',
        max_skips=2)
    with pytest.raises(InputError, match='iteration 4: .* 2 steps were skip'):
        one.train()
    assert not (tmp_path / 'epoch_2.pth').exists()


def nan_weight(model, data_batch):

    def spoil():
        model.cls_head.classifier.bias.data[0] = float('inf')

    return spoil


def test_weight_that_is_not_finite_is_not_saved(tmp_path):
    one, _ = train(tmp_path, nan_weight, iteration=3)
    with pytest.raises(
            InputError, match='1 weights, buffers or .* cls_head.classif'):
        one.train()
    assert (tmp_path / 'epoch_1.pth').exists()
    assert not (tmp_path / 'epoch_2.pth').exists()
    last = (tmp_path / 'last_checkpoint').read_text()
    assert last.endswith('epoch_1.pth')


def test_square_of_a_gradient_overflows(tmp_path):
    """Adam divides by it: the weight would never change again."""

    one, _ = train(
        tmp_path,
        gradient_of(1e25),
        5,
        wrapper=dict(optimizer=dict(type='Adam', lr=.1)),
        epochs=3)
    with pytest.raises(
            InputError, match='first exp_avg_sq of cls_head.classifier.bias'):
        one.train()
    assert (tmp_path / 'epoch_2.pth').exists()
    assert not (tmp_path / 'epoch_3.pth').exists()


def test_weights_are_checked_by_interval(tmp_path):
    one, _ = train(tmp_path, nan_weight, iteration=0, interval=1)
    with pytest.raises(InputError, match='epoch 1, iteration 1: 1 weights'):
        one.train()


@pytest.fixture
def scaler_on_cpu(monkeypatch):
    """MMEngine's ``AmpOptimWrapper``, which asks for a GPU, on a CPU."""
    from mmengine.optim.optimizer import amp_optimizer_wrapper as module
    monkeypatch.setattr(module, 'is_cuda_available', lambda: True)
    monkeypatch.setattr(module, 'GradScaler',
                        lambda **kwargs: torch.amp.GradScaler('cpu', **kwargs))


AMP = dict(type='AmpOptimWrapper', dtype='bfloat16', loss_scale='dynamic')


@pytest.mark.parametrize('optimizer', ['SGD', 'FusedAdam'])
def test_overflow_of_a_scaled_loss_is_normal(tmp_path, scaler_on_cpu,
                                             optimizer):
    settings = dict(AMP, optimizer=dict(type=optimizer, lr=.1))
    one, _ = train(tmp_path, nan_gradient_alone, wrapper=settings)
    one.train()  # the scaler skips the step
    assert (tmp_path / 'epoch_2.pth').exists()


def nan_gradients(model, data_batch):
    """As above, in this step and all that follow."""
    nan_gradient_alone(model, data_batch)
    return lambda: None


@pytest.mark.parametrize('optimizer', ['SGD', 'FusedAdam'])
def test_overflows_in_a_row_stop(tmp_path, scaler_on_cpu, optimizer):
    settings = dict(AMP, optimizer=dict(type=optimizer, lr=.1))
    one, _ = train(tmp_path, nan_gradients, wrapper=settings, max_overflows=2)
    with pytest.raises(InputError, match='skipped 3 steps in a row'):
        one.train()


def test_overflows_in_a_row_are_counted_over_a_resume(tmp_path, scaler_on_cpu):
    """One in the first epoch, two in the second."""
    for iteration in 1, 2:
        one, _ = train(
            tmp_path,
            nan_gradients,
            iteration,
            wrapper=AMP,
            max_overflows=2,
            checkpoint='AtomicCheckpointHook')
        one._resume = iteration == 2
        one._load_from = str(tmp_path / 'epoch_1.pth') * one._resume or None
        with pytest.raises(InputError, match='skipped 3 steps in a row'):
            one.train()


def test_loss_of_a_scaled_training_is_checked(tmp_path, scaler_on_cpu):
    one, hook = train(tmp_path, nan_frames, wrapper=AMP)
    with pytest.raises(InputError, match='loss_cls is nan for the videos v_4'):
        one.train()


def test_finite_values_beyond_the_norm_pass(tmp_path):
    """A norm that overflows is no fault; gradients are checked one by one."""

    one, _ = train(
        tmp_path,
        gradient_of(3e38),
        3,
        wrapper=dict(optimizer=dict(type='SGD', lr=1e-38)))
    one.train()
    assert (tmp_path / 'epoch_2.pth').exists()


def test_arguments():
    from projects_move.engine import FiniteValuesHook
    with pytest.raises(ValueError, match="'stop' or 'skip', got 'warn'"):
        FiniteValuesHook('warn')
    with pytest.raises(ValueError, match='max_skips >= 0'):
        FiniteValuesHook(max_skips=-1)
