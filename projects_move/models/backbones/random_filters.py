"""Fixed backbone that needs neither pretrained weights nor training."""
import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor


@MODELS.register_module()
class RandomFilterNet(BaseModule):
    """One layer of random smooth filters, standardised and pooled by image.

    Such a layer detects coloured shapes fairly well (Saxe et al., "On Random
    Weights and Unsupervised Feature Learning", ICML 2011; Coates et al., "An
    Analysis of Single-Layer Networks", AISTATS 2011). It replaces a pretrained
    backbone that cannot be downloaded.

    Each response map is standardised over the positions of its image. The
    features therefore do not depend on the brightness and contrast of an
    image, nor on the mean and std of the data preprocessor. Half of the
    filters do not respond to uniform colour. Filters are buffers, which are
    not trained.

    Args:
        num_filters: Number of filters; features have twice as many channels.
        kernel_size: Height and width of a filter in pixels.
        stride: Distance between positions of a filter in pixels.
        smoothness: Standard deviation in pixels of the Gaussian blur that
            makes a filter from noise.
        threshold: Cutoff of the responses in standard deviations.
        seed: Seed of the filters, which are the same on any machine and
            version of PyTorch.
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

    def forward(self, x: Float[Tensor, 'N 3 H W']) -> Float[Tensor, 'N C 1 1']:
        """Mean, then maximum, of each thresholded response map.

        Raises:
            ValueError: For images that are smaller than a filter.
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
    """Draw filters ``(num_filters, 3, k, k)`` of norm one from blurred noise.

    Filters with an even index have mean zero in each colour.
    """
    noise = np.random.RandomState(seed).standard_normal(
        (num_filters, 3, kernel_size, kernel_size))
    steps = np.arange(kernel_size)
    blur = np.exp(-0.5 * ((steps[:, None] - steps) / smoothness)**2)
    filters = blur @ noise @ blur  # the matrix is symmetric
    filters[::2] -= filters[::2].mean((2, 3), keepdims=True)
    norm = np.sqrt((filters**2).sum((1, 2, 3), keepdims=True))
    return filters / norm
