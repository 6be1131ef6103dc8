"""Configs of MOVE and its baseline for a custom data set."""
import shlex
from pathlib import Path
from typing import List, Sequence

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'
RGB = '''# python tools/train.py {file}
_base_ = [
    {base_model!r},
    {base_backbone!r},
    {base_rgb!r},
    {base_schedule!r}
]

model = dict(
    _base_.recognizer,
    neck=dict(
        in_channels=2048, necks=dict(netvlad=dict(detach_frames=False))),
    cls_head=dict(num_classes={num_classes}))
data = dict(
    data_root={data_root!r},
    data_prefix=dict(video={videos!r}),
    multi_class={multi_class},
    list_format='list')
'''
FEATURE = '''# python tools/extract_features.py {rgb} \\
#     --num-frames 152 --out {features}
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
LOADERS = '''train_dataloader = dict(dataset=dict({pipeline}**data))
val_dataloader = dict(dataset=dict(**data))
test_dataloader = dict(dataset=dict(**data))
'''
ONE_LIST = '''train_dataloader = dict(dataset=dict({pipeline}**data))
val_dataloader = dict(dataset=dict(ann_file='{held_out}.lst', **data))
test_dataloader = val_dataloader
# no list to select a checkpoint: the last epoch is used
default_hooks = dict(checkpoint=dict(save_best=None))
'''


def write_configs(out: Path, videos: Path, num_classes: int, multi_class: bool,
                  channels: int, held_out: Sequence[str]) -> List[Path]:
    """Write configs of MOVE and the baseline with aggregators, for videos and
    for features.

    Args:
        out: Folder of the lists, class names and configs.
        videos: Folder of the videos.
        num_classes: Number of classes, S.
        multi_class: Whether videos have several labels.
        channels: Channels of the features.
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
        channels=channels,
        rgb=_quote(out / 'move_rgb.py'),
        features=_quote(out.resolve() / 'features'),
        multi_class=multi_class)
    loaders = LOADERS if len(held_out) == 2 else ONE_LIST
    for model in ('baseline_agg', 'move'):
        for kind, text in dict(rgb=RGB, feature=FEATURE).items():
            path = out / f"{model.replace('_', '-')}_{kind}.py"
            pipeline = '' if model != 'move' else (
                'pipeline=_base_.train_pipeline + _base_.views, ')
            path.write_text(
                (text + loaders).format(
                    base_model=str(base / 'models' / f'{model}.py'),
                    file=_quote(path),
                    pipeline=pipeline,
                    **common),
                encoding='utf-8')
            files.append(path)
    return files


def _quote(path: Path) -> str:
    """Path quoted for a shell."""
    return shlex.quote(str(path))
