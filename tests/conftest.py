from pathlib import Path

import numpy as np
import pytest
import torch
from jaxtyping import install_import_hook
from mmengine.registry import init_default_scope

import tests.typechecker  # noqa: F401  the import hook finds it by name

# each call in the tests is checked against the shapes in the signatures
CHECKED = [
    'projects_move.functional', 'projects_move.models.heads',
    'projects_move.models.losses', 'projects_move.models.necks',
    'projects_move.models.recognizers'
]
with install_import_hook(CHECKED, 'tests.typechecker.check'):
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
    """Seed each test, so that its numbers do not depend on other tests."""
    torch.manual_seed(0)
    np.random.seed(0)
    init_default_scope('mmaction')
