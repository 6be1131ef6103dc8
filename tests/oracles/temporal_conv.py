"""Temporal convolutions of one video, one frame and channel at a time."""
import math

import torch


def temporal_convolutions(frames, state, kernel_size, num_blocks):
    """Encoded frames ``(T, D)`` of a video ``(T, C)``, by the parameters of a
    ``TemporalConvEncoder``."""
    x = [linear(frame, state, 'proj') for frame in frames]
    for i in range(num_blocks):
        block = f'blocks.{i}'
        normed = [layer_norm(frame, state, f'{block}.norm') for frame in x]
        x = [
            frame + mlp(
                convolve(normed, t, state, f'{block}.conv', kernel_size),
                state, f'{block}.mlp') for t, frame in enumerate(x)
        ]
    return torch.stack(x)


def linear(x, state, name):
    return state[f'{name}.weight'] @ x + state[f'{name}.bias']


def layer_norm(x, state, name):
    variance = sum((value - x.mean())**2 for value in x) / len(x)
    normed = (x - x.mean()) / torch.sqrt(variance + 1e-5)
    return normed * state[f'{name}.weight'] + state[f'{name}.bias']


def convolve(frames, t, state, name, kernel_size):
    out = state[f'{name}.bias'].clone()
    for channel in range(len(out)):
        for j in range(kernel_size):
            other = t + j - kernel_size // 2
            if 0 <= other < len(frames):
                weight = state[f'{name}.weight'][channel, 0, j]
                out[channel] = out[channel] + weight * frames[other][channel]
    return out


def mlp(x, state, name):
    hidden = linear(x, state, f'{name}.0')
    hidden = hidden * (1 + torch.erf(hidden / math.sqrt(2))) / 2
    return linear(hidden, state, f'{name}.2')
