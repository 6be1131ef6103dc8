import pytest
import torch
from mmaction.registry import MODELS

from projects_move.models.recognizers.frame_draws import FrameDraws
from tests.tiny import sample
from tests.tiny_runner import model


def test_draws_so_many_valid_frames():
    lengths = torch.tensor([9, 4, 2, 1])
    valid = torch.arange(9) < lengths[:, None]
    masks = FrameDraws(5, num_frames=3)(torch.randn(4, 9, 2), valid)
    assert masks.shape == (4, 5, 9)
    assert not (masks & ~valid[:, None]).any()
    for row, n in zip(masks, lengths):
        assert (row.sum(-1) == min(n, 3)).all()
    assert len(masks[0].unique(dim=0)) > 1


def test_draws_are_uniform():
    masks = FrameDraws(4000, num_frames=3)(torch.randn(1, 6, 2))
    assert (masks.double().mean((0, 1)) - .5).abs().max() < .05


def predict(settings, x, seed=0):
    torch.manual_seed(0)
    recognizer = MODELS.build(dict(model(), **settings)).eval()
    torch.manual_seed(seed)
    samples = recognizer(x, [sample(0) for _ in x], mode='predict')
    return torch.stack([one.pred_score for one in samples]), recognizer


def test_test_averages_the_logits_of_the_draws(monkeypatch):
    x = torch.randn(3, 6, 4)
    masks = torch.rand(3, 4, 6) < .5
    masks[..., 0] = True
    monkeypatch.setattr(FrameDraws, '__call__', lambda *args: masks)
    scores, recognizer = predict(dict(test_draws=dict(num_draws=4)), x)
    logits = [
        recognizer.cls_head(recognizer.neck(x, masks[:, v:v + 1]))
        for v in range(4)
    ]
    torch.testing.assert_close(scores, (sum(logits) / 4).sigmoid())


def test_seed_decides_and_all_frames_are_the_plain_test():
    x = torch.randn(3, 6, 4)
    settings = dict(test_draws=dict(num_draws=3, num_frames=2))
    one, again, other = (predict(settings, x, s)[0] for s in (1, 1, 2))
    assert torch.equal(one, again) and not torch.equal(one, other)
    every = predict(dict(test_draws=dict(num_draws=3, num_frames=6)), x)[0]
    torch.testing.assert_close(every, predict({}, x)[0])


def test_counts_of_a_checkpoint_reach_the_head():
    settings = model()
    settings['cls_head']['post_hoc_tau'] = 1.
    first, second = MODELS.build(settings), MODELS.build(settings)
    first.class_counts.copy_(torch.tensor([5, 2, 1]))
    second.load_state_dict(first.state_dict())
    first.cls_head.set_class_counts(torch.tensor([5, 2, 1]))
    x = torch.randn(3, 6, 4)
    assert torch.equal(second.eval()(x), first.eval()(x))


def test_error_text():
    with pytest.raises(ValueError, match='at least 1, got 0 and 60'):
        FrameDraws(0)
