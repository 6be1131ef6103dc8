import pytest
import torch
from mmaction.registry import MODELS

from projects_move.models import FrameMasks

PSA = dict(type='PSANeck', num_heads=2, head_channels=3)
VLAD = dict(type='NetVLADNeck', num_clusters=3, out_channels=4)


def build(necks, **shared):
    torch.manual_seed(0)
    shared = {**dict(in_channels=5), **shared}
    return MODELS.build(dict(type='ParallelNeck', necks=necks,
                             **shared)).eval()


def masks(batch=3, num_views=2, num_frames=7):
    views = torch.rand(batch, num_views, num_frames) < .5
    views[..., 0] = True
    return FrameMasks(views, views.roll(1, 0), views[:, :1])


@pytest.mark.parametrize('formulation', ['official', 'paper'])
@pytest.mark.parametrize('names', [('attention', 'vlad'),
                                   ('vlad', 'attention')])
def test_concatenates_in_the_order_of_the_names(names, formulation):
    settings = dict(attention=PSA, vlad=VLAD)
    neck = build({name: settings[name]
                  for name in names},
                 formulation=formulation)
    x, mask = torch.randn(3, 7, 5), masks()
    z = neck(x, mask)
    assert z.shape == (3, 2, neck.out_channels) == (3, 2, 9)
    assert torch.equal(z[..., :5], neck.necks['attention'](x, mask))
    assert torch.equal(z[..., 5:], neck.necks['vlad'](x, mask))


def test_own_settings_win_over_shared_ones():
    neck = build(
        dict(attention=PSA, vlad=dict(VLAD, formulation='official')),
        formulation='paper')
    assert neck.necks['attention'].formulation == 'paper'
    assert neck.necks['vlad'].formulation == 'official'
    assert neck.necks['vlad'].in_channels == 5


def test_one_neck_is_itself():
    neck, x, mask = build(dict(attention=PSA)), torch.randn(3, 7, 5), masks()
    assert torch.equal(neck(x, mask), neck.necks['attention'](x, mask))


def test_none_leaves_a_neck_out():
    neck = build(dict(attention=None, vlad=VLAD))
    assert list(neck.necks) == ['vlad'] and neck.out_channels == 4


def test_necks_may_nest():
    inner = dict(type='ParallelNeck', necks=dict(attention=PSA, vlad=VLAD))
    neck = build(dict(both=inner, vlad=VLAD))
    assert neck.out_channels == 13
    assert neck(torch.randn(3, 7, 5), masks()).shape == (3, 2, 13)


def test_only_frame_necks_go_in():
    other = dict(type='IdentityBackbone')
    with pytest.raises(TypeError, match="'mine', a IdentityBackbone"):
        MODELS.build(dict(type='ParallelNeck', necks=dict(mine=other)))


@pytest.mark.parametrize('encoder', [PSA, dict(type='TSNHead', num_classes=2)])
def test_encoder_that_does_not_encode_frames(encoder):
    with pytest.raises(TypeError, match='does not encode frames'):
        build(dict(vlad=VLAD), encoder=encoder)
