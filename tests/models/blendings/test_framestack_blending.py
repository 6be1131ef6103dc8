import pytest
import torch
from mmaction.registry import MODELS

from projects_move import functional as F
from projects_move.errors import InputError
from tests.tiny import sample

S = 5
AP = torch.tensor([.9, .1, .5, .2, .7])


def build(**kwargs):
    return MODELS.build(dict(type='FramestackBlending', **kwargs))


def batch(multi=False):
    labels = [[0, 3], [1], [4], [2, 1], [3], [0]
              ] if multi else [0, 1, 4, 2, 3, 0]
    return torch.randn(6, 8, 3), [sample(label, S) for label in labels]


def targets(samples):
    from projects_move.models.heads import stack_targets
    return stack_targets(samples, S, AP)


@pytest.mark.parametrize('multi', [False, True])
@pytest.mark.parametrize('ratio, blended', [(.5, 3), (1., 6), (.4, 2)])
def test_blends_the_first_of_a_batch(multi, ratio, blended):
    inputs, samples = batch(multi)
    before = targets(samples)
    blending = build(ratio=ratio)
    blending.set_class_ap(AP)
    torch.manual_seed(3)
    partner = torch.randperm(blended)
    torch.manual_seed(3)
    out, samples = blending(inputs, samples)
    clips, mixed = F.stack_frames(inputs[:blended], before[:blended], AP,
                                  partner, 8)
    assert torch.equal(out, torch.cat([clips, inputs[blended:]]))
    assert torch.equal(targets(samples)[:blended], mixed)
    assert torch.equal(targets(samples)[blended:], before[blended:])


def test_other_clip_length_and_raw_frames():
    blending = build(ratio=1., clip_length=11)
    blending.set_class_ap(AP)
    _, samples = batch()
    out, _ = blending(torch.randn(6, 8, 3, 4, 5), samples)
    assert out.shape == (6, 11, 3, 4, 5)
    with pytest.raises(
            ValueError, match='clips of 11 frames cannot be in one batch'):
        blending.ratio = .5
        blending(*batch())


@pytest.mark.parametrize('name', ['FramestackBlending', 'MixupBlending'])
def test_in_the_data_preprocessors(name):
    blending = dict(type=name)
    if name == 'MixupBlending':
        blending.update(num_classes=S, alpha=1.)
    for type, shape in (('FeatureDataPreprocessor', (8, 3)),
                        ('ActionDataPreprocessor', (8, 3, 4, 5))):
        module = MODELS.build(dict(type=type, blending=blending))
        if name == 'FramestackBlending':
            module.blending.set_class_ap(AP)
        inputs = [torch.randn(shape) for _ in range(6)]
        data = dict(inputs=inputs, data_samples=batch()[1])
        plain = module(data, False)
        assert torch.equal(plain['inputs'], torch.stack(inputs))
        out = module(data, True)
        assert out['inputs'].shape == (6, *shape)
        assert not torch.equal(out['inputs'], plain['inputs'])
        assert (targets(out['data_samples']).sum(1) - 1).abs().max() < 1e-6


def test_padding_is_not_blended():
    module = MODELS.build(
        dict(
            type='FeatureDataPreprocessor',
            blending=dict(type='FramestackBlending')))
    with pytest.raises(InputError, match='would blend the padding'):
        module(
            dict(
                inputs=[torch.randn(n, 3) for n in (4, 6)],
                data_samples=batch()[1][:2]), True)


@pytest.mark.parametrize('ratio', [0, 1.2])
def test_error_text(ratio):
    with pytest.raises(ValueError, match='ratio must be in'):
        build(ratio=ratio)
