import pytest
import torch
from torch import nn

from projects_move.apis.extraction.backbone_weights import load_backbone
from tests.tiny import Tiny2D


def save(path, state):
    torch.save(dict(state_dict=state), path)
    return str(path)


def state_of(backbone, prefix='backbone.'):
    return {prefix + key: part for key, part in backbone.state_dict().items()}


def test_weights_of_the_backbone_are_loaded(tmp_path):
    """A wrapped model with a head, without the counter of batch norm."""
    saved, backbone = Tiny2D(), Tiny2D()
    state = state_of(saved, 'module.backbone.')
    del state['module.backbone.norm.num_batches_tracked']
    state['module.cls_head.fc.weight'] = torch.ones(2, 3)
    load_backbone(backbone, save(tmp_path / 'a.pth', state))
    for ours, theirs in zip(backbone.parameters(), saved.parameters()):
        assert torch.equal(ours, theirs)


def test_integer_buffers_may_differ(tmp_path):
    backbone, saved = Tiny2D(), Tiny2D()
    backbone.register_buffer('positions', torch.arange(3))
    saved.register_buffer('index', torch.arange(3))
    load_backbone(backbone, save(tmp_path / 'a.pth', state_of(saved)))
    assert torch.equal(backbone.conv.weight, saved.conv.weight)
    buffers_only = nn.Module()
    buffers_only.register_buffer('filters', torch.ones(2))
    with pytest.raises(ValueError, match='lacks 1 of the 1 weights'):
        load_backbone(buffers_only,
                      save(tmp_path / 'b.pth', dict(a=torch.ones(1))))


@pytest.mark.parametrize('state, message', [
    (dict(), r'a.pth is no checkpoint: .* an empty dict'),
    (Tiny2D().state_dict(), 'lacks 7 of the 7'),
    ({
        key: part
        for key, part in state_of(Tiny2D()).items() if 'running' not in key
    }, 'lacks 2 of the 7 .* Tiny2D, first backbone.norm.running_mean'),
    (dict(state_of(Tiny2D()), **{'backbone.layer2.weight': torch.ones(1)}),
     'a.pth has 1 weights that .* Tiny2D lacks, first backbone.layer2.weight'),
    (state_of(Tiny2D(channels=5)),
     r'backbone.conv.bias has the shape \(5,\), expected \(6,\)'),
])
def test_other_weights_are_refused(tmp_path, state, message):
    backbone = Tiny2D()
    before = backbone.conv.weight.clone()
    with pytest.raises(ValueError, match=message):
        load_backbone(backbone, save(tmp_path / 'a.pth', state))
    assert torch.equal(backbone.conv.weight, before)
