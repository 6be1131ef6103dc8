"""Parts of the configs of a custom data set that depend on the backbone."""
import argparse
import shlex

from mmengine.config import Config

from projects_move.apis.configs.cfg_options import parse_cfg_options
from projects_move.apis.extraction.backbone_job import (BackboneSetup,
                                                        backbone_setup)
from .configs import BackboneTexts, quote

CHANNELS = 2048
TSM = '''# python tools/train.py {file}
# {recipe}
# MOVE+, MOVE and the baseline have the same recipe
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
    cls_head=dict(num_classes={num_classes}{scores}))
data = dict(
    data_root={data_root!r},
    data_prefix=dict(video={videos!r}),
    multi_class={multi_class},
    list_format='list')
'''
LIBRARY = '''# python tools/train.py {{file}}
# {{recipe}}
# MOVE+, MOVE and the baseline have the same recipe
_base_ = [
    {{base_model!r}},
    {{base_rgb!r}},
    {{base_schedule!r}}
]

{settings}
model['cls_head'] = dict(num_classes={{num_classes}}{{scores}})
train_steps = [dict(type='VideoInit'), frames, *decode]
test_steps = [dict(type='VideoInit'), dict(frames, test_mode=True), *decode]
data = dict(
    data_root={{data_root!r}},
    data_prefix=dict(video={{videos!r}}),
    multi_class={{multi_class}},
    list_format='list')
'''


def backbone_texts(args: argparse.Namespace) -> BackboneTexts:
    """What depends on the backbone, by the arguments of ``make_dataset.py``.

    Raises:
        InputError: For a backbone that cannot be built, or whose
            preprocessing is unknown.
    """
    features = quote(args.out.resolve() / 'features')
    if args.backbone is None:
        rgb = quote(args.out / 'move-plus_rgb.py')
        return BackboneTexts(TSM, args.channels or CHANNELS, False, [
            f'python tools/extract_features.py {rgb}',
            f'--num-frames 152 --out {features}'
        ])
    setup = backbone_setup(args.backbone, args.weights or 'default',
                           parse_cfg_options(args.backbone_options))
    for note in setup.notes:
        print(note)
    videos = quote(args.videos or args.source)
    lines = [
        f'python tools/extract_features.py --videos {videos}',
        f'--backbone {shlex.quote(args.backbone)}'
    ]
    if args.weights:
        lines.append(f'--weights {shlex.quote(args.weights)}')
    if args.backbone_options:
        lines.append(f'--backbone-options {shlex.join(args.backbone_options)}')
    lines.append(f'--out {features}')
    return BackboneTexts(_library_config(setup), setup.channels, True, lines)


def _library_config(setup: BackboneSetup) -> str:
    """Template of the config of raw videos with a frozen backbone."""
    frames = dict(type='SampleFrames', clip_len=1, num_clips=8)
    _, _, *decode = setup.pipeline({})
    settings = Config(
        dict(
            model=dict(
                setup.recognizer,
                freeze_backbone=True,
                neck=dict(in_channels=setup.channels)),
            frames={
                **frames,
                **setup.clip_options
            },
            decode=decode)).pretty_text.strip()
    return LIBRARY.format(
        settings=settings.replace('{', '{{').replace('}', '}}'))
