"""Two-layer classifier of all compared methods."""
import logging
from functools import partial
from typing import Dict, Iterable, Optional

import torch
from jaxtyping import Bool, Float
from mmaction.models.losses import CrossEntropyLoss
from mmaction.registry import MODELS
from mmengine.logging import print_log
from torch import Tensor, nn

from projects_move import functional as F
from projects_move.errors import InputError
from ..class_counts import (ClassCounts, clamp_empty_classes,
                            missing_counts_error)
from ..classifiers import ExpertClassifiers
from ..collectives import share_of_ranks
from .mixing_head import MixingHead
from .targets import stack_ignored, stack_targets

ACTIVATIONS = dict(sigmoid=torch.sigmoid, softmax=lambda x: x.softmax(-1))


@MODELS.register_module()
class LongTailHead(MixingHead):
    """Classifier of the views of a video, with averaged logits.

    The views are the output of a neck. Without a neck they are the frames,
    which is the baseline without aggregators. Labels are single or
    multi-label, hard or soft.

    Args:
        num_classes: Number of classes, S.
        in_channels: Channels of a view, D.
        hidden_channels: Width of the hidden layer, for each expert.
        dropout_ratio: Dropout after the hidden layer.
        loss_cls: Any registered loss that takes targets ``(B, S)``.
        activation: Function from logits to scores, ``'sigmoid'`` or
            ``'softmax'``. By default that of the loss; ``'softmax'`` for
            ``CrossEntropyLoss``, ``'sigmoid'`` for other losses that do not
            tell it.
        classifier: Config of the last layer, such as
            ``dict(type='CosineClassifier')``. None is a linear layer.
        num_experts: Number of hidden layers and classifiers, whose logits a
            test averages. With several, a loss takes logits ``(B, E, S)``, as
            ``ThreeExpertLoss`` does.
        post_hoc_tau: Factor on the log prior that a test subtracts from the
            logits of a finished model (Menon et al., ICLR 2021, Eq. 9).
        kwargs: ``interpolation``, ``reconstruction`` and ``formulation``, see
            :class:`~projects_move.models.heads.mixing_head.MixingHead`. By
            default no videos are mixed.

    Raises:
        ValueError: For another activation, and for features of other channels.
        TypeError: In training, for a loss that does not take soft targets.
    """

    accepts_views = True

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 hidden_channels: int = 2048,
                 dropout_ratio: float = 0.5,
                 loss_cls: dict = dict(type='BCELossWithLogits'),
                 activation: Optional[str] = None,
                 classifier: Optional[dict] = None,
                 num_experts: int = 1,
                 post_hoc_tau: float = 0.0,
                 **kwargs) -> None:
        super().__init__(num_classes, in_channels, loss_cls=loss_cls, **kwargs)
        activation = activation or loss_activation(self.loss_cls)
        if activation not in ACTIVATIONS:
            raise ValueError(f'activation must be one of {tuple(ACTIVATIONS)},'
                             f' got {activation!r}')
        needed = getattr(self.loss_cls, 'num_experts', num_experts)
        if num_experts != needed or num_experts < 1:
            raise ValueError(f'{type(self.loss_cls).__name__} expects '
                             f'num_experts={needed}, got {num_experts}')
        self.activation = activation
        self.post_hoc_tau = post_hoc_tau
        self.num_videos: Optional[float] = None
        self.hidden = nn.Linear(in_channels, num_experts * hidden_channels)
        self.dropout = nn.Dropout(dropout_ratio)
        make = partial(_classifier, classifier, hidden_channels, num_classes)
        self.classifier = (
            make() if num_experts == 1 else ExpertClassifiers(
                make, num_experts))
        self.num_experts = num_experts
        self.register_buffer('log_prior', torch.zeros(0), persistent=False)

    def set_num_videos(self, num_videos: float) -> None:
        """Set the number of training videos."""
        self.num_videos = num_videos

    def set_class_counts(self, class_counts: ClassCounts) -> None:
        """Set the number of training videos of each class.

        If the videos have several labels, a softmax is warned of.
        """
        super().set_class_counts(class_counts)
        labels = float(torch.as_tensor(class_counts).sum())
        if self.activation == 'softmax' and self.num_videos and \
                labels > 1.001 * self.num_videos:
            print_log(
                f'the videos have {labels / self.num_videos:.1f} labels on '
                'average, but the scores of a softmax add up to one: set '
                'model.cls_head.activation=sigmoid', 'current',
                logging.WARNING)
        if self.post_hoc_tau:
            counts = clamp_empty_classes(class_counts, type(self).__name__)
            self.log_prior = F.log_prior(counts).to(self.log_prior)

    def forward(self,
                x: Float[Tensor, 'B ...'],
                valid: Optional[Bool[Tensor, 'B V']] = None,
                **kwargs) -> Float[Tensor, 'B S']:
        """Logits of each video.

        Args:
            x: Views ``(B, V, D)`` or ``(B, D)``. Recognizers of MMAction2
                pass views as positions in space, ``(B, D, V, 1)`` or with one
                more axis.
            valid: False for the padding of a short video.
        """
        logits = self.classify(self.as_views(x), valid)
        if self.num_experts > 1:
            logits = logits.mean(1)
        if self.post_hoc_tau and not self.training:
            if len(self.log_prior) == 0:
                raise missing_counts_error(type(self).__name__)
            logits = logits - self.post_hoc_tau * self.log_prior
        return logits

    def as_views(self, x: Float[Tensor, 'B ...']) -> Float[Tensor, 'B V D']:
        """Views from any layout that :meth:`forward` accepts."""
        if x.ndim == 2:
            x = x.unsqueeze(1)
        elif x.ndim > 3:
            x = x.flatten(2).transpose(1, 2)
        if x.ndim != 3 or x.shape[-1] != self.in_channels:
            raise ValueError(f'{type(self).__name__} expects features (B, V, '
                             f'{self.in_channels}), got {tuple(x.shape)}')
        return x

    def classify(self,
                 views: Float[Tensor, 'B V D'],
                 valid: Optional[Bool[Tensor, 'B V']] = None
                 ) -> Float[Tensor, 'B *E S']:
        """Mean logits of the views, for each of several experts.

        The last layer is linear. Its input is therefore the mean of the
        hidden layer over the views. A cosine classifier compares this mean.
        """
        hidden = self.dropout(self.hidden(views).relu())  # (B, V, hidden)
        if valid is None:
            hidden = hidden.mean(1)
        else:
            weight = valid.to(hidden.dtype).unsqueeze(-1)
            hidden = (hidden * weight).sum(1) / weight.sum(1)
        return self.classifier(hidden)

    def loss(self,
             feats: Float[Tensor, 'B ...'],
             data_samples: Iterable,
             valid: Optional[Bool[Tensor, 'B V']] = None,
             **kwargs) -> Dict:
        views = self.as_views(feats)
        at_least_float = torch.promote_types(views.dtype, torch.float32)
        target = stack_targets(data_samples, self.num_classes,
                               views.new_empty(0, dtype=at_least_float))
        ignored = stack_ignored(data_samples, target)
        if self.mixes_videos and valid is not None:
            raise InputError('interpolation and reconstruction would mix the '
                             'padding of short videos: use a neck that '
                             'aggregates frames, or sample the same number '
                             'of frames from each video')
        if self.mixes_videos and ignored:
            raise InputError('labels cannot be both ignored and mixed: remove '
                             'KeepSampledLabel or interpolation')
        if hasattr(self.loss_cls, 'check_labels'):
            self.loss_cls.check_labels(target)  # mixing hides several labels
        z, target = self.expand(views, target, **self.draw(views))
        return self.loss_by_target(self.classify(z, valid), target, **ignored)

    def loss_by_target(self, logits: Float[Tensor, 'B *E S'],
                       target: Float[Tensor, 'B S'], **kwargs) -> Dict:
        """Losses of logits, for labels in [0, 1].

        Their mean over the ranks of a distributed training is the mean over
        the videos of all ranks.
        """
        try:
            loss = self.loss_cls(logits, target, **kwargs)
        except InputError:
            raise
        except (AssertionError, IndexError, RuntimeError, TypeError,
                ValueError) as error:
            raise TypeError(
                f'{type(self.loss_cls).__name__} does not take soft targets '
                f'of shape {tuple(target.shape)}, with which '
                f'{type(self).__name__} trains: {error}') from error
        losses = loss if isinstance(loss, dict) else dict(loss_cls=loss)
        weight = getattr(self.loss_cls, 'batch_weight',
                         lambda target, **_: len(target))(target, **kwargs)
        share = share_of_ranks(weight, target)
        return {
            name: value * share if 'loss' in name else value
            for name, value in losses.items()
        }

    def predict_by_feat(self, cls_scores: Float[Tensor, 'B S'],
                        data_samples: Iterable) -> Iterable:
        logits = cls_scores.float()
        scores = ACTIVATIONS[self.activation](logits)
        labels = scores.argmax(-1, keepdim=True)
        for sample, score, label, logit in zip(data_samples, scores, labels,
                                               logits):
            sample.set_pred_score(score)
            sample.set_pred_label(label)
            sample.set_field(logit, 'pred_logits')
        return data_samples


def loss_activation(loss: nn.Module) -> str:
    """Function from logits to scores, from the loss that trains them."""
    plain = 'softmax' if isinstance(loss, CrossEntropyLoss) else 'sigmoid'
    return getattr(loss, 'activation', plain)


def _classifier(config: Optional[dict], in_channels: int,
                num_classes: int) -> nn.Module:
    if config is None:
        return nn.Linear(in_channels, num_classes)
    return MODELS.build(
        dict(config, in_channels=in_channels, num_classes=num_classes))
