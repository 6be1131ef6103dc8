"""Which frames each view of a video keeps, as the necks want it."""
from typing import NamedTuple, Optional, Union

from torch import Tensor


class FrameMasks(NamedTuple):
    """Frames kept by the Dynamic Frame Sampler, and padding.

    A neck also takes the plain mask ``views`` in its place.

    Attributes:
        views: bool ``(B, V, T)``, frames that each view keeps; None is one
            view of all frames.
        query: bool ``(B, V, T)``, frames whose mean is the query of
            attention; None is ``views``. The released code draws it apart.
        key: bool ``(B, 1 or V, T)``, frames that attention may look at; None
            is ``views``. The released code draws it apart, one for all views.
        valid: bool ``(B, T)``, false for the padding of a short video; None
            has no padding.
    """
    views: Optional[Tensor] = None
    query: Optional[Tensor] = None
    key: Optional[Tensor] = None
    valid: Optional[Tensor] = None

    @classmethod
    def of(cls, masks: Union['FrameMasks', Tensor, None],
           frames: Tensor) -> 'FrameMasks':
        """Accept a plain mask or None, and check it against the frames."""
        if not isinstance(masks, cls):
            masks = cls(views=masks)
        batch, num_frames = frames.shape[:2]
        for name, mask in masks._asdict().items():
            if mask is None:
                continue
            want = (batch, num_frames) if name == 'valid' else (batch, '*',
                                                                num_frames)
            fits = mask.ndim == len(want) and all(
                w in ('*', size) for w, size in zip(want, mask.shape))
            if not fits:
                raise ValueError(
                    f'frame mask {name!r}: expected the shape {want} for '
                    f'frames of {tuple(frames.shape)}, got '
                    f'{tuple(mask.shape)}')
        if masks.valid is None:
            return masks
        valid = masks.valid.unsqueeze(1)  # no view keeps padding
        return cls(
            *(mask if mask is None else mask & valid for mask in masks[:3]),
            masks.valid)

    @property
    def num_views(self) -> int:
        return 1 if self.views is None else self.views.shape[1]
