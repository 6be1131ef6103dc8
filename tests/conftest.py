from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.registry import init_default_scope

import projects_move  # noqa: F401  registers the components

ROOT = Path(__file__).parents[1]


@pytest.fixture
def shared() -> Path:
    """Folder of benchmark lists and real data, beside the checkout."""
    folder = ROOT.parent / 'shared'
    if not folder.is_dir():
        pytest.skip(f'there is no folder {folder.name}/ with lists and real '
                    'data beside the checkout')
    return folder


@pytest.fixture(autouse=True)
def seeded():
    """Seed every test, so that results do not depend on the order of tests."""
    torch.manual_seed(0)
    np.random.seed(0)
    init_default_scope('mmaction')
