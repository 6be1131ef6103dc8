"""Recognizer and pipeline of a backbone, from its name."""
import os
from typing import List, NamedTuple, Optional, Tuple

from mmaction.registry import MODELS

from projects_move.errors import InputError, MissingInputError
from projects_move.models.backbones import Preprocessing, library_config
from projects_move.models.backbones.library_backbone import LibraryBackbone

FRAME_INTERVAL = 4  # of most video models that were trained on Kinetics
NO_WEIGHTS = 'none'


class BackboneSetup(NamedTuple):
    """What a backbone of another library needs around it.

    Attributes:
        title: Name of the backbone with that of its library.
        config: Config of the backbone, which can be built offline.
        preprocessing: Preprocessing of its frames.
        channels: Channels of its features.
        takes_clips: Whether it takes clips, else single frames.
        clip_len: Frames of a clip.
        frame_interval: Distance between the frames of a clip.
        notes: What was assumed, for people.
    """
    title: str
    config: dict
    preprocessing: Preprocessing
    channels: int
    takes_clips: bool
    clip_len: int
    frame_interval: int
    notes: Tuple[str, ...] = ()

    @property
    def input_format(self) -> str:
        """Format of the inputs, of frames or clips."""
        return 'NCTHW' if self.takes_clips else 'NCHW'

    @property
    def recognizer(self) -> dict:
        """Settings of a recognizer."""
        return dict(
            backbone=self.config,
            data_preprocessor=self.preprocessing.data_preprocessor(
                self.takes_clips))

    @property
    def clip_options(self) -> dict:
        """Arguments of a frame sampler that makes clips, none for frames."""
        if not self.takes_clips:
            return {}
        return dict(clip_len=self.clip_len, frame_interval=self.frame_interval)

    def pipeline(self, sampler: dict) -> List[dict]:
        """Pipeline from a video to packed inputs, with a frame sampler."""
        return [
            dict(type='VideoInit'), {
                **sampler,
                **self.clip_options
            },
            dict(type='VideoDecode'), *self.preprocessing.transforms(),
            dict(type='FormatShape', input_format=self.input_format),
            dict(
                type='PackActionInputs', meta_keys=('video_id', 'sample_idx'))
        ]


def backbone_setup(name: str,
                   weights: str = 'default',
                   options: Optional[dict] = None,
                   clip_len: Optional[int] = None,
                   frame_interval: Optional[int] = None) -> BackboneSetup:
    """Setup of a backbone of another library.

    The weights are loaded if the preprocessing is not known before.

    Args:
        name: See
            :func:`projects_move.models.backbones.library_config`.
        weights: ``'default'``, a file or folder, or ``'none'`` for random
            weights.
        options: Further arguments of the backbone.
        clip_len: Frames of a clip; by default those that the model was made
            for.
        frame_interval: Distance between the frames of a clip.

    Raises:
        InputError: For a backbone of no such library, weights that cannot be
            loaded, an unknown preprocessing, and clips for a backbone that
            takes frames.
    """
    options = options or {}
    for key in {'type', 'name', 'weights'} & set(options):
        raise InputError(f'expected other settings of the backbone {name}, '
                         f'found {key}={options[key]!r}')
    config = library_config(
        dict(type=name, weights=_weights(weights), **options))
    if config['type'] == name:
        raise InputError(
            'expected timm/NAME, torchvision/NAME, transformers/NAME or '
            f'efficientnet-lite0, found {name!r}: others need a config')
    backbone = _build(config)
    preprocessing, notes = _preprocessing(backbone)
    length, interval, more = _clips(backbone, clip_len, frame_interval)
    return BackboneSetup(
        title=backbone.title,
        config={
            **config,
            **backbone.offline_options()
        },
        preprocessing=preprocessing,
        channels=backbone.out_channels,
        takes_clips=backbone.takes_clips,
        clip_len=length,
        frame_interval=interval,
        notes=(*notes, *more))


def _weights(weights: str) -> Optional[str]:
    """Weights as a backbone takes them, files by their absolute path.

    Raises:
        MissingInputError: For a path that does not exist.
    """
    if weights == NO_WEIGHTS:
        return None
    if weights != 'default' and os.path.exists(weights):
        return os.path.abspath(weights)
    if '/' in weights or '.' in weights:  # not the name of an entry
        raise MissingInputError(f'no file of weights {weights}')
    return weights


def _build(config: dict) -> LibraryBackbone:
    try:
        return MODELS.build(config)
    except TypeError as error:  # of an option
        raise InputError(
            f'cannot build the backbone {config}: {error}') from error


def _preprocessing(backbone: LibraryBackbone
                   ) -> Tuple[Preprocessing, List[str]]:
    """Preprocessing of a backbone's weights; that of the published ones for
    others."""
    if backbone.preprocessing is None:
        backbone.init_weights()
    if backbone.preprocessing is not None:
        return backbone.preprocessing, []
    published = backbone.published_preprocessing()
    if published is None:
        raise InputError(
            f'the preprocessing of {backbone.title} is unknown: expected a '
            'folder of its weights with the config of its processor, or a '
            'config of your own instead of --backbone')
    kind = 'random weights' if backbone.weights is None else backbone.weights
    return published, [
        f'preprocessing: that of the published weights of {backbone.title}, '
        f'for {kind}'
    ]


def _clips(backbone: LibraryBackbone, clip_len: Optional[int],
           frame_interval: Optional[int]) -> Tuple[int, int, List[str]]:
    if not backbone.takes_clips:
        if clip_len is not None or frame_interval is not None:
            raise InputError(f'{backbone.title} takes frames: expected '
                             'neither --clip-len nor --frame-interval')
        return 1, 1, []
    clip_len = clip_len or backbone.clip_len
    if clip_len is None:
        raise InputError(f'{backbone.title} takes clips of any length: '
                         'expected --clip-len')
    interval = frame_interval or backbone.frame_interval or FRAME_INTERVAL
    return clip_len, interval, [
        f'clips of {clip_len} frames, '
        f'{"each" if interval == 1 else f"one of {interval}"}'
    ]
