"""Configs of MOVE+, MOVE and their baseline for a custom data set."""
import shlex
from pathlib import Path
from typing import List, NamedTuple, Sequence, Tuple

from projects_move.file_io import atomic_write
from .sizes import SMALL_BELOW, Sizes

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'
MODELS = ('move_plus', 'move', 'baseline_agg')
FEATURE = '''# {extract}
# python tools/train.py {file}
# {recipe}
# MOVE+, MOVE and the baseline have the same recipe
_base_ = [
    {base_model!r},
    {base_feature!r},
    {base_schedule!r}
]

channels = {channels}
model = dict(
    neck=dict({necks}in_channels=channels),
    cls_head=dict(num_classes={num_classes}{scores}))
train_cfg = dict(val_interval=5)
data = dict(
    data_root={data_root!r},
    multi_class={multi_class},
    list_format='list')
'''
COMPACT = '''
        necks=dict(
            attention=dict(head_channels=128),
            netvlad=dict(num_clusters=16, out_channels=256)),
        '''
LOADERS = '''train_data = dict({train}**data)
train_dataloader = dict({train_loader}dataset=train_data)
val_dataloader = dict({loader}dataset=dict({test}**data))
test_dataloader = dict({loader}dataset=dict({test}**data))
'''
ONE_LIST = '''train_data = dict({train}**data)
train_dataloader = dict({train_loader}dataset=train_data)
held_out = dict(ann_file='{held_out}.lst', {test}**data)
val_dataloader = dict({loader}dataset=held_out)
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
        extract: Command that extracts the features, in lines.
    """
    rgb: str
    channels: int
    has_pipelines: bool
    extract: List[str]


class Recipe(NamedTuple):
    """Settings of a training that depend on the kind and size of the data.

    Attributes:
        schedule: Base config of the schedule.
        loader: Settings of the data loaders.
        necks: Settings of the aggregators.
        comment: Description in the configs.
    """
    schedule: str
    loader: str
    necks: str
    comment: str


SMALL = Recipe(
    'adam_100e_cosine_small', '', COMPACT,
    f'fewer than {SMALL_BELOW:,} training videos: learning rate 1e-3, '
    'small aggregators')
LARGE = Recipe(
    'adam_100e_cosine', 'batch_size=128, ', '',
    f'{SMALL_BELOW:,} training videos or more: learning rate 1e-4, '
    'batches of 128')
SEVERAL = SMALL._replace(
    schedule='adam_50e', comment=SMALL.comment + '; several labels: 50 epochs')
RAW = Recipe('adam_100e', '', '', 'raw videos: the schedule of the released '
             'recipe')


def write_configs(out: Path, videos: Path, sizes: Sizes,
                  backbone: BackboneTexts,
                  held_out: Sequence[str]) -> List[Path]:
    """Write configs of MOVE+, MOVE and the baseline with aggregators, for
    videos and for features.

    Args:
        out: Folder of the lists, class names and configs.
        videos: Folder of the videos.
        sizes: Sizes of the training list.
        backbone: What depends on the backbone.
        held_out: Existing lists, ``'val'``, ``'test'`` or both. A single list
            serves as both.

    Returns:
        Paths of the configs, those of MOVE+ first.
    """
    files = []
    base = CONFIGS / '_base_'
    common = dict(
        base_backbone=str(base / 'backbones' / 'tsm_r50.py'),
        base_rgb=str(base / 'datasets' / 'custom_rgb.py'),
        base_feature=str(base / 'datasets' / 'custom_feature.py'),
        held_out=held_out[0],
        data_root=str(out.resolve()),
        videos=str(videos.resolve()),
        num_classes=sizes.num_classes,
        channels=backbone.channels,
        extract=' \\\n#     '.join(backbone.extract),
        multi_class=sizes.multi_class)
    loaders = LOADERS if len(held_out) == 2 else ONE_LIST
    small = SEVERAL if sizes.has_several else SMALL
    of_features = small if sizes.is_small else LARGE
    kinds = dict(feature=(FEATURE, of_features), rgb=(backbone.rgb, RAW))
    for model in MODELS:
        for kind, (text, recipe) in kinds.items():
            path = out / f"{model.replace('_', '-')}_{kind}.py"
            train, test = _pipelines(model, kind, backbone.has_pipelines)
            base_model, sampler, scores = _variant(model, sizes)
            content = (text + loaders).format(
                base_model=str(base / 'models' / f'{base_model}.py'),
                base_schedule=str(base / 'schedules' /
                                  f'{recipe.schedule}.py'),
                recipe=recipe.comment,
                necks=recipe.necks,
                file=quote(path),
                scores=scores,
                loader=recipe.loader,
                train_loader=recipe.loader + sampler,
                train=train,
                test=test,
                **common)
            with atomic_write(path) as draft:
                draft.write_text(content, encoding='utf-8')
            files.append(path)
    return files


def _variant(model: str, sizes: Sizes) -> Tuple[str, str, str]:
    """Base config of a model, and settings of its sampler and scores."""
    if model != 'move_plus':
        return model, '', ''
    if sizes.has_several:
        return 'move_plus_multilabel', '', ''
    return (model, 'sampler=_base_.sampler, ' * sizes.is_resampled,
            ", loss_cls=dict(activation='sigmoid')" * sizes.multi_class)


def _pipelines(model: str, kind: str, has_own: bool) -> Tuple[str, str]:
    """Arguments of the data sets that set the pipelines of training and test;
    empty for those of the bases."""
    if kind == 'rgb' and has_own:
        train, test = 'train_steps', 'test_steps'
    elif kind == 'feature' and model == 'move_plus':
        train, test = (f'_base_.segments_{split}_pipeline'
                       for split in ('train', 'test'))
    else:
        train, test = '_base_.train_pipeline', ''
    views = '' if model == 'baseline_agg' else ' + _base_.views'
    return (f'pipeline={train}{views}, ' if views or test else '',
            f'pipeline={test}, ' if test else '')


def quote(path: Path) -> str:
    """Path quoted for a shell."""
    return shlex.quote(str(path))
