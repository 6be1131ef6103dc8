import torch

from projects_move.models.heads.dropout import Dropout


def test_drops_a_share_and_scales_the_rest():
    layer = Dropout(.3)
    x = torch.rand(40, 50, 60) + 1
    out = layer(x)
    kept = out != 0
    torch.testing.assert_close(out[kept], x[kept] / .7)
    assert abs(kept.double().mean() - .7) < .01
    assert not torch.equal(kept, layer(x) != 0)
    # rows, columns and positions alike
    for axis in range(3):
        other = [i for i in range(3) if i != axis]
        assert (kept.double().mean(other) - .7).abs().max() < .1


def test_gradient_passes_where_kept():
    layer = Dropout(.5)
    x = torch.ones(7, 9, requires_grad=True)
    out = layer(x)
    out.sum().backward()
    assert torch.equal(x.grad, out.detach())


def test_limits():
    x = torch.randn(5, 4)
    assert torch.equal(Dropout(0.)(x), x)
    assert torch.equal(Dropout(1.)(x), torch.zeros(5, 4))
    assert torch.equal(Dropout(.5).eval()(x), x)


def test_keeps_the_float_type():
    assert Dropout(.5)(torch.ones(3, dtype=torch.bfloat16)).dtype \
        == torch.bfloat16
