"""Resizing of decoded frames as the libraries of backbones do it."""
from typing import Dict, List, Tuple, Union

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from PIL import Image

FILTERS = dict(
    nearest=Image.Resampling.NEAREST,
    bilinear=Image.Resampling.BILINEAR,
    bicubic=Image.Resampling.BICUBIC,
    lanczos=Image.Resampling.LANCZOS)


@TRANSFORMS.register_module()
class ResizeFrames(BaseTransform):
    """Resize frames with antialiasing, by Pillow, or without, by torch.

    timm, torchvision and transformers resize so; the video models of
    torchvision without antialiasing. ``Resize`` of MMAction2 does not
    antialias: a smaller frame has other pixels.

    Args:
        size: Length of the short side in pixels, which keeps the aspect ratio;
            or height and width.
        interpolation: ``'nearest'``, ``'bilinear'``, ``'bicubic'`` or
            ``'lanczos'``.
        antialias: Whether a smaller frame is antialiased; False is for
            ``'bilinear'`` and ``'bicubic'``.

    Raises:
        ValueError: For another interpolation or size.
    """

    def __init__(self,
                 size: Union[int, Tuple[int, int]],
                 interpolation: str = 'bilinear',
                 antialias: bool = True) -> None:
        sides = (size, ) if isinstance(size, int) else tuple(size)
        if len(sides) > 2 or min(sides) < 1:
            raise ValueError('expected a short side or height and width of at '
                             f'least 1 pixel, got size={size}')
        if interpolation not in FILTERS:
            raise ValueError(f'expected one of {", ".join(FILTERS)}, got '
                             f'interpolation={interpolation!r}')
        if not antialias and interpolation not in ('bilinear', 'bicubic'):
            raise ValueError(
                'antialias=False expects bilinear or bicubic, got '
                f'interpolation={interpolation!r}')
        self.size = size
        self.interpolation = interpolation
        self.antialias = antialias

    def transform(self, results: Dict) -> Dict:
        height, width = results['imgs'][0].shape[:2]
        new = self._new_size(height, width)
        results['imgs'] = self._resized(results['imgs'], *new)
        results['img_shape'] = new
        results['keep_ratio'] = isinstance(self.size, int)
        results['scale_factor'] = np.array([new[1] / width, new[0] / height],
                                           dtype=np.float32)
        return results

    def _new_size(self, height: int, width: int) -> Tuple[int, int]:
        """Height and width, rounded down as by torchvision."""
        if not isinstance(self.size, int):
            return tuple(self.size)
        long = int(self.size * max(height, width) / min(height, width))
        return (self.size, long) if height <= width else (long, self.size)

    def _resized(self, frames: List[np.ndarray], height: int,
                 width: int) -> List[np.ndarray]:
        if not self.antialias:
            return [
                _interpolate(frame, height, width, self.interpolation)
                for frame in frames
            ]
        kind = FILTERS[self.interpolation]
        return [
            np.asarray(Image.fromarray(frame).resize((width, height), kind))
            for frame in frames
        ]

    def __repr__(self) -> str:
        antialias = '' if self.antialias else ', antialias=False'
        return (f'{type(self).__name__}(size={self.size}, '
                f'interpolation={self.interpolation!r}{antialias})')


def _interpolate(frame: np.ndarray, height: int, width: int,
                 mode: str) -> np.ndarray:
    """Frame ``(H, W, 3)`` of another size, without antialiasing."""
    pixels = torch.tensor(frame).permute(2, 0, 1)[None].float()
    pixels = torch.nn.functional.interpolate(
        pixels, (height, width), mode=mode)
    pixels = pixels[0].round().clamp(0, 255).byte()
    return pixels.permute(1, 2, 0).contiguous().numpy()
