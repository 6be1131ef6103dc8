import pytest
import torch
from torch import nn

from projects_move.errors import InputError
from projects_move.models.backbones import frame_channels, frame_features


class Declares(nn.Module):

    def __init__(self, **attributes):
        super().__init__()
        for name, value in attributes.items():
            setattr(self, name, value)


def test_maps_are_averaged_and_parts_are_concatenated():
    frames, clips, token = torch.randn(3, 4, 5,
                                       6), torch.randn(3, 2, 4, 5,
                                                       6), torch.randn(3, 4)
    out = frame_features((frames, clips, [frames, token]), nn.Identity(), 3,
                         10)
    expected = [[part[i].flatten(1).mean(1) for part in (frames, clips)]
                for i in range(3)]
    expected = [torch.cat([*row, token[i]]) for i, row in enumerate(expected)]
    torch.testing.assert_close(out, torch.stack(expected))
    assert torch.equal(frame_features(token, nn.Identity(), 3, None), token)


OUTPUTS = dict(
    tokens=(torch.ones(3, 197, 8), r'\(3, 197, 8\)'),
    channels_first_tokens=(torch.ones(3, 8, 197), r'\(3, 8, 197\)'),
    channels_last=(torch.ones(3, 7, 7, 8), r'\(3, 7, 7, 8\)'),
    logits=(torch.ones(3, 1000), r'\(3, 1000\)'),
    other_frames=(torch.ones(2, 8), r'\(2, 8\)'),
    all_frames_in_one=(torch.ones(8), r'\(8,\)'),
    several_scales=((torch.ones(3, 4, 2, 2), torch.ones(3, 8, 1, 1)),
                    r'\[\(3, 4, 2, 2\), \(3, 8, 1, 1\)\]'),
    pair_of_other_channels=([[torch.ones(3, 4, 2, 2),
                              torch.ones(3, 8)]],
                            r'\[\[\(3, 4, 2, 2\), \(3, 8\)\]\]'),
    nested=([(torch.ones(3,
                         8), torch.ones(3,
                                        8))], r'\[\[\(3, 8\), \(3, 8\)\]\]'),
    nothing=((), r'\[\]'),
    mapping=(dict(logits=torch.ones(3, 8)), 'dict'),
    none=(None, 'NoneType'),
    integers=(torch.ones(3, 8, dtype=torch.long), r'\(3, 8\)'),
)


@pytest.mark.parametrize('kind', OUTPUTS)
def test_other_outputs_are_refused(kind):
    output, shape = OUTPUTS[kind]
    with pytest.raises(
            InputError,
            match=f'the backbone Identity returned {shape} for 3 frames.*'
            r'expected features \(N, 8\) or maps \(N, 8, ...\) of N=3'):
        frame_features(output, nn.Identity(), 3, 8)


@pytest.mark.parametrize('kind', ['tokens', 'mapping', 'none', 'nothing'])
def test_are_refused_without_known_channels(kind):
    with pytest.raises(InputError, match=r'expected features \(N, C\)'):
        frame_features(OUTPUTS[kind][0], nn.Identity(), 3, None)


def test_expected_channels():
    declares = Declares(num_features=768)
    assert frame_channels(declares, None) == 768
    assert frame_channels(declares, 768) == 768
    assert frame_channels(nn.Identity(), 12) == 12
    assert frame_channels(nn.Identity(), None) is None
    assert frame_channels(Declares(num_features=[96, 768]), 768) == 768
    both = Declares(num_features=288, head_hidden_size=1024)
    assert frame_channels(both, None) == 1024
    with pytest.raises(
            InputError,
            match='Declares returns 768 channels, but the config has '
            'in_channels=197: expected in_channels=768'):
        frame_channels(declares, 197)
