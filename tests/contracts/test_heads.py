"""Contract of a head: stock losses, one or two views, predictions."""
import torch

from tests.contracts.components import (C, S, build, finite, frame_samples,
                                        of_kind)


@of_kind('Head')
def test_head(cls, tmp_path):
    for loss_cls in ('BCELossWithLogits', 'CrossEntropyLoss'):
        head = build(cls, tmp_path, loss_cls=dict(type=loss_cls))
        for multi in (False, True):
            for shape in ((3, C), (3, 2, C)):
                x = torch.randn(shape, requires_grad=True)
                head.zero_grad()
                losses = head.loss(x, frame_samples(2, 7, multi))
                total = sum(v for k, v in losses.items() if 'loss' in k)
                total.backward()
                grads = [p.grad for p in head.parameters()]
                assert finite(total, x.grad, *grads) and total > 0
                assert all(grad.abs().sum() > 0 for grad in grads)
    head.eval()
    x = torch.randn(3, 2, C)
    assert head(x).shape == (3, S)
    for one in head.predict(x, frame_samples(2, 7)):
        assert one.pred_score.shape == (S, ) and finite(one.pred_score)
        assert one.pred_label == one.pred_score.argmax()
