"""Pipeline of a feature extraction, made from the test pipeline."""
import re
from typing import List, Optional, Tuple

from projects_move.apis.configs import type_name
from projects_move.errors import InputError

CROPS = dict(center=1, three=3, ten=10)


def extraction_pipeline(pipeline: List[dict],
                        sampler: Optional[dict],
                        crops: str = 'center',
                        frame_rate: Optional[float] = None
                        ) -> Tuple[List[dict], int]:
    """Test pipeline with another frame sampler and other crops.

    Args:
        pipeline: Test pipeline with one frame sampler and, for other crops
            than ``'center'``, one ``CenterCrop`` or ``CenterCropFrames``.
        sampler: Config of the frame sampler; None is that of the pipeline.
            If the sampler of the pipeline makes clips, this one makes clips of
            the same length.
        crops: ``'center'`` is the crop of the pipeline; ``'three'`` are
            squares along the long side; ``'ten'`` are the corners, the
            centre and their mirror images (``TenCrop`` of MMAction2).
        frame_rate: Frames per second of folders of frames; None is that of
            the pipeline.

    Returns:
        The pipeline and its number of crops of a frame.

    Raises:
        InputError: For a pipeline without exactly one step to replace.
    """
    pipeline = list(pipeline)
    if frame_rate is not None:
        index = _index_of(pipeline, 'VideoInit', 'VideoInit')
        pipeline[index] = dict(pipeline[index], frame_rate=frame_rate)
    index = _index_of(pipeline, '.*Sample.*Frame.*', 'frame sampler')
    if sampler is not None:
        own = pipeline[index]
        if own.get('clip_len', 1) > 1:
            sampler = dict(
                sampler,
                clip_len=own['clip_len'],
                frame_interval=own.get('frame_interval', 1))
        pipeline[index] = sampler
    if crops != 'center':
        index = _index_of(pipeline, 'CenterCrop(Frames)?', 'CenterCrop')
        size = pipeline[index]['crop_size']
        if crops == 'three':  # the short side must have the size of the crop
            side = size if isinstance(size, int) else min(size)
            pipeline[index] = dict(type='ThreeCrop', crop_size=side)
            before = pipeline[index - 1]
            if type_name(before['type']) == 'ResizeFrames':  # once, not twice
                pipeline[index - 1] = dict(before, size=side)
            else:
                pipeline.insert(index, dict(type='Resize', scale=(-1, side)))
        else:
            pipeline[index] = dict(type='TenCrop', crop_size=size)
    return pipeline, CROPS[crops]


def _index_of(pipeline: List[dict], pattern: str, kind: str) -> int:
    """Index of the only step whose type matches a pattern."""
    indices = [
        i for i, step in enumerate(pipeline)
        if re.fullmatch(pattern, type_name(step['type']))
    ]
    if len(indices) != 1:
        raise InputError(f'expected one {kind} in the test pipeline, found '
                         f'{len(indices)}')
    return indices[0]
