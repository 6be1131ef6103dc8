"""Configs of MOVE and its baseline for a custom data set."""
import shlex
from pathlib import Path
from typing import List, NamedTuple, Sequence, Tuple

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'
FEATURE = '''# {extract}
# python tools/train.py {file}
_base_ = [
    {base_model!r},
    {base_feature!r},
    {base_schedule!r}
]

channels = {channels}
model = dict(
    neck=dict(in_channels=channels),
    cls_head=dict(num_classes={num_classes}))
data = dict(
    data_root={data_root!r},
    multi_class={multi_class},
    list_format='list')
'''
LOADERS = '''train_dataloader = dict(dataset=dict({train}**data))
val_dataloader = dict(dataset=dict({test}**data))
test_dataloader = dict(dataset=dict({test}**data))
'''
ONE_LIST = '''train_dataloader = dict(dataset=dict({train}**data))
held_out = dict(ann_file='{held_out}.lst', {test}**data)
val_dataloader = dict(dataset=held_out)
test_dataloader = val_dataloader
# no list to select a checkpoint: the last epoch is used
default_hooks = dict(checkpoint=dict(save_best=None))
'''


class BackboneTexts(NamedTuple):
    """Parts of the configs that depend on the backbone.

    Attributes:
        rgb: Template of the config of raw videos.
        channels: Channels of the features.
        has_pipelines: Whether the template has pipelines of its own, called
            ``train_steps`` and ``test_steps``.
        extract: Command that extracts the features.
    """
    rgb: str
    channels: int
    has_pipelines: bool
    extract: str


def write_configs(out: Path, videos: Path, num_classes: int, multi_class: bool,
                  backbone: BackboneTexts,
                  held_out: Sequence[str]) -> List[Path]:
    """Write configs of MOVE and the baseline with aggregators, for videos and
    for features.

    Args:
        out: Folder of the lists, class names and configs.
        videos: Folder of the videos.
        num_classes: Number of classes, S.
        multi_class: Whether videos have several labels.
        backbone: What depends on the backbone.
        held_out: Existing lists, ``'val'``, ``'test'`` or both. A single list
            serves as both.

    Returns:
        Paths of the configs.
    """
    files = []
    base = CONFIGS / '_base_'
    common = dict(
        base_backbone=str(base / 'backbones' / 'tsm_r50.py'),
        base_rgb=str(base / 'datasets' / 'custom_rgb.py'),
        base_feature=str(base / 'datasets' / 'custom_feature.py'),
        base_schedule=str(base / 'schedules' / 'adam_100e.py'),
        held_out=held_out[0],
        data_root=str(out.resolve()),
        videos=str(videos.resolve()),
        num_classes=num_classes,
        channels=backbone.channels,
        extract=backbone.extract,
        multi_class=multi_class)
    loaders = LOADERS if len(held_out) == 2 else ONE_LIST
    for model in ('baseline_agg', 'move'):
        for kind, text in dict(rgb=backbone.rgb, feature=FEATURE).items():
            path = out / f"{model.replace('_', '-')}_{kind}.py"
            train, test = _pipelines(model == 'move', kind == 'rgb'
                                     and backbone.has_pipelines)
            path.write_text(
                (text + loaders).format(
                    base_model=str(base / 'models' / f'{model}.py'),
                    file=quote(path),
                    train=train,
                    test=test,
                    **common),
                encoding='utf-8')
            files.append(path)
    return files


def _pipelines(has_views: bool, is_own: bool) -> Tuple[str, str]:
    """Arguments of the data sets that set the pipelines of training and test;
    empty for those of the bases."""
    test = 'pipeline=test_steps, ' if is_own else ''
    train = 'train_steps' if is_own else '_base_.train_pipeline'
    if has_views:
        return f'pipeline={train} + _base_.views, ', test
    return f'pipeline={train}, ' if is_own else '', test


def quote(path: Path) -> str:
    """Path quoted for a shell."""
    return shlex.quote(str(path))
