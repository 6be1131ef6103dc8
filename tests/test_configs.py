"""Every config parses and builds, and takes a training and a validation
step on tiny data of its own kind."""
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import yaml
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from projects_move.apis.config_utils import METHODS, add_method, type_name

ROOT = Path(__file__).parents[1]
CONFIGS = sorted(
    path for path in (ROOT / 'configs').rglob('*.py')
    if not {'_base_', 'methods', 'new_style'} & set(path.parts))
BASES = ('fsdd/baseline_logmel_adam-50e_fsdd',
         'videolt/baseline-agg_tsm_adam-100e_videolt')
COMBINATIONS = [(name, path) for path in BASES
                for name in ('cb_loss', 'cbs', 'cbs_official', 'eql', 'focal',
                             'framestack', 'ldam', 'mixup', 'srs')]
COMBINATIONS += [(name, BASES[1])
                 for name in ('attention_only', 'msa', 'netvlad_only')]
COMBINATIONS += [
    (name, path)
    for path in ('videolt/move_tsm_adam-100e_videolt',
                 'minikinetics/move_resnet50_adam-100e_minikinetics-ir0.05')
    for name in ('first_video_masks', 'no_interpolation',
                 'plain_interpolation')
]
KINDS = sorted((ROOT / 'configs' / 'utd_mhad').glob('move_*.py'))
NAMES = [str(path.relative_to(ROOT / 'configs')) for path in CONFIGS]


def is_type(part, name):
    return type_name(part['type']) == name


def with_methods(path, *names):
    cfg = Config.fromfile(path)
    for name in names:
        add_method(cfg, name)
    return cfg


def shrink(cfg, tmp_path):
    """Put a config on a few tiny videos, two classes a video where it is
    multi-label; keeps everything that is not a size or a path."""
    num_classes = cfg.model.cls_head.num_classes
    rgb = is_type(cfg.model.data_preprocessor, 'ActionDataPreprocessor')
    multi = is_type(cfg.train_dataloader.dataset, 'VideoLTDataset')
    rng = np.random.default_rng(0)
    lines = []
    side = 33 if cfg.model.data_preprocessor.get(
        'format_shape') != 'NCTHW' else 64
    for i in range(12 if side == 33 else 4):
        labels = [i % num_classes] + ([(i * 7 + 3) % num_classes] *
                                      (multi and i % 3 == 0))
        lines.append(f"v{i} {','.join(map(str, dict.fromkeys(labels)))}")
        write_video(tmp_path / f'v{i}.mp4', rng) if rgb else write_features(
            tmp_path / f'v{i}.npy', feature_channels(cfg), rng, frames=9 + i)
    (tmp_path / 'list.lst').write_text('\n'.join(lines) + '\n')
    (tmp_path /
     'classes.txt').write_text('\n'.join(f'class {i}'
                                         for i in range(num_classes)) + '\n')

    dataset = dict(
        type='LongTailDataset',
        ann_file='list.lst',
        classes='classes.txt',
        multi_class=multi,
        data_root=str(tmp_path),
        data_prefix={'video' if rgb else 'features': ''})
    for split in ('train', 'val', 'test'):
        loader = cfg[f'{split}_dataloader']
        pipeline = tiny_pipeline(loader.dataset.pipeline, side)
        loader.dataset = dict(
            dataset, pipeline=pipeline, test_mode=split != 'train')
        loader.batch_size = 5 if side == 33 else 2
        loader.num_workers = 0
        loader.persistent_workers = False
    cfg.train_cfg = dict(by_epoch=False, max_iters=1, val_interval=1)
    for scheduler in cfg.param_scheduler:
        scheduler.by_epoch = False
    shrink_model(cfg.model)
    shrink_backbone(cfg.model.backbone, side)
    cfg.model.backbone.pop('init_cfg', None)
    cfg.model.backbone.pop('pretrained', None)
    if 'TSM' in type_name(cfg.model.backbone.type):
        cfg.model.backbone.pretrained2d = False
    cfg.load_from = None
    cfg.default_hooks.checkpoint = dict(
        type='CheckpointHook', interval=1, by_epoch=False)
    cfg.work_dir = str(tmp_path / 'work')
    cfg.visualizer = None
    cfg.experiment_name = tmp_path.name
    return cfg


def shrink_model(model):
    """Fewer channels where nothing but time depends on them."""
    model.cls_head.hidden_channels = 24
    if model.get('neck') is None:
        return
    necks = model.neck.necks
    if necks.get('attention'):
        necks.attention.head_channels = 8
    if necks.get('netvlad'):
        necks.netvlad.num_clusters = 3
        necks.netvlad.out_channels = 16


def shrink_backbone(backbone, side):
    """For frames of this side, and less deep where that is a setting."""
    kind = type_name(backbone.type)
    if kind == 'MViT':
        backbone.spatial_size = side
    if kind == 'VisionTransformer':
        backbone.img_size = side
        backbone.depth = 2
    if kind == 'SwinTransformer3D':
        backbone.arch = dict(
            embed_dims=96, depths=[1] * 4, num_heads=[3, 6, 12, 24])


def feature_channels(cfg):
    neck = cfg.model.get('neck')
    return neck.in_channels if neck else cfg.model.cls_head.in_channels


