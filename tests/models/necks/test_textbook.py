"""The necks equal their textbook forms: outputs, gradients, statistics."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.models.necks import FrameMasks
from tools.benchmarks import textbook

C, B = 24, 6


def masks(kind, views, num_frames):
    shape = (B, views, num_frames)
    if kind == 'one frame':
        index = torch.randint(num_frames, shape[:2])
        return torch.nn.functional.one_hot(index, num_frames).bool()
    if kind == 'all frames':
        return torch.ones(shape, dtype=torch.bool)
    mask = torch.rand(shape) < .5
    mask[..., 0] |= ~mask.any(-1)
    return mask


def pair(neck, form):
    form.double().load_state_dict(neck.double().state_dict())
    return neck, form


def same(neck, form, ours, theirs, frames):
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)
    out_grad = torch.randn_like(ours)
    grads = []
    for model, out in ((neck, ours), (form, theirs)):
        (out * out_grad).sum().backward()
        grads.append(frames.grad)
        frames.grad = None
    if grads[0] is not None or grads[1] is not None:
        torch.testing.assert_close(*grads, rtol=0, atol=1e-10)
    known = dict(form.named_parameters())
    for name, parameter in neck.named_parameters():
        a, b = parameter.grad, known[name].grad
        if a is not None or b is not None:
            torch.testing.assert_close(a, b, rtol=0, atol=1e-10)
    known = dict(form.named_buffers())
    for name, buffer in neck.named_buffers():
        torch.testing.assert_close(buffer, known[name], rtol=0, atol=1e-10)


@pytest.mark.parametrize('num_frames', [1, 13, 60])
@pytest.mark.parametrize('views', [1, 2, 3])
@pytest.mark.parametrize('kind', ['one frame', 'some frames', 'all frames'])
@pytest.mark.parametrize('detach', [True, False])
def test_netvlad(num_frames, views, kind, detach):
    neck, form = pair(
        MODELS.build(
            dict(
                type='NetVLADNeck',
                in_channels=C,
                num_clusters=5,
                out_channels=9,
                detach_frames=detach)), textbook.NetVLAD(C, 5, 9, detach))
    frames = torch.randn(B, num_frames, C, dtype=torch.float64)
    frames.requires_grad_()
    mask = masks(kind, views, num_frames)
    same(neck, form, neck(frames, mask), form(frames, mask), frames)


def test_netvlad_with_an_empty_cluster():
    neck, form = pair(
        MODELS.build(
            dict(
                type='NetVLADNeck',
                in_channels=C,
                num_clusters=5,
                out_channels=9)), textbook.NetVLAD(C, 5, 9))
    for model in (neck, form):
        model.assignment_norm.bias.data[2] = -2000  # softmax is exactly 0
    frames = torch.randn(B, 7, C, dtype=torch.float64, requires_grad=True)
    mask = masks('some frames', 2, 7)
    same(neck, form, neck(frames, mask), form(frames, mask), frames)


@pytest.mark.parametrize('num_frames', [1, 13, 60])
@pytest.mark.parametrize('views', [1, 2, 3])
@pytest.mark.parametrize('kind', ['one frame', 'some frames', 'all frames'])
def test_attention(num_frames, views, kind):
    neck, form = pair(
        MODELS.build(
            dict(
                type='PSANeck',
                in_channels=C,
                num_heads=3,
                head_channels=4,
                dropout_ratio=0.)), textbook.PSA(C, 3, 4, 0.))
    frames = torch.randn(B, num_frames, C, dtype=torch.float64)
    frames.requires_grad_()
    query = masks(kind, views, num_frames)
    key = torch.rand(B, 1, num_frames) < .5
    key[0] = False  # all hidden: uniform
    ours = neck(frames, FrameMasks(query=query, key=key))
    same(neck, form, ours, form(frames, query, key), frames)


def test_in_evaluation():
    settings = dict(in_channels=C)
    necks = dict(
        attention=dict(type='PSANeck', num_heads=3, head_channels=4),
        netvlad=dict(type='NetVLADNeck', num_clusters=5, out_channels=9))
    forms = dict(
        attention=textbook.PSA(C, 3, 4), netvlad=textbook.NetVLAD(C, 5, 9))
    frames = torch.randn(B, 150, C, dtype=torch.float64)
    for name, cfg in necks.items():
        neck, form = pair(MODELS.build({**settings, **cfg}), forms[name])
        with torch.no_grad():
            ours, theirs = neck.eval()(frames), form.eval()(frames)
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-10)
