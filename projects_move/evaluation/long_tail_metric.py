"""mAP and accuracy, overall and by head, medium, tail and few."""
from typing import Dict, List, Optional, Sequence, Union

import torch
from mmaction.registry import METRICS
from mmengine.evaluator import BaseMetric
from torch import Tensor

from projects_move import functional as F
from .reports import write_metrics, write_per_class


@METRICS.register_module()
class LongTailMetric(BaseMetric):
    """Long-tailed recognition, single or multi-label.

    Reports, under the prefix ``long_tail``: ``mAP`` and, of each group,
    ``mAP_head``, ...; ``acc1`` and ``acc5``, where a video is right when any
    of its labels is among the first k; and ``acc1_head``, ..., the mean over
    the group's classes of the share of their videos that are right. A group
    without classes is left out. ``save_best`` takes any, such as
    ``'long_tail/mAP'``.

    Equal scores keep the order of the list (AP) or of the classes (accuracy).

    Args:
        groups: ``'thirds'`` of the classes, or the thresholds
            ``dict(head_min_exclusive=..., tail_max_inclusive=...)``.
        few_max_inclusive: Classes of at most as many training videos are
            also reported as ``few``.
        absent: What a class without a test video does: ``'skip'`` leaves it
            out of every mean, ``'zero'`` counts an AP of zero, as the
            released code does.
        topk: k of the accuracies.
        class_counts: Training videos of each class, ``(S,)``, where no
            ``ClassCountsHook`` sets them.
        out_dir: Folder for ``metrics.json``, ``per_class.csv`` and
            ``per_class.json`` (class, name, group, training videos, test
            videos, AP, recall at each k).
    """

    default_prefix = 'long_tail'

    def __init__(self,
                 groups: Union[str, Dict[str, int]] = 'thirds',
                 few_max_inclusive: int = 20,
                 absent: str = 'skip',
                 topk: Sequence[int] = (1, 5),
                 class_counts: Optional[Sequence[int]] = None,
                 out_dir: Optional[str] = None,
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device, prefix)
        if absent not in ('skip', 'zero'):
            raise ValueError("absent must be 'skip' or 'zero', got "
                             f'{absent!r}')
        if isinstance(groups, str) and groups != 'thirds':
            raise ValueError("groups must be 'thirds' or thresholds, got "
                             f'{groups!r}')
        self.groups = groups
        self.few_max_inclusive = few_max_inclusive
        self.absent = absent
        self.topk = tuple(topk)
        self.out_dir = out_dir
        self.class_counts: Optional[Tensor] = None
        if class_counts is not None:
            self.set_class_counts(torch.as_tensor(class_counts))

    def set_class_counts(self, class_counts: Tensor) -> None:
        """Training videos of each class, int64 ``(S,)``."""
        self.class_counts = torch.as_tensor(class_counts).cpu()

    def process(self, data_batch, data_samples: Sequence[dict]) -> None:
        for sample in data_samples:
            score = sample['pred_score'].detach().float().cpu()
            label = sample['gt_label'].cpu()
            if label.is_floating_point():
                label = label.nonzero().flatten()
            self.results.append((score.numpy(), label.numpy()))

    def compute_metrics(self, results: List) -> Dict[str, float]:
        scores = torch.stack([torch.from_numpy(score) for score, _ in results])
        target = torch.zeros(scores.shape, dtype=torch.bool)
        for row, (_, label) in enumerate(results):
            target[row, torch.from_numpy(label)] = True
        return self.evaluate_scores(scores, target)

    def evaluate_scores(self, scores: Tensor,
                        target: Tensor) -> Dict[str, float]:
        """Metrics of scores ``(N, S)`` against multi-hot labels ``(N, S)``.

        Raises:
            RuntimeError: Where the class counts are not known.
            ValueError: Where they are of another number of classes.
        """
        groups = self.class_groups(scores.shape[1])
        ap = F.average_precision(scores, target)  # (S,)
        rank = F.label_rank(scores, target)  # (N,)
        videos = target.sum(0)  # (S,)
        correct = {k: (rank < k).double() for k in self.topk}
        recall = {
            k: hit @ target.double() / videos
            for k, hit in correct.items()
        }
        if self.out_dir is not None:
            write_per_class(self.out_dir, self.class_counts, groups, videos,
                            ap, recall, self._class_names())

        if self.absent == 'zero':
            ap = ap.nan_to_num(0)
        metrics = dict(mAP=ap.nanmean())
        for k, hit in correct.items():
            metrics[f'acc{k}'] = hit.mean()
        for name, members in groups.items():
            metrics[f'mAP_{name}'] = ap[members].nanmean()
            for k in self.topk:
                metrics[f'acc{k}_{name}'] = recall[k][members].nanmean()
        metrics = {
            key: value.item()
            for key, value in metrics.items() if not value.isnan()
        }
        if self.out_dir is not None:
            write_metrics(self.out_dir, metrics)
        return metrics

    def _class_names(self) -> Optional[Sequence[str]]:
        return (self.dataset_meta or {}).get('classes')

    def class_groups(self, num_classes: int) -> Dict[str, Tensor]:
        """Bool masks ``(S,)`` of head, medium, tail and few."""
        counts = self.class_counts
        if counts is None:
            raise RuntimeError(
                'LongTailMetric was told no class counts: add '
                "dict(type='ClassCountsHook') to custom_hooks, test a "
                'checkpoint that has them, or pass class_counts')
        if len(counts) != num_classes:
            raise ValueError(f'class counts of {len(counts)} classes, but '
                             f'scores of {num_classes}')
        if self.groups == 'thirds':
            groups = F.class_thirds(counts)
        else:
            groups = F.class_groups(counts, **self.groups)
        return dict(groups, few=counts <= self.few_max_inclusive)
