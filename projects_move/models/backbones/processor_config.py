"""Preprocessing of the models of Hugging Face transformers."""
from typing import Any, Optional

from mmengine.logging import print_log

from projects_move.errors import InputError
from .library_backbone import import_library
from .preprocessing import Preprocessing

# filters of Pillow by their numbers
FILTERS = {0: 'nearest', 1: 'lanczos', 2: 'bilinear', 3: 'bicubic'}


def processor_preprocessing(name: str, title: str) -> Optional[Preprocessing]:
    """Preprocessing of the image or video processor that is published with a
    model, None if there is none.

    Args:
        name: Name of the model on the hub, or a folder.
        title: Name of the backbone in errors.
    """
    library = import_library('transformers', title)
    for kind in ('AutoImageProcessor', 'AutoVideoProcessor'):
        try:
            processor = getattr(library, kind).from_pretrained(name)
        except (AttributeError, ImportError, KeyError, OSError, ValueError):
            continue
        return _preprocessing(processor, title)
    print_log(
        f'{title}: {name} has no processor, so the preprocessing of the '
        'config is not checked',
        'current',
        level=30)
    return None


def _preprocessing(processor: Any, title: str) -> Preprocessing:
    """Preprocessing of a processor, for pixels from 0 to 1."""
    scale = getattr(processor, 'rescale_factor', None) or 1 / 255
    if not getattr(processor, 'do_rescale', True):
        scale = 1.0
    mean = processor.image_mean if processor.do_normalize else (0, 0, 0)
    std = processor.image_std if processor.do_normalize else (1, 1, 1)
    if getattr(processor, 'offset', False):  # of ViViT: pixels from -1 to 1
        mean = [value + 1 for value in mean]
    resize = _size(processor.size)
    crops = getattr(processor, 'do_center_crop', False)
    crop = _size(processor.crop_size) if crops else resize
    if isinstance(crop, int):
        crop = (crop, crop)
    if resize is None or crop is None:
        raise InputError(f'{title}: cannot read size={processor.size} and '
                         f'crop_size={getattr(processor, "crop_size", None)} '
                         'of its processor')
    return Preprocessing(
        mean=tuple(value / scale / 255 for value in mean),
        std=tuple(value / scale / 255 for value in std),
        resize=resize,
        crop=crop,
        interpolation=FILTERS[int(processor.resample)])


def _size(size: Any) -> Any:
    """Short side, height and width, or None for another rule.

    Example:
        >>> _size(dict(shortest_edge=224)), _size(dict(height=2, width=3))
        (224, (2, 3))
    """
    if isinstance(size, int):
        return size
    size = size if isinstance(size, dict) else vars(size)
    if size.get('height') and size.get('width'):
        return (size['height'], size['width'])
    return size.get('shortest_edge')
