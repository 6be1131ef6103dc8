"""A fixed backbone that needs neither weights nor training."""
import numpy as np
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class RandomFilterNet(BaseModule):
    """One layer of random smooth filters, standardised and pooled per image.

    Such a layer is a fair detector of coloured shapes (Saxe et al., "On
    Random Weights and Unsupervised Feature Learning", ICML 2011; Coates et
    al., "An Analysis of Single-Layer Networks", AISTATS 2011). It stands in
    for a pretrained backbone where none can be downloaded; its features know
    nothing of the task.

    Each response map is standardised over the positions of its image, so
    brightness and contrast of an image change nothing, and neither do mean
    and std of the data preprocessor. Half of the filters are blind to plain
    colour. The filters are buffers: nothing trains them.

    Args:
        num_filters: The features have twice as many channels.
        kernel_size: Side of a filter in pixels.
        stride: Distance between its positions in pixels.
        smoothness: Standard deviation, in pixels, of the Gaussian that
            blurs the noise of which a filter is made.
        threshold: Responses below it, in standard deviations, are cut off.
        seed: Of the filters; the same on any machine and version of torch.
    """

    def __init__(self,
                 num_filters: int = 256,
                 kernel_size: int = 9,
                 stride: int = 4,
                 smoothness: float = 1.5,
                 threshold: float = 2.0,
                 seed: int = 0) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.threshold = threshold
        self.out_channels = 2 * num_filters
        filters = draw_filters(num_filters, kernel_size, smoothness, seed)
        self.register_buffer('filters', torch.from_numpy(filters).float())

    def forward(self, x: Tensor) -> Tensor:
        """Maps images ``(N, 3, H, W)`` to ``(N, 2 * num_filters, 1, 1)``.

        First the mean of each thresholded map, then its maximum.

        Raises:
            ValueError: Where an image is smaller than a filter.
        """
        if min(x.shape[-2:]) < self.kernel_size:
            raise ValueError(
                f'expected images of at least {self.kernel_size} x '
                f'{self.kernel_size} pixels, got {x.shape[-2]} x '
                f'{x.shape[-1]}')
        maps = F.conv2d(x, self.filters, stride=self.stride).flatten(2)
        mean = maps.mean(2, keepdim=True)  # (N, C, 1)
        std = maps.std(2, correction=0, keepdim=True).clamp_min(1e-3)
        cut = mean + self.threshold * std
        top = F.relu(maps.amax(2, keepdim=True) - cut) / std
        rest = F.relu(maps - cut).mean(2, keepdim=True) / std
        return torch.cat((rest, top), dim=1).unsqueeze(-1)


def draw_filters(num_filters: int, kernel_size: int, smoothness: float,
                 seed: int) -> np.ndarray:
    """Filters ``(num_filters, 3, k, k)`` of norm one, from blurred noise.

    Those with an even index have mean zero in each colour.
    """
    noise = np.random.RandomState(seed).standard_normal(
        (num_filters, 3, kernel_size, kernel_size))
    steps = np.arange(kernel_size)
    blur = np.exp(-0.5 * ((steps[:, None] - steps) / smoothness)**2)
    filters = blur @ noise @ blur  # the matrix is symmetric
    filters[::2] -= filters[::2].mean((2, 3), keepdims=True)
    norm = np.sqrt((filters**2).sum((1, 2, 3), keepdims=True))
    return filters / norm
