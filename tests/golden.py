"""Golden vectors, and their weights under the names of our modules."""
from pathlib import Path

import numpy as np
import torch

FOLDER = Path(__file__).parent / 'data' / 'golden'

PSA_NAMES = {
    'w_qs.weight': 'query.weight',
    'w_ks.weight': 'key.weight',
    'w_vs.weight': 'value.weight',
    'fc.weight': 'proj.weight',
    'layer_norm.weight': 'norm.weight',
    'layer_norm.bias': 'norm.bias',
}


def rename_psa(name):
    """Rename a released attention tensor to that of our neck."""
    return PSA_NAMES[name]


def rename_netvlad(name):
    """Rename a released NetVLAD tensor to that of our neck."""
    for old, new in (('vlad.gate_weight', 'gate'), ('vlad.activation_fc',
                                                    'assignment'),
                     ('vlad.bn1', 'assignment_norm'), ('hidden_fc', 'proj'),
                     ('bn1', 'input_norm'), ('bn2', 'norm')):
        if name.startswith(old):
            return new + name[len(old):]
    raise KeyError(name)


def rename_classifier(name):
    """Rename a released classifier tensor to that of our head."""
    return name.replace('fc1', 'hidden').replace('project', 'classifier')


def load(name, dtype=None):
    """Tensors of a golden file; floats are cast to ``dtype`` if given."""
    with np.load(FOLDER / f'{name}.npz', allow_pickle=False) as z:
        tensors = {key: torch.from_numpy(z[key]) for key in z}
    if dtype is None:
        return tensors
    return {
        key: value.to(dtype) if value.is_floating_point() else value
        for key, value in tensors.items()
    }


def state(tensors, prefix, rename):
    """State dict of the tensors below ``prefix``, under our names."""
    return {
        rename(key[len(prefix):]): value
        for key, value in tensors.items() if key.startswith(prefix)
    }


def relative_error(ours, theirs, floor=1e-30):
    """Largest difference, relative to the scale of ``theirs``.

    ``floor`` is the smallest scale, for values that are zero but for rounding.
    """
    assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
    ours, theirs = ours.detach().double(), theirs.detach().double()
    scale = theirs.abs().max().clamp(min=floor)
    return float((ours - theirs).abs().max() / scale)


def assert_close(ours, theirs, tolerance, what='', floor=1e-30):
    """Assert that ``relative_error`` is within ``tolerance`` and not NaN."""
    error = relative_error(ours, theirs, floor)
    assert error <= tolerance, f'{what}: {error:.2e} > {tolerance:.0e}'
