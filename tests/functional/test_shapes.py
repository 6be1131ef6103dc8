"""Public functions refuse arguments of a wrong shape, and name them."""
import numpy as np
import pytest
import torch
from jaxtyping import Float, TypeCheckError
from torch import Tensor

from projects_move import functional as F
from projects_move.functional.shapes import check_shapes

B, V, T, C, H, D, K, S = 2, 3, 4, 5, 2, 6, 7, 8


def x(*shape):
    return torch.rand(shape)


def mask(*shape):
    return torch.ones(shape, dtype=torch.bool)


def index(*shape):
    return torch.zeros(shape, dtype=torch.int64)


LOSS = dict(logits=x(B, S), target=x(B, S))
MARGINS = dict(LOSS, margins=x(S))
# arguments of the right shape, and for some of them a wrong shape
CASES = dict(
    aggregate_residuals=(dict(
        frames=x(B, T, C),
        assignment=x(B, T, K),
        frame_mask=mask(B, V, T),
        centers=x(K, C)),
                         dict(
                             frames=x(B, C),
                             assignment=x(B, T + 1, K),
                             frame_mask=mask(B, T),
                             centers=x(C, K))),
    assignment_statistics=(dict(
        logits=x(B, T, K), views_kept=index(B, T),
        num_rows=24), dict(logits=x(T, K), views_kept=index(B, T - 1))),
    attend=(dict(
        attention=x(B, H, V, T), frames=x(B, T, C), value_weight=x(H * D, C)),
            dict(
                attention=x(B, V, T),
                frames=x(B, T + 1, C),
                value_weight=x(H * D, C + 1))),
    attention_weights=(dict(
        prototypes=x(B, V, C),
        frames=x(B, T, C),
        query_weight=x(H * D, C),
        key_weight=x(H * D, C),
        num_heads=H,
        key_mask=mask(B, 1, T),
        valid=mask(B, T),
        frame_gain=x(B, V, T)),
                       dict(
                           prototypes=x(B, C),
                           frames=x(B, T, C + 1),
                           query_weight=x(H * D, C + 1),
                           key_weight=x(D, C),
                           key_mask=mask(B, T),
                           valid=mask(B, 1, T),
                           frame_gain=x(B, V + 1, T))),
    best_label_rank=(dict(scores=x(B, S), labels=index(B, 2)),
                     dict(scores=x(S), labels=index(B, 3))),
    binary_cross_entropy=(LOSS, dict(logits=x(S), target=x(1, S))),
    calibrated_interpolation=(dict(
        z=x(B, V, C),
        target=x(B, S),
        lam=x(B),
        partner=index(B),
        label_weight=x(S)),
                              dict(
                                  z=x(),
                                  target=x(B + 1, S),
                                  lam=x(B, 1),
                                  partner=index(1),
                                  label_weight=x(1))),
    class_balanced_weight=(dict(class_counts=index(S) + 1,
                                beta=.9), dict(class_counts=index(1, S))),
    class_groups=(dict(class_counts=index(S)), dict(class_counts=index(1, S))),
    class_thirds=(dict(class_counts=index(S)), dict(class_counts=index(1, S))),
    dynamic_extrapolation=(dict(u=x(B, C), v=x(B, C), omega=x(B)),
                           dict(u=x(B, V, C), v=x(1, C), omega=x(B, 1))),
    equalization=(dict(LOSS, uniform=x(B, S), is_tail=mask(S)),
                  dict(target=x(S), uniform=x(B, 1), is_tail=mask(B, S))),
    focal=(LOSS, dict(logits=x(S), target=x(S))),
    gated_vlad=(dict(
        frames=x(B, T, C),
        assignment=x(B, T, K),
        gate=x(C, K),
        frame_mask=mask(B, V, T)),
                dict(
                    frames=x(T, C),
                    assignment=x(B, T, 1, K),
                    gate=x(K, C),
                    frame_mask=mask(B, T))),
    label_weight=(dict(tau=x(S)), dict(tau=x(1, S))),
    ldam=(MARGINS, dict(target=x(S), margins=x(1))),
    ldam_margins=(dict(class_counts=index(S) + 1),
                  dict(class_counts=index(1, S))),
    ldam_shift=(MARGINS, dict(target=x(S), margins=x(B, S))),
    ldam_softmax=(MARGINS, dict(target=x(S), margins=x(B, S))),
    min_frames=(dict(
        tau_of_labels=x(3),
        owners=torch.tensor([0, 1, 1]),
        num_videos=2,
        num_frames=T), dict(tau_of_labels=x(3, 1), owners=index(4))),
    normalize_clusters=(dict(vlad=x(B, C, K)), dict(vlad=x(C))),
    prototypes=(dict(frames=x(B, T, C), frame_mask=mask(B, V, T)),
                dict(frames=x(B, C), frame_mask=mask(B, T))),
    stack_frames=(dict(
        frames=x(B, T, C),
        target=x(B, S),
        class_ap=x(S),
        partner=index(B),
        clip_length=3),
                  dict(
                      frames=x(B),
                      target=x(B, S, 1),
                      class_ap=x(S - 1),
                      partner=index(B, 1))),
    subset_masks=(dict(
        order=np.zeros((B, V, T), int),
        uniform=np.zeros((B, V)),
        min_size=np.ones(B, int)),
                  dict(
                      order=np.zeros(T, int),
                      uniform=np.zeros((B, T)),
                      min_size=np.ones((B, 1), int))),
    average_precision=(dict(scores=x(B, S), target=index(B, S)),
                       dict(scores=x(B), target=index(B, S + 1))),
    average_precision_from_ranks=(dict(
        classes=index(D), ranks=index(D) + 1,
        num_classes=S), dict(ranks=index(D + 1))),
    count_higher_by_class=(dict(
        classes=np.zeros(D, int),
        values=np.zeros(D),
        positions=np.arange(D),
        columns=np.zeros((S, D)),
        order=np.arange(D)),
                           dict(
                               values=np.zeros(D + 1),
                               positions=np.zeros((D, 1), int),
                               order=np.zeros((1, D), int))),
    tau=(dict(class_counts=index(S)), dict(class_counts=index(1, S))))


