from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.registry import init_default_scope

import projects_move  # noqa: F401  registers the components

ROOT = Path(__file__).parents[1]


@pytest.fixture
def shared() -> Path:
    """Golden vectors, benchmark lists and real data, beside the checkout."""
    folder = ROOT.parent / 'shared'
    if not (folder / 'golden').is_dir():
        pytest.skip(f'needs the reference data in {folder.name}/ beside the '
                    'checkout, which is not there')
    return folder


@pytest.fixture(autouse=True)
def seeded():
    """Every test draws the same numbers, whichever ran before it."""
    torch.manual_seed(0)
    np.random.seed(0)
    init_default_scope('mmaction')
