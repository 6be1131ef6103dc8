"""Preprocessing that the published weights of a backbone expect."""
from typing import List, NamedTuple, Optional, Tuple, Union

import torch
from torch import nn

from projects_move.errors import InputError

INTERPOLATIONS = ('nearest', 'bilinear', 'bicubic', 'lanczos')


class Preprocessing(NamedTuple):
    """Preprocessing of frames, as the library of a backbone declares it.

    Attributes:
        mean: Mean of each colour, RGB, of values from 0 to 1.
        std: Standard deviation of each colour, of values from 0 to 1.
        resize: Length of the short side in pixels; or height and width, which
            ignore the aspect ratio of a frame.
        crop: Height and width of the centre crop in pixels.
        interpolation: One of ``INTERPOLATIONS``.
        antialias: Whether a smaller frame is antialiased.
        rounds_margin: Whether half the margin of the crop is rounded, else
            rounded down, where it is between two pixels.
    """
    mean: Tuple[float, ...]
    std: Tuple[float, ...]
    resize: Union[int, Tuple[int, int]]
    crop: Tuple[int, int]
    interpolation: str = 'bilinear'
    antialias: bool = True
    rounds_margin: bool = False

    def data_preprocessor(self, clips: bool) -> dict:
        """Config of the data preprocessor.

        Example:
            >>> half = Preprocessing((.5,) * 3, (.5,) * 3, 256, (224, 224))
            >>> half.data_preprocessor(clips=False)['mean']
            [127.5, 127.5, 127.5]
        """
        return dict(
            type='ActionDataPreprocessor',
            mean=[round(255 * value, 4) for value in self.mean],
            std=[round(255 * value, 4) for value in self.std],
            format_shape='NCTHW' if clips else 'NCHW')

    def transforms(self) -> List[dict]:
        """Configs of the transforms between decoding and formatting."""
        resize = self.resize
        height, width = self.crop
        more = {} if self.antialias else dict(antialias=False)
        return [
            dict(
                type='ResizeFrames',
                size=resize if isinstance(resize, int) else tuple(resize),
                interpolation=self.interpolation,
                **more),
            dict(
                type='CenterCropFrames'
                if self.rounds_margin else 'CenterCrop',
                crop_size=height if height == width else (width, height))
        ]


def declared_preprocessing(backbone: nn.Module) -> Optional[dict]:
    """Preprocessing that a backbone's weights expect, None if unknown."""
    expected = getattr(backbone, 'preprocessing', None)
    return expected._asdict() if isinstance(expected, Preprocessing) else None


def require_preprocessing(backbone: nn.Module,
                          data_preprocessor: nn.Module) -> None:
    """Refuse a data preprocessor that does not fit the backbone's weights.

    A backbone without the attribute ``preprocessing``, or whose
    ``preprocessing`` is None, is not checked.

    Raises:
        InputError: For other means or deviations, or swapped colours.
    """
    expected: Optional[Preprocessing] = getattr(backbone, 'preprocessing',
                                                None)
    if not isinstance(expected, Preprocessing):
        return
    name = getattr(backbone, 'title', type(backbone).__name__)
    for key in ('mean', 'std'):
        found = getattr(data_preprocessor, key, None)
        found = None if found is None else found.flatten().float().cpu()
        wanted = 255 * torch.tensor(getattr(expected, key))
        if found is None or found.shape != wanted.shape or not torch.allclose(
                found, wanted, rtol=0, atol=.5):
            values = None if found is None else [
                round(value, 3) for value in found.tolist()
            ]
            wanted = [round(value, 3) for value in wanted.tolist()]
            raise InputError(f'data_preprocessor: expected {key}={wanted}, '
                             f'as the weights of {name} need it, found '
                             f'{key}={values}')
    if getattr(data_preprocessor, 'to_rgb', False):
        raise InputError('data_preprocessor: expected to_rgb=False, because '
                         f'frames are RGB, as the weights of {name} need '
                         'them, found to_rgb=True')