def test_every_public_function_is_here():
    assert CASES.keys() == set(F.__all__)


@pytest.mark.parametrize('function, argument',
                         [(name, argument)
                          for name, (_, wrong) in CASES.items()
                          for argument in wrong])
def test_wrong_shapes(function, argument):
    right, wrong = CASES[function]
    call = getattr(F, function)
    call(**right)
    found = ', '.join(map(str, wrong[argument].shape))
    with pytest.raises(ValueError) as error:
        call(**{**right, argument: wrong[argument]})
    # a wrong first argument is the reference for those that follow
    text = str(error.value)
    assert text.startswith(f'{function}: expected ')
    if argument != list(right)[0] or f'got ({found})' in text:
        assert f'expected {argument} of shape (' in text
        assert text.endswith(f', got ({found})')


def test_error_text():
    with pytest.raises(ValueError) as error:
        F.prototypes(x(B, T, C), mask(B, T))
    assert str(error.value) == (
        'prototypes: expected frame_mask of shape (B, V, T) with B = 2, '
        'T = 4, got (2, 4)')
    with pytest.raises(ValueError, match='at least one class, got none'):
        F.tau(index(0))


def test_kinds_of_axes():

    @check_shapes
    def call(a: Float[Tensor, ' *N C'], b: Float[Tensor, ' *N 2 #C']):
        return a.ndim, b.ndim

    assert call(x(5), x(2, 1)) == (1, 2)
    assert call(x(3, 4, 5), b=x(3, 4, 2, 5)) == (3, 4)
    for a, b in ((x(), x(2, 1)), (x(5), x(3, 2, 1)), (x(3, 5), x(3, 1, 1)),
                 (x(3, 5), x(3, 2, 4))):
        with pytest.raises(ValueError, match='^call: expected [ab] of shape'):
            call(a, b)


def test_calls_are_type_checked_in_the_tests():
    with pytest.raises(TypeCheckError, match='frame_mask'):
        F.prototypes(x(B, T, C), x(B, V, T))  # not bool


def test_nothing_is_checked_while_tracing():
    traced = torch.jit.trace(F.prototypes, (x(B, T, C), mask(B, V, T)))
    assert traced(x(B + 1, T, C), mask(B + 1, V, T)).shape == (B + 1, V, C)
