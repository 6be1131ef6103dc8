"""The two-layer classifier that every compared method shares."""
from typing import Dict, List, Optional, Union

import torch
from mmaction.models.heads import BaseHead
from mmaction.registry import MODELS
from torch import Tensor, nn

from .dropout import Dropout
from .targets import stack_ignored, stack_targets

SCORES = dict(sigmoid=torch.sigmoid, softmax=lambda x: x.softmax(-1))


@MODELS.register_module()
class LongTailHead(BaseHead):
    """Classifies every view of a video and averages the logits.

    The views are the vectors of a neck, or, without a neck, the frames: the
    baseline without aggregators. Labels are single or multi-label, hard or
    soft.

    Args:
        num_classes: S.
        in_channels: D.
        hidden_channels: Width of the hidden layer.
        dropout_ratio: After the hidden layer.
        loss_cls: Any registered loss that takes targets ``(B, S)``.
        scores: ``'sigmoid'`` or ``'softmax'``, makes scores of the logits.

    Raises:
        ValueError: For other ``scores``, or features of other channels.
        TypeError: In training, for a loss that takes no soft targets.
    """

    accepts_views = True

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 hidden_channels: int = 2048,
                 dropout_ratio: float = 0.5,
                 loss_cls: dict = dict(type='BCELossWithLogits'),
                 scores: str = 'sigmoid',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            num_classes, in_channels, loss_cls=loss_cls, init_cfg=init_cfg)
        if scores not in SCORES:
            raise ValueError(f'scores must be one of {tuple(SCORES)}, got '
                             f'{scores!r}')
        self.scores = scores
        self.hidden = nn.Linear(in_channels, hidden_channels)
        self.dropout = Dropout(dropout_ratio)
        self.classifier = nn.Linear(hidden_channels, num_classes)

    def forward(self,
                x: Tensor,
                valid: Optional[Tensor] = None,
                **kwargs) -> Tensor:
        """Logits of each video.

        Args:
            x: ``(B, V, D)`` or ``(B, D)``; or, from a stock recognizer, views
                as positions in space, ``(B, D, V, 1[, 1])``.
            valid: bool ``(B, V)``, false for views that do not count: the
                padding of a short video.

        Returns:
            ``(B, S)``.
        """
        return self.classify(self.as_views(x), valid)

    def as_views(self, x: Tensor) -> Tensor:
        """Bring features of any layout to ``(B, V, D)``."""
        if x.ndim == 2:
            x = x.unsqueeze(1)
        elif x.ndim > 3:
            x = x.flatten(2).transpose(1, 2)
        if x.ndim != 3 or x.shape[-1] != self.in_channels:
            raise ValueError(f'{type(self).__name__} expects features (B, V, '
                             f'{self.in_channels}), got {tuple(x.shape)}')
        return x

    def classify(self,
                 views: Tensor,
                 valid: Optional[Tensor] = None) -> Tensor:
        """Mean logits ``(B, S)`` of views ``(B, V, D)``.

        The last layer is linear, so it sees the mean of the hidden layer
        instead of every view.
        """
        hidden = self.dropout(self.hidden(views).relu())  # (B, V, H)
        if valid is None:
            hidden = hidden.mean(1)
        else:
            weight = valid.to(hidden.dtype).unsqueeze(-1)
            hidden = (hidden * weight).sum(1) / weight.sum(1)
        return self.classifier(hidden)

    def loss(self, feats: Tensor, data_samples: List, **kwargs) -> Dict:
        logits = self(feats, **kwargs)
        target = stack_targets(data_samples, self.num_classes, logits)
        ignored = stack_ignored(data_samples, logits)
        return self.loss_by_target(logits, target, **ignored)

    def loss_by_target(self, logits: Tensor, target: Tensor, **kwargs) -> Dict:
        """Losses of logits against labels in [0, 1], both ``(B, S)``."""
        try:
            loss = self.loss_cls(logits, target, **kwargs)
        except (AssertionError, IndexError, RuntimeError, TypeError,
                ValueError) as error:
            raise TypeError(
                f'{type(self.loss_cls).__name__} does not take soft targets '
                f'of the shape {tuple(target.shape)}, which '
                f'{type(self).__name__} trains with: {error}') from error
        return loss if isinstance(loss, dict) else dict(loss_cls=loss)

    def predict_by_feat(self, cls_scores: Union[Tensor, List[Tensor]],
                        data_samples: List) -> List:
        scores = SCORES[self.scores](cls_scores.float())
        labels = scores.argmax(-1, keepdim=True)
        for sample, score, label in zip(data_samples, scores, labels):
            sample.set_pred_score(score)
            sample.set_pred_label(label)
        return data_samples
