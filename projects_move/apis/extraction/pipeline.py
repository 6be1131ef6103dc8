"""From the pipeline that tests a model to the one that caches features."""
import re
from typing import List, Optional, Tuple

from projects_move.apis.config_types import type_name

CROPS = dict(center=1, three=3, ten=10)


def extraction_pipeline(pipeline: List[dict],
                        sampler: Optional[dict],
                        crops: str = 'center') -> Tuple[List[dict], int]:
    """The test pipeline with other frames and other crops of them.

    Args:
        pipeline: With one frame sampler and, for other crops than
            ``'center'``, one ``CenterCrop``.
        sampler: Chooses the frames; where the pipeline's own makes clips,
            it makes clips of their length. None keeps the pipeline's own.
        crops: ``'center'`` leaves the crop as it is; ``'three'`` are squares
            along the long side; ``'ten'`` the corners, the centre and their
            mirror images, MMAction2's ``TenCrop``.

    Returns:
        The pipeline and how many crops it makes of a frame.

    Raises:
        ValueError: For a pipeline in which there is nothing to replace.
    """
    pipeline = list(pipeline)
    place = _only(pipeline, '.*Sample.*Frame.*', 'frame sampler')
    if sampler is not None:
        own = pipeline[place]
        if own.get('clip_len', 1) > 1:
            sampler = dict(
                sampler,
                clip_len=own['clip_len'],
                frame_interval=own.get('frame_interval', 1))
        pipeline[place] = sampler
    if crops != 'center':
        place = _only(pipeline, 'CenterCrop', 'CenterCrop')
        size = pipeline[place]['crop_size']
        if crops == 'three':  # it asks for frames whose short side is that
            side = size if isinstance(size, int) else min(size)
            pipeline[place:place + 1] = [
                dict(type='Resize', scale=(-1, side)),
                dict(type='ThreeCrop', crop_size=side)
            ]
        else:
            pipeline[place] = dict(type='TenCrop', crop_size=size)
    return pipeline, CROPS[crops]


def _only(pipeline: List[dict], pattern: str, what: str) -> int:
    places = [
        i for i, step in enumerate(pipeline)
        if re.fullmatch(pattern, type_name(step['type']))
    ]
    if len(places) != 1:
        raise ValueError(f'expected one {what} in the test pipeline, found '
                         f'{len(places)}')
    return places[0]
