"""Small models and samples for many tests."""
import torch
from mmaction.datasets import BaseActionDataset
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform
from mmengine.model import BaseModule
from torch import nn


class Tiny2D(BaseModule):
    """Frames ``(N, 3, H, W)`` to maps: one, or a tuple of one."""

    def __init__(self, channels=6, as_tuple=False, init_cfg=None):
        super().__init__(init_cfg)
        self.as_tuple = as_tuple
        self.conv = nn.Conv2d(3, channels, 3, stride=2)
        self.norm = nn.BatchNorm2d(channels)
        self.dropout = nn.Dropout(.5)

    def forward(self, x):
        x = self.dropout(self.norm(self.conv(x)))
        return (x, ) if self.as_tuple else x


class Tiny3D(BaseModule):
    """Clips ``(N, 3, t, H, W)`` to maps; for two pathways a tuple of two."""

    def __init__(self, channels=6, pathways=1, init_cfg=None):
        super().__init__(init_cfg)
        self.convs = nn.ModuleList(
            nn.Conv3d(3, channels // pathways, 3, padding=1)
            for _ in range(pathways))

    def forward(self, x):
        maps = tuple(conv(x) for conv in self.convs)
        return maps if len(maps) > 1 else maps[0]


def multi_hot(labels, num_classes):
    target = torch.zeros(num_classes)
    target[labels] = 1
    return target


def sample(label, num_classes=None, video_id=None, **fields):
    """A data sample; a list of labels becomes multi-hot."""
    out = ActionDataSample()
    if isinstance(label, list):
        label = multi_hot(label, num_classes)
    out.set_gt_label(label)
    for name, value in fields.items():
        out.set_field(value, name)
    if video_id is not None:
        out.set_metainfo(dict(video_id=video_id))
    return out


def target_of(samples, num_classes):
    """Labels of data samples, multi-hot and float64."""
    out = torch.zeros(len(samples), num_classes, dtype=torch.float64)
    for row, one in zip(out, samples):
        label = one.gt_label
        row[label.nonzero().flatten() if label.numel() > 1 else label] = 1
    return out


def randn(*shape):
    return torch.randn(*shape, dtype=torch.float64)


def view_masks(num_views, num_frames, seed=0):
    """Masks of one frame, of all frames, and in between."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.rand(num_views, num_frames, generator=generator) < .5
    mask[:, seed % num_frames] = True
    if num_views > 1:
        mask[-1] = True
    return mask


def batch_masks(batch, num_views, num_frames, valid=None):
    """Masks of a batch: of one frame, of all frames, and in between."""
    mask = torch.rand(batch, num_views, num_frames) < .5
    mask[..., 0] = True
    mask[0, 0] = False
    mask[0, 0, -1] = True
    mask[-1, -1] = True
    return mask if valid is None else mask & valid.unsqueeze(1)


def padding(batch, num_frames):
    """Mask of the valid frames of videos of different lengths."""
    lengths = torch.randint(1, num_frames + 1, (batch, ))
    lengths[0], lengths[-1] = num_frames, 1
    return torch.arange(num_frames) < lengths[:, None]


def masked_samples(labels, num_views, num_frames, num_classes=None):
    """Data samples with three masks each, which differ between samples."""
    return [
        sample(
            label,
            num_classes,
            frame_mask=view_masks(num_views, num_frames, i),
            query_mask=view_masks(num_views, num_frames, i + 5),
            key_mask=view_masks(1, num_frames, i + 9))
        for i, label in enumerate(labels)
    ]


def gradient_norms(module):
    """Norm of each parameter's gradient, by name; None has none."""
    return {
        name: None if p.grad is None else float(p.grad.norm())
        for name, p in module.named_parameters()
    }


class TinyDataset(BaseActionDataset):
    """Data set with labels in memory, as those of MMAction2."""

    def __init__(self, labels, num_frames=6, channels=4, **kwargs):
        self.labels = labels
        self.num_frames = num_frames
        self.channels = channels
        kwargs.setdefault('pipeline', [])
        kwargs.setdefault('serialize_data', False)  # it collects garbage
        super().__init__('in memory', **kwargs)

    def load_data_list(self):
        return [
            dict(video_id=f'v_{i}', label=label, number=i)
            for i, label in enumerate(self.labels)
        ]

    def get_cat_ids(self, idx):
        label = self.labels[idx]
        return label if isinstance(label, list) else [label]


class RandomFrames(BaseTransform):
    """Random frames, seeded by the number of the video."""

    def __init__(self, num_frames=6, channels=4):
        self.shape = num_frames, channels

    def transform(self, results):
        number = results.get('number', results.get('label', 0))
        generator = torch.Generator().manual_seed(int(number))
        results['imgs'] = torch.randn(*self.shape, generator=generator)
        return results
