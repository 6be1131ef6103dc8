"""mAP and accuracy, overall and by head, medium, tail and few."""
from typing import Dict, List, Optional, Sequence, Union

import numpy as np
import torch
from mmaction.registry import METRICS
from mmengine.dist import is_main_process
from mmengine.evaluator import BaseMetric
from torch import Tensor

from projects_move import functional as F
from .reports import write_metrics, write_per_class
from .video_scores import VideoScores, average_precision, class_sums


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
        collect_device: ``'cpu'``, or ``'gpu'`` to keep the scores where they
            are made until the end.
        prefix: Of the metrics, in place of ``long_tail``.
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
        scores = torch.stack([each['pred_score'] for each in data_samples])
        labels = _sparse([each['gt_label'] for each in data_samples])
        self.results.append(self._batch(scores, labels))

    def _batch(self, scores: Tensor, labels: Tensor) -> VideoScores:
        device = 'cpu' if self.collect_device == 'cpu' else None
        return VideoScores.of(scores, labels, device)

    def evaluate(self, size: int) -> Dict[str, float]:
        """Metrics of all videos of all ranks.

        Each rank keeps its scores: what travels is the score of each positive
        video, how many videos are ahead of it, and a few sums a class.

        Args:
            size: Videos of the list; the ranks take turns, and what fills up
                the last round does not count.
        """
        metrics = self._metrics(VideoScores.cat(self.results), size)
        self.results.clear()
        return {
            f'{self.prefix}/{name}' if self.prefix else name: value
            for name, value in metrics.items()
        }

    def compute_metrics(self, results: List[VideoScores]) -> Dict[str, float]:
        """Metrics of all videos, where this is the only rank."""
        videos = VideoScores.cat(results)
        return self._metrics(videos, len(videos.rank))

    def evaluate_scores(self, scores: Tensor,
                        target: Tensor) -> Dict[str, float]:
        """Metrics of scores ``(N, S)`` against multi-hot labels ``(N, S)``.

        Raises:
            RuntimeError: Where the class counts are not known.
            ValueError: Where they are of another number of classes.
        """
        return self.compute_metrics([self._batch(scores, target.nonzero())])

    def _metrics(self, videos: VideoScores, size: int) -> Dict[str, float]:
        groups = self.class_groups(videos.num_classes)
        sums = class_sums(videos, size, self.topk)
        ap = average_precision(videos, size)  # (S,)
        recall = {k: hits / sums.videos for k, hits in sums.hits.items()}
        if self.out_dir is not None and is_main_process():
            write_per_class(self.out_dir, self.class_counts, groups,
                            sums.videos.long(), ap, recall,
                            self._class_names())

        if self.absent == 'zero':
            ap = ap.nan_to_num(0)
        metrics = dict(mAP=ap.nanmean())
        for k, right in sums.right.items():
            metrics[f'acc{k}'] = right / size
        for name, members in groups.items():
            metrics[f'mAP_{name}'] = ap[members].nanmean()
            for k in self.topk:
                metrics[f'acc{k}_{name}'] = recall[k][members].nanmean()
        metrics = {
            key: value.item()
            for key, value in metrics.items() if not value.isnan()
        }
        if self.out_dir is not None and is_main_process():
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


def _sparse(labels: List[Tensor]) -> Tensor:
    """Video and class of each label, int64 ``(L, 2)``, of the classes of each
    video, as they are or multi-hot."""
    hot = [_is_multi_hot(label) for label in labels]
    if all(hot) and len({label.shape for label in labels}) == 1:
        stacked = (torch.stack(labels) != 0).cpu().numpy()  # (B, S)
        index = np.flatnonzero(stacked)
        return torch.from_numpy(
            np.stack(np.divmod(index, stacked.shape[1]), 1))
    classes = [
        label.nonzero().flatten() if is_hot else label.flatten()
        for label, is_hot in zip(labels, hot)
    ]
    videos = torch.repeat_interleave(
        torch.tensor([len(each) for each in classes]))
    return torch.stack([videos, torch.cat(classes).cpu()], 1)


def _is_multi_hot(label: Tensor) -> bool:
    return label.is_floating_point() or label.dtype == torch.bool
