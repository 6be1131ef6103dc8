"""Every config builds as it stands, and is trained and tested on tiny data."""
import pytest
import torch
import yaml
from mmaction.registry import MODELS

from projects_move.models.backbones import TransformersBackbone, library_config
from tests.config_runs import CONFIGS, ROOT, load, train_and_test
from tests.published_library_weights import is_library, published_preprocessing

# the names that README and paper use for two configs of videolt/
FRONT_DOORS = {
    'move_tsm_videolt.py': 'videolt/move_tsm_adam-100e_videolt-feature.py',
    'move_tsm_videolt_rgb.py': 'videolt/move_tsm-r50_adam-100e_videolt-rgb.py'
}
LEAVES = [name for name in CONFIGS if name not in FRONT_DOORS]
# torch's warning about Swin's call of it
pytestmark = pytest.mark.filterwarnings('ignore:.*meshgrid:UserWarning')


def test_there_are_configs():
    assert len(CONFIGS) > 20


@pytest.mark.parametrize('name', FRONT_DOORS)
def test_front_door_is_a_config_of_videolt(name):
    assert load(name).to_dict() == load(FRONT_DOORS[name]).to_dict()


@pytest.mark.parametrize('name', LEAVES)
def test_trains_from_its_weights(name, tmp_path, monkeypatch):
    monkeypatch.setenv('MOBILENET_V2', str(tmp_path / 'mobilenet_v2.pth'))
    train_and_test(load(name), tmp_path, monkeypatch)


@pytest.mark.parametrize('name', [
    name for name in LEAVES
    if is_library(load(name).model.backbone) and 'utd_mhad' in name
])
def test_numbers_are_those_of_the_library(name):
    """Of the whole model, at its size."""
    cfg = load(name)
    with torch.device('meta'):
        backbone = MODELS.build(library_config(cfg.model.backbone))
    clips = cfg.model.data_preprocessor.format_shape == 'NCTHW'
    assert cfg.model.neck.in_channels == backbone.out_channels
    rule = backbone.preprocessing
    if isinstance(backbone, TransformersBackbone):
        rule = published_preprocessing(backbone.name)
    assert rule.data_preprocessor(clips) == cfg.model.data_preprocessor
    for split in ('train', 'test'):
        pipeline = cfg[f'{split}_dataloader'].dataset.pipeline
        assert [dict(step) for step in pipeline[3:5]] == rule.transforms()


@pytest.mark.parametrize(
    'name', [name for name in LEAVES if name.startswith(('videolt', 'mini'))])
def test_builds_with_the_aggregators_of_the_paper(name):
    cfg = load(name)
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    num_classes = cfg.model.cls_head.num_classes
    assert len(model.cls_head.classifier.bias) == num_classes


@pytest.mark.parametrize('name', CONFIGS)
def test_config_is_a_delta(name):
    assert len(CONFIGS[name].read_text().splitlines()) <= 30


def test_metafiles_name_the_configs():
    for path in (ROOT / 'configs').glob('*/metafile.yml'):
        models = yaml.safe_load(path.read_text())['Models']
        named = {ROOT / model['Config'] for model in models}
        assert all(file.is_file() for file in named)
        assert {file.stem for file in named} == {m['Name'] for m in models}
        if path.parent.name != 'fsdd':
            assert named == set(path.parent.glob('*.py'))
