"""NetVLAD, the codebook-attentive aggregator of MOVE.

AAAI 2023, Sec. 2.2, Eq. 2, 3 and 10, after Arandjelovic et al., CVPR 2016.
``formulation`` chooses between the paper and the authors' released code:

=============  ==============================  =============================
topic          ``paper``                       ``official``
=============  ==============================  =============================
residual       ``x - mu``                      ``x``, multiplied by
                                               ``sigmoid(gate)``
assignment     linear with bias                linear without bias, batch
                                               norm
frame sampler  masks the terms of the sum      sets dropped frames to zero
                                               before the assignment, so that
                                               they are part of its batch
                                               statistics
input          unchanged                       batch norm
output         fully connected (f_phi, Eq. 4)  linear without bias, batch
                                               norm, ReLU6
gradient       reaches the frames              stops at the output of the
                                               input batch norm if frames are
                                               sampled
=============  ==============================  =============================

In both, each cluster is L2-normalised, then the whole descriptor, as in the
paper that introduced NetVLAD.
"""
from typing import Optional, Tuple

import torch
from jaxtyping import Bool, Float
from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move import functional as F
from projects_move.formulations import check_formulation
from .base import FrameNeck
from .batch_norm import batch_norm, training_statistics
from .frame_masks import FrameMasks
from .wide_linear import WideLinear


@MODELS.register_module()
class NetVLADNeck(FrameNeck):
    """Sum over the frames of each view, softly assigned to a codebook.

    Args:
        in_channels: Channels of the frames, C.
        num_clusters: Number of clusters, K.
        out_channels: Channels of the output, D.
        formulation: ``'official'`` or ``'paper'``.
        detach_frames: Whether the gradient of sampled views stops at the
            frames; by default true for ``'official'`` only. Set it to False
            to train a backbone with the ``official`` formulation.
        sync_batch_norm: Whether the batch norms of ``official`` use the
            statistics of all ranks of a distributed training, on any device.

    Raises:
        ValueError: For an unknown formulation.
    """

    def __init__(self,
                 in_channels: int,
                 num_clusters: int = 64,
                 out_channels: int = 1024,
                 formulation: str = 'official',
                 detach_frames: Optional[bool] = None,
                 sync_batch_norm: bool = False,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg)
        self.formulation = check_formulation(formulation)
        self.official = official = formulation == 'official'
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.detach_frames = official if detach_frames is None \
            else detach_frames
        codebook = torch.empty(num_clusters, in_channels)
        nn.init.xavier_normal_(codebook)
        self.assignment = nn.Linear(
            in_channels, num_clusters, bias=not official)
        self.proj = WideLinear(
            num_clusters * in_channels, out_channels, bias=not official)
        if official:
            self.gate = nn.Parameter(codebook)
            self.input_norm = nn.BatchNorm1d(in_channels)
            self.assignment_norm = nn.BatchNorm1d(num_clusters)
            self.norm = nn.BatchNorm1d(out_channels)
            self.activation = nn.ReLU6()
            for norm in (self.input_norm, self.assignment_norm, self.norm):
                norm.synchronized = sync_batch_norm
        else:
            self.centers = nn.Parameter(codebook)

    def aggregate(self, frames: Float[Tensor, 'B T C'],
                  masks: FrameMasks) -> Float[Tensor, 'B V D']:
        if frames.shape[-1] != self.in_channels:
            raise ValueError(
                f'NetVLADNeck expects {self.in_channels} channels, got '
                f'frames of {tuple(frames.shape)}')
        if self.official:
            frames = self._norm_input(frames, masks.valid)
        if self.detach_frames and masks.views is not None and self.training:
            frames = frames.detach()
        assignment = self.assign(frames, masks)
        views, valid = masks.views, masks.valid
        if valid is not None:
            valid = valid.unsqueeze(1)  # (B, 1, T)
            views = valid if views is None else views & valid
        if self.official:
            vlad = F.gated_vlad(frames, assignment,
                                self.gate.sigmoid().T, views)
        else:
            vlad = F.normalize_clusters(
                F.aggregate_residuals(frames, assignment, views, self.centers))
        z = self.proj(vlad.flatten(2))
        if self.official:
            z = batch_norm(self.norm, z.flatten(0, 1)).view_as(z)
            z = self.activation(z)
        return z

    def assign(self, frames: Float[Tensor, 'B T C'],
               masks: FrameMasks) -> Float[Tensor, 'B T K']:
        """Soft assignment rho (Eq. 3), computed once for all views."""
        logits = self.assignment(frames)
        if not self.official:
            return logits.softmax(-1)
        norm = self.assignment_norm
        sampled = masks.views is not None or masks.valid is not None
        if not (self.training and sampled):
            logits = batch_norm(norm, logits.flatten(0, 1)).view_as(logits)
            return logits.softmax(-1)
        mean, var = self._view_statistics(logits, masks)
        scale = norm.weight * torch.rsqrt(var + norm.eps)
        return ((logits - mean) * scale + norm.bias).softmax(-1)

    def _view_statistics(self, logits: Float[Tensor,
                                             'B T K'], masks: FrameMasks
                         ) -> Tuple[Float[Tensor, ' K'], Float[Tensor, ' K']]:
        """Mean and variance of the assignment over all views.

        Dropped frames are rows of zeros. Padding is left out.
        """
        views, _, _, valid = masks
        if views is None:
            kept = valid
            num_rows = valid.sum()
        else:
            kept = views.sum(1)  # (B, T)
            num_rows = views.numel()
            if valid is not None:
                kept = kept * valid
                num_rows = views.shape[1] * valid.sum()
        if logits.dtype != torch.float64:
            logits = logits.float()  # half under autocast
        mean, var = F.assignment_statistics(logits, kept, num_rows)
        return training_statistics(self.assignment_norm, mean, var, num_rows)

    def _norm_input(self, frames: Float[Tensor, 'B T C'],
                    valid: Optional[Bool[Tensor,
                                         'B T']]) -> Float[Tensor, 'B T C']:
        if valid is None or not self.training:
            rows = batch_norm(self.input_norm, frames.flatten(0, 1))
            return rows.view_as(frames)
        out = torch.zeros_like(frames)
        out[valid] = batch_norm(self.input_norm, frames[valid]).to(out)
        return out
