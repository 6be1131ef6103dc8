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


COUNTS = dict(class_counts=(index(S) + 1, index(1, S)))


def loss(**others):
    """Arguments of a loss whose target is wrong."""
    return dict(logits=x(B, S), target=(x(B, S), x(S)), **others)


# by function: its arguments, each as it should be or a pair of that and of a
# wrong shape
CASES = dict(
    aggregate_residuals=dict(
        frames=(x(B, T, C), x(B, C)),
        assignment=(x(B, T, K), x(B, T + 1, K)),
        frame_mask=(mask(B, V, T), mask(B, T)),
        centers=(x(K, C), x(C, K))),
    asymmetric=loss(),
    assignment_statistics=dict(
        logits=(x(B, T, K), x(T, K)),
        views_kept=(index(B, T), index(B, T - 1)),
        num_rows=24),
    attend=dict(
        attention=(x(B, H, V, T), x(B, V, T)),
        frames=(x(B, T, C), x(B, T + 1, C)),
        value_weight=(x(H * D, C), x(H * D, C + 1))),
    attention_weights=dict(
        prototypes=(x(B, V, C), x(B, C)),
        frames=(x(B, T, C), x(B, T, C + 1)),
        query_weight=(x(H * D, C), x(H * D, C + 1)),
        key_weight=(x(H * D, C), x(D, C)),
        num_heads=H,
        key_mask=(mask(B, 1, T), mask(B, T)),
        valid=(mask(B, T), mask(B, 1, T)),
        frame_gain=(x(B, V, T), x(B, V + 1, T))),
    best_label_rank=dict(
        scores=(x(B, S), x(S)), labels=(index(B, 2), index(B, 3))),
    binary_cross_entropy=dict(
        logits=(x(B, S), x(S)), target=(x(B, S), x(1, S))),
    calibrated_interpolation=dict(
        z=(x(B, V, C), x()),
        target=(x(B, S), x(B + 1, S)),
        lam=(x(B), x(B, 1)),
        partner=(index(B), index(1)),
        label_weight=(x(S), x(1)),
        label_ratio=(x(B), x(1))),
    calibration_gaps=dict(
        confidence=(x(B), x(B, 1)), correct=(mask(B), mask(B + 1))),
    class_balanced_weight=dict(COUNTS, beta=.9),
    class_groups=COUNTS,
    class_means=dict(x=(x(B, C), x(C)), target=(x(B, S), x(B + 1, S))),
    class_thirds=COUNTS,
    cosine_logits=dict(
        x=(x(B, C), x()), weight=(x(S, C), x(S, D)), scale=(x(), x(1))),
    dynamic_extrapolation=dict(
        u=(x(B, C), x(B, V, C)), v=(x(B, C), x(1, C)), omega=(x(B), x(B, 1))),
    equalization=loss(
        uniform=(x(B, S), x(B, 1)), is_tail=(mask(S), mask(B, S))),
    expected_calibration_error=dict(
        gaps=(x(B, K).double(), x().double()),
        count=(index(B) + 1, index(B + 1))),
    focal=dict(logits=(x(B, S), x(S)), target=(x(B, S), x(S))),
    gated_vlad=dict(
        frames=(x(B, T, C), x(T, C)),
        assignment=(x(B, T, K), x(B, T, 1, K)),
        gate=(x(C, K), x(K, C)),
        frame_mask=(mask(B, V, T), mask(B, T))),
    gini=COUNTS,
    imbalance_ratio=COUNTS,
    inverse_counts=COUNTS,
    label_weight=dict(tau=(x(S), x(1, S))),
    ldam=loss(margins=(x(S), x(1))),
    ldam_margins=COUNTS,
    ldam_shift=loss(margins=(x(S), x(B, S))),
    ldam_softmax=loss(margins=(x(S), x(B, S))),
    log_odds=dict(COUNTS, num_videos=9),
    log_prior=COUNTS,
    min_frames=dict(
        tau_of_labels=(x(3), x(3, 1)),
        owners=(torch.tensor([0, 1, 1]), index(4)),
        num_videos=2,
        num_frames=T),
    negative_tolerant=loss(),
    negative_tolerant_shift=dict(COUNTS, num_videos=9),
    normalize_clusters=dict(vlad=(x(B, C, K), x(C))),
    prototypes=dict(
        frames=(x(B, T, C), x(B, C)), frame_mask=(mask(B, V, T), mask(B, T))),
    rebalancing_weight=dict(
        target=(x(B, S), x(S)), class_counts=(index(S) + 1, index(1, S))),
    reconstruct=dict(
        z=(x(B, V, D), x(B, D)),
        share=(x(B), x(B, 1)),
        is_few=(mask(B), mask(B, 1))),
    reconstruction_share=COUNTS,
    remix_ratio=dict(
        lam=(x(B), x(B, 1)),
        own_count=(index(B) + 1, index(1)),
        partner_count=(index(B) + 1, index(B, 1))),
    sampled_frequency=dict(
        probability=(x(S).double(), x(1, S).double()),
        classes=(index(D), index(D, 1)),
        videos=(index(D), index(D + 1))),
    sampling_probability=COUNTS,
    smooth_labels=dict(target=(x(B, S), x(S)), factors=(x(S), x(B, S))),
    smoothing_factors=COUNTS,
    softmax_cross_entropy=loss(),
    stack_frames=dict(
        frames=(x(B, T, C), x(B)),
        target=(x(B, S), x(B, S, 1)),
        class_ap=(x(S), x(S - 1)),
        partner=(index(B), index(B, 1)),
        clip_length=3),
    subset_masks=dict(
        order=(np.zeros((B, V, T), int), np.zeros(T, int)),
        uniform=(np.zeros((B, V)), np.zeros((B, T))),
        min_size=(np.ones(B, int), np.ones((B, 1), int))),
    average_precision=dict(
        scores=(x(B, S), x(B)), target=(index(B, S), index(B, S + 1))),
    average_precision_from_ranks=dict(
        classes=index(D), ranks=(index(D) + 1, index(D + 1)), num_classes=S),
    count_higher_by_class=dict(
        classes=np.zeros(D, int),
        values=(np.zeros(D), np.zeros(D + 1)),
        positions=(np.arange(D), np.zeros((D, 1), int)),
        columns=np.zeros((S, D)),
        order=(np.arange(D), np.zeros((1, D), int))),
    tau=COUNTS,
    tau_normalize=dict(weight=(x(S, D), x(S))))


def test_every_public_function_is_here():
    assert CASES.keys() == set(F.__all__)


@pytest.mark.parametrize('function, argument', [
    (name, argument) for name, case in CASES.items()
    for argument, value in case.items() if isinstance(value, tuple)
])
def test_wrong_shapes(function, argument):
    case, call = CASES[function], getattr(F, function)
    right = {
        name: value[0] if isinstance(value, tuple) else value
        for name, value in case.items()
    }
    wrong = case[argument][1]
    call(**right)
    found = ', '.join(map(str, wrong.shape))
    with pytest.raises(ValueError) as error:
        call(**{**right, argument: wrong})
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
