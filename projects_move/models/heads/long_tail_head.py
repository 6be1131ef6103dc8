"""Two-layer classifier of all compared methods."""
from typing import Dict, Iterable, Optional

import torch
from jaxtyping import Bool, Float
from mmaction.models.heads import BaseHead
from mmaction.registry import MODELS
from torch import Tensor, nn

from .targets import stack_ignored, stack_targets

ACTIVATIONS = dict(sigmoid=torch.sigmoid, softmax=lambda x: x.softmax(-1))


@MODELS.register_module()
class LongTailHead(BaseHead):
    """Classifier of the views of a video, with averaged logits.

    The views are the output of a neck. Without a neck they are the frames,
    which is the baseline without aggregators. Labels are single or
    multi-label, hard or soft.

    Args:
        num_classes: Number of classes, S.
        in_channels: Channels of a view, D.
        hidden_channels: Width of the hidden layer.
        dropout_ratio: Dropout after the hidden layer.
        loss_cls: Any registered loss that takes targets ``(B, S)``.
        activation: Function from logits to scores, ``'sigmoid'`` or
            ``'softmax'``.

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
                 activation: str = 'sigmoid',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            num_classes, in_channels, loss_cls=loss_cls, init_cfg=init_cfg)
        if activation not in ACTIVATIONS:
            raise ValueError(f'activation must be one of {tuple(ACTIVATIONS)},'
                             f' got {activation!r}')
        self.activation = activation
        self.hidden = nn.Linear(in_channels, hidden_channels)
        self.dropout = nn.Dropout(dropout_ratio)
        self.classifier = nn.Linear(hidden_channels, num_classes)

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
        return self.classify(self.as_views(x), valid)

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
                 valid: Optional[Bool[Tensor,
                                      'B V']] = None) -> Float[Tensor, 'B S']:
        """Mean logits of the views.

        The last layer is linear. Its input is therefore the mean of the
        hidden layer over the views.
        """
        hidden = self.dropout(self.hidden(views).relu())  # (B, V, hidden)
        if valid is None:
            hidden = hidden.mean(1)
        else:
            weight = valid.to(hidden.dtype).unsqueeze(-1)
            hidden = (hidden * weight).sum(1) / weight.sum(1)
        return self.classifier(hidden)

    def loss(self, feats: Float[Tensor, 'B ...'], data_samples: Iterable,
             **kwargs) -> Dict:
        logits = self(feats, **kwargs)
        target = stack_targets(data_samples, self.num_classes, logits)
        ignored = stack_ignored(data_samples, logits)
        return self.loss_by_target(logits, target, **ignored)

    def loss_by_target(self, logits: Float[Tensor, 'B S'],
                       target: Float[Tensor, 'B S'], **kwargs) -> Dict:
        """Losses of logits, for labels in [0, 1]."""
        try:
            loss = self.loss_cls(logits, target, **kwargs)
        except (AssertionError, IndexError, RuntimeError, TypeError,
                ValueError) as error:
            raise TypeError(
                f'{type(self.loss_cls).__name__} does not take soft targets '
                f'of shape {tuple(target.shape)}, with which '
                f'{type(self).__name__} trains: {error}') from error
        return loss if isinstance(loss, dict) else dict(loss_cls=loss)

    def predict_by_feat(self, cls_scores: Float[Tensor, 'B S'],
                        data_samples: Iterable) -> Iterable:
        scores = ACTIVATIONS[self.activation](cls_scores.float())
        labels = scores.argmax(-1, keepdim=True)
        for sample, score, label in zip(data_samples, scores, labels):
            sample.set_pred_score(score)
            sample.set_pred_label(label)
        return data_samples