def tiny_pipeline(pipeline, side):
    steps = []
    for step in pipeline:
        step = dict(step, type=type_name(step['type']))
        if is_type(step, 'Resize'):
            step['scale'] = (-1,
                             side + 7) if step['scale'][0] == -1 else (side,
                                                                       side)
        if step.get('clip_len', 1) > 1:
            step['num_clips'] = 2
        for size in {'crop_size', 'input_size'} & set(step):
            step[size] = side
        steps.append(step)
    return steps


def write_features(path, channels, rng, frames):
    np.save(path, rng.standard_normal((frames, channels)).astype(np.float16))


def write_video(path, rng, frames=16):
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), 15, (64, 64))
    for _ in range(frames):
        writer.write(rng.integers(0, 255, (64, 64, 3), dtype=np.uint8))
    writer.release()


# what torch says of Swin's way of calling it
pytestmark = pytest.mark.filterwarnings('ignore:.*meshgrid:UserWarning')


class StartingWeights(Hook):
    """Remembers the weights that a training starts from."""

    def before_train_iter(self, runner, *args, **kwargs):
        self.weights = {
            name: value.detach().clone()
            for name, value in runner.model.named_parameters()
        }


def test_there_are_configs():
    assert len(CONFIGS) > 20


@pytest.mark.parametrize('path', CONFIGS, ids=NAMES)
def test_config_builds_at_its_own_size(path):
    cfg = Config.fromfile(path)
    init_default_scope(cfg.default_scope)
    cfg.model.backbone.pop('init_cfg', None)
    # some backbones compute with their first values
    with torch.device('cpu' if path in KINDS else 'meta'):
        model = MODELS.build(cfg.model)
    num_classes = cfg.model.cls_head.num_classes
    assert len(model.cls_head.classifier.bias) == num_classes


@pytest.mark.parametrize('path', CONFIGS, ids=NAMES)
def test_config_trains_and_validates(path, tmp_path):
    train_and_validate(Config.fromfile(path), tmp_path)


@pytest.mark.parametrize('path', KINDS, ids=lambda path: path.stem)
def test_backbone_trains_or_is_frozen(path, tmp_path):
    cfg = Config.fromfile(path)
    cfg.model.freeze_backbone = not cfg.model.get('freeze_backbone', False)
    train_and_validate(cfg, tmp_path)


def train_and_validate(cfg, tmp_path):
    torch.manual_seed(0)
    cfg = shrink(cfg, tmp_path)
    runner = Runner.from_cfg(cfg)
    start = StartingWeights()
    runner.register_hook(start)
    runner.train()

    changed = [
        name for name, value in runner.model.named_parameters()
        if not torch.equal(value, start.weights[name])
    ]
    assert any(name.startswith('cls_head') for name in changed)
    if cfg.model.get('neck'):
        assert any(name.startswith('neck') for name in changed)
    rgb = not is_type(cfg.model.backbone, 'IdentityBackbone')
    frozen = cfg.model.get('freeze_backbone', False)
    assert any(name.startswith('backbone') for name in changed) == (
        rgb and not frozen)
    metrics = runner.val_loop.run()
    assert 0 <= metrics['long_tail/mAP'] <= 1
    assert (tmp_path / 'work' / 'iter_1.pth').exists()


@pytest.mark.parametrize('name, path', COMBINATIONS)
def test_method_on_top_trains_and_validates(name, path, tmp_path):
    path = ROOT / 'configs' / f'{path}-feature.py'
    method = METHODS / f'{name}.py'
    train_and_validate(with_methods(path, name), tmp_path)
    cfg = Config.fromfile(path)
    assert with_methods(path, method).to_dict() != cfg.to_dict()


def test_every_method_is_tried():
    assert {name
            for name, _ in COMBINATIONS
            } == {path.stem
                  for path in METHODS.glob('*.py')}


def test_settings_of_a_data_set_go_first(tmp_path):
    (tmp_path / 'methods').mkdir()
    (tmp_path / 'a.py').write_text('model = dict(cls_head=dict())')
    (tmp_path / 'methods' / 'focal.py').write_text(
        f"_base_ = '{METHODS}/focal.py'\n"
        'model = dict(cls_head=dict(loss_cls=dict(gamma=3.)))')
    loss = with_methods(tmp_path / 'a.py', 'focal').model.cls_head.loss_cls
    assert loss.gamma == 3 and loss.type == 'SigmoidFocalLoss'


def test_unknown_method_is_named():
    with pytest.raises(
            ValueError, match="one of .*, focal, .*; found no method 'fokal'"):
        with_methods(CONFIGS[0], 'fokal')


@pytest.mark.parametrize('path', CONFIGS, ids=NAMES)
def test_config_is_a_delta(path):
    assert len(path.read_text().splitlines()) <= 30


def test_metafiles_name_the_configs():
    for path in (ROOT / 'configs').glob('*/metafile.yml'):
        models = yaml.safe_load(path.read_text())['Models']
        named = {ROOT / model['Config'] for model in models}
        assert all(file.is_file() for file in named)
        assert {file.stem for file in named} == {m['Name'] for m in models}
        if path.parent.name != 'fsdd':
            assert named == set(path.parent.glob('*.py'))
