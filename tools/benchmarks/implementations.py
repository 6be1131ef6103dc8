"""Both implementations of MOVE, with equal sizes and the same batch."""
from pathlib import Path
from typing import Callable, List

import numpy as np
import torch
from mmaction.registry import MODELS, OPTIM_WRAPPERS, OPTIMIZERS, TRANSFORMS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import Tensor

import projects_move  # noqa: F401  registers the components
from projects_move import functional as F
from projects_move.engine.finite import finite_on_all_ranks
from projects_move.structures import Labels, SampleBatch
from . import textbook
from .arguments import Sizes

CONFIG = (
    Path(__file__).resolve().parents[2] /
    'configs/videolt/move_tsm_adam-100e_videolt-feature.py')


class Workload:
    """Long-tailed batch, one or two labels for each video, and its models."""

    def __init__(self,
                 sizes: Sizes,
                 device: str = 'cpu',
                 seed: int = 0) -> None:
        init_default_scope('mmaction')
        np.random.seed(seed)  # for the masks
        self.sizes, self.device = sizes, device
        generator = torch.Generator().manual_seed(seed)
        self.class_counts = (2000 *
                             .995**torch.arange(sizes.classes)).long() + 5
        self.labels: List[List[int]] = [
            torch.randperm(sizes.classes,
                           generator=generator)[:1 + i % 2].tolist()
            for i in range(sizes.batch)
        ]
        self.frames = torch.randn(
            sizes.batch, sizes.frames, sizes.channels,
            generator=generator).half()
        self.sampler = TRANSFORMS.build(dict(type='DynamicFrameSampler'))
        self.sampler.set_class_counts(self.class_counts)

    def target(self) -> Tensor:
        """Labels as a multi-hot target ``(B, classes)``."""
        target = torch.zeros(self.sizes.batch, self.sizes.classes)
        for row, labels in zip(target, self.labels):
            row[labels] = 1
        return target.to(self.device)

    def samples(self) -> SampleBatch:
        """Data samples of the batch with new masks, as a worker packs them."""
        videos = torch.repeat_interleave(
            torch.tensor([len(row) for row in self.labels]))
        classes = torch.tensor(sum(self.labels, []))
        batch = len(self.labels)
        labels = Labels(classes, videos, batch, self.sizes.classes, True)
        masks = self.sampler.draw(classes, videos, batch, self.sizes.frames)
        names = [str(i) for i in range(batch)]
        return SampleBatch(dict(masks, gt_label=labels), dict(video_id=names))

    def our_model(self) -> torch.nn.Module:
        cfg = Config.fromfile(str(CONFIG)).model
        cfg.neck.in_channels = self.sizes.channels
        cfg.neck.necks.netvlad.num_clusters = self.sizes.clusters
        cfg.cls_head.num_classes = self.sizes.classes
        model = MODELS.build(cfg).to(self.device)
        model.cls_head.set_class_counts(self.class_counts)
        return model

    def textbook_model(self) -> textbook.MOVE:
        sizes, tau = self.sizes, F.tau(self.class_counts)
        min_sizes = [int(max(float(t) * sizes.frames, 3)) for t in tau]
        model = textbook.MOVE(sizes.channels, sizes.classes, min_sizes,
                              F.label_weight(tau).float())
        model.netvlad = textbook.NetVLAD(sizes.channels, sizes.clusters)
        return model.to(self.device)

    def our_step(self,
                 model,
                 precision: str,
                 optimizer: str = 'FusedAdam',
                 checked: bool = False,
                 **settings) -> Callable[[], None]:
        """Training step of the runner, from a batch of the loader.

        ``checked`` adds the check of each step by ``FiniteValuesHook``.
        """
        optimizer = OPTIMIZERS.build(
            dict(
                type=optimizer, params=model.parameters(), lr=1e-4,
                **settings))
        wrapper = OPTIM_WRAPPERS.build(
            dict(
                type='AutocastOptimWrapper'
                if precision == 'bfloat16' else 'OptimWrapper',
                optimizer=optimizer))

        if checked:
            optimizer.register_step_pre_hook(_check_gradients)

        def step() -> None:
            model.train_step(
                dict(inputs=self.frames, data_samples=self.samples()), wrapper)

        return step

    def textbook_step(self, model, precision: str) -> Callable[[], None]:
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
        target = self.target()

        def step() -> None:
            frames = self.frames.to(self.device).float()
            optimizer.zero_grad()
            with torch.autocast(
                    self.device, torch.bfloat16,
                    enabled=precision == 'bfloat16'):
                loss = model.loss(frames, target, self.labels)
            loss.backward()
            optimizer.step()

        return step


def _check_gradients(optimizer, args, kwargs) -> None:
    gradients = [
        parameter.grad for group in optimizer.param_groups
        for parameter in group['params'] if parameter.grad is not None
    ]
    if not finite_on_all_ranks(gradients):
        raise ValueError('a gradient is not finite')
