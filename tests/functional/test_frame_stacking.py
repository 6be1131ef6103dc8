import numpy as np
import pytest
import torch

from projects_move import functional as F
from tests.golden import load


def by_a_loop(frames, target, ap, partner, clip_length):
    """One video after another, as the paper of VideoLT describes."""
    clips, labels = [], []
    strength = (target * ap).mean(-1)
    for i, j in enumerate(partner.tolist()):
        total = strength[i] + strength[j]
        share = .5 if total < 1e-5 else (strength[i] / total).item()
        theirs = int(share * clip_length)
        places = [
            np.linspace(0, frames.shape[1] - 1, n).astype(int)
            for n in (theirs, clip_length - theirs)
        ]
        clips.append(torch.cat([frames[j][places[0]], frames[i][places[1]]]))
        labels.append((1 - share) * target[i] + share * target[j])
    return torch.stack(clips), torch.stack(labels)


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_golden(dtype):
    tensors = load('framestack', dtype)
    clips, labels = F.stack_frames(tensors['x'], tensors['target'],
                                   tensors['ap'], tensors['perm'],
                                   int(tensors['clip_length']))
    torch.testing.assert_close(clips, tensors['x_mixed'])
    torch.testing.assert_close(
        labels, tensors['target_mixed'], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize('num_frames, clip_length', [(9, 14), (23, 7), (1, 5),
                                                     (6, 1)])
def test_against_a_loop(num_frames, clip_length):
    frames = torch.randn(8, num_frames, 3, dtype=torch.float64)
    target = (torch.rand(8, 5) < .4).double()
    target[2] = target[3] = 0
    ap = torch.rand(5, dtype=torch.float64)
    partner = torch.tensor([1, 0, 3, 2, 5, 6, 7, 4])
    expected = by_a_loop(frames, target, ap, partner, clip_length)
    mixed = F.stack_frames(frames, target, ap, partner, clip_length)
    torch.testing.assert_close(mixed[0], expected[0], rtol=0, atol=0)
    torch.testing.assert_close(mixed[1], expected[1], rtol=1e-10, atol=1e-12)


def test_a_video_with_itself_keeps_its_labels():
    frames, target = torch.randn(3, 8, 2), torch.rand(3, 4)
    _, labels = F.stack_frames(frames, target, torch.rand(4), torch.arange(3),
                               8)
    torch.testing.assert_close(labels, target)


def test_weak_classes_get_more_of_the_clip():
    frames = torch.stack([torch.zeros(10, 1), torch.ones(10, 1)])
    clips, _ = F.stack_frames(frames, torch.eye(2), torch.tensor([.1, .9]),
                              torch.tensor([1, 0]), 20)
    assert (clips[0] == 0).sum() == 18 and (clips[1] == 0).sum() == 18


def test_gradcheck():
    frames = torch.randn(3, 4, 2, dtype=torch.float64, requires_grad=True)
    target, ap = torch.eye(3).double(), torch.tensor([.2, .5, .9]).double()
    partner = torch.tensor([2, 0, 1])
    assert torch.autograd.gradcheck(
        lambda x: F.stack_frames(x, target, ap, partner, 6)[0], frames)
