"""Masks of the frames of each view, and of padding."""
from typing import NamedTuple, Optional, Union

from jaxtyping import Bool, Float
from torch import Tensor

from projects_move.functional.shapes import bind_axes

AXES = dict(
    views=('B', 'V', 'T'),
    query=('B', 'V', 'T'),
    key=('B', '#V', 'T'),
    valid=('B', 'T'))


class FrameMasks(NamedTuple):
    """Masks of the Dynamic Frame Sampler, and of padding.

    A neck also takes the tensor ``views`` alone.

    Attributes:
        views: bool ``(B, V, T)``, true for the frames that each view keeps;
            None is one view of all frames.
        query: bool ``(B, V, T)``, true for the frames whose mean is the query
            of attention; None is ``views``. The released code draws it
            separately.
        key: bool ``(B, 1 or V, T)``, true for the frames that a query may
            attend to; None is ``views``. The released code draws it
            separately, once for all views.
        valid: bool ``(B, T)``, false for the padding of a short video; None
            if no video is padded.
    """
    views: Optional[Tensor] = None
    query: Optional[Tensor] = None
    key: Optional[Tensor] = None
    valid: Optional[Tensor] = None

    @classmethod
    def of(cls, masks: Union['FrameMasks', Bool[Tensor, '...'], None],
           frames: Float[Tensor, 'B T C']) -> 'FrameMasks':
        """Masks of the frames, false for padding.

        Raises:
            ValueError: For a mask of another shape.
        """
        if not isinstance(masks, cls):
            masks = cls(views=masks)
        sizes = dict(zip('BTC', frames.shape))
        for name, mask in masks._asdict().items():
            if mask is not None:
                bind_axes(mask.shape, [AXES[name]], sizes, cls.__name__, name)
        if masks.valid is None:
            return masks
        valid = masks.valid.unsqueeze(1)
        return cls(
            *(mask if mask is None else mask & valid for mask in masks[:3]),
            masks.valid)

    @property
    def num_views(self) -> int:
        return 1 if self.views is None else self.views.shape[1]
