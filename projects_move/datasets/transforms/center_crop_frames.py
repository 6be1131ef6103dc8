"""Centre crop of decoded frames as torchvision and timm do it."""
from typing import Dict, Tuple, Union

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from projects_move.errors import InputError


@TRANSFORMS.register_module()
class CenterCropFrames(BaseTransform):
    """Crop the centre of frames.

    Half a margin is rounded to the nearest even number of pixels if it is
    between two, as by torchvision and timm. ``CenterCrop`` of MMAction2 and
    transformers round it down.

    Args:
        crop_size: Side of a square; or width and height, as of ``CenterCrop``.

    Raises:
        InputError: For frames that are smaller than the crop.
    """

    def __init__(self, crop_size: Union[int, Tuple[int, int]]) -> None:
        self.crop_size = crop_size

    def transform(self, results: Dict) -> Dict:
        size = self.crop_size
        width, height = (size, size) if isinstance(size, int) else size
        old_height, old_width = results['imgs'][0].shape[:2]
        if old_height < height or old_width < width:
            raise InputError(
                f'expected frames of at least {width} x {height} pixels, got '
                f'{old_width} x {old_height}')
        top = round((old_height - height) / 2)
        left = round((old_width - width) / 2)
        results['imgs'] = [
            frame[top:top + height, left:left + width]
            for frame in results['imgs']
        ]
        results['img_shape'] = (height, width)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(crop_size={self.crop_size})'
