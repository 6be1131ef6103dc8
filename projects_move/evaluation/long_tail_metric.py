"""mAP, accuracy and calibration, overall and by head, medium, tail and few."""
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Union

import numpy as np
import torch
from mmaction.registry import METRICS
from mmengine.dist import is_main_process
from mmengine.evaluator import BaseMetric
from torch import Tensor

from projects_move import functional as F
from .calibration import calibration_errors
from .distributed import (average_precision_over_ranks, count_correct,
                          local_scores)
from .reports import write_metrics, write_per_class
from .score_file import ScoreFile
from .video_scores import VideoScores


@METRICS.register_module()
class LongTailMetric(BaseMetric):
    """Mean average precision, accuracy and calibration error, overall and by
    group of classes.

    The metrics have the prefix ``long_tail``, as in
    ``save_best='long_tail/mAP'``. A group without classes is left out.

    - ``mAP``, and ``mAP_head``, ... for each group of classes.
    - ``acc1`` and ``acc5``: share of correct videos. A video is correct if one
      of its labels is among its k best classes.
    - ``acc1_mean``, and ``acc1_head``, ...: recall at k, the share of correct
      videos of a class, averaged over all classes that have test videos, or
      over those of the group.
    - ``ece``: expected calibration error (Guo et al., ICML 2017) with 15 bins
      of equal width. If each test video has one label, the highest score is
      compared with whether its class is the label. ``ece_head``, ... is the
      error of the videos whose predicted class is in the group.
      If test videos have several labels, the score of each class is compared
      with whether the class is a label, and the errors of the classes are
      averaged, over all classes or those of the group (class-wise, Kull et
      al., NeurIPS 2019). With all pairs of videos and classes in the same
      bins, scores that are too high in one class would balance those that are
      too low in another.
      A sigmoid gives each class a probability of its own. For videos with one
      label the highest is taken as it is: it is the confidence that a user
      sees, and says by itself how likely its class is. The error is left out
      if a score lies outside of [0, 1], as logits do.

    For AP, videos of equal score are ranked in the order of the list. For
    accuracy, classes of equal score are ranked by their index.

    Args:
        groups: ``'thirds'`` of the classes, or the thresholds
            ``dict(head_min_exclusive=..., tail_max_inclusive=...)``.
        few_max_inclusive: Maximum number of training videos of a class in
            the group ``few``, which overlaps with the other groups.
        empty_classes: Rule for classes without a test video: ``'skip'``
            leaves them out of the means of AP and recall, ``'zero'`` counts
            their AP as zero, as in the released code.
        topk: Values of k of the accuracies.
        class_counts: Training videos of each class, ``(S,)``; not needed with
            a ``ClassCountsHook``, which sets them.
        out_dir: Folder for ``metrics.json``, ``per_class.csv`` and
            ``per_class.json`` (class, name, group, training videos, test
            videos, AP, recall at each k), and ``scores.npz``: ``scores``
            float32 ``(N, S)`` in the order of the list; ``labels`` int64
            ``(L, 2)``, video and class of each label; ``logits`` float32
            ``(N, S)`` of a head that sets ``pred_logits``; ``videos``, the
            names, if the samples have a ``video_id``.
        keep_scores: Whether to write ``scores.npz``. None writes it for at
            most 20 million scores, N times S, which are 80 MB, and 160 MB
            with logits.
        collect_device: ``'cpu'``, or ``'gpu'`` to keep the scores on the
            device of the model until all videos are tested.
        prefix: Prefix of the metrics instead of ``long_tail``.

    Attributes:
        class_results: AP and recall at each k of the classes in the last
            evaluation, float64 ``(S,)`` each, by ``ap``, ``acc1``, ...; NaN
            for a class without a test video.
    """

    default_prefix = 'long_tail'

    def __init__(self,
                 groups: Union[str, Dict[str, int]] = 'thirds',
                 few_max_inclusive: int = 20,
                 empty_classes: str = 'skip',
                 topk: Sequence[int] = (1, 5),
                 class_counts: Optional[Sequence[int]] = None,
                 out_dir: Optional[str] = None,
                 keep_scores: Optional[bool] = None,
                 collect_device: str = 'cpu',
                 prefix: Optional[str] = None) -> None:
        super().__init__(collect_device, prefix)
        if empty_classes not in ('skip', 'zero'):
            raise ValueError("empty_classes must be 'skip' or 'zero', got "
                             f'{empty_classes!r}')
        if isinstance(groups, str) and groups != 'thirds':
            raise ValueError("groups must be 'thirds' or thresholds, got "
                             f'{groups!r}')
        self.groups = groups
        self.few_max_inclusive = few_max_inclusive
        self.empty_classes = empty_classes
        self.topk = tuple(topk)
        self.out_dir = out_dir
        self._score_file = ScoreFile(keep_scores)
        self.class_results: Dict[str, Tensor] = {}
        self.class_counts: Optional[Tensor] = None
        if class_counts is not None:
            self.set_class_counts(torch.as_tensor(class_counts))

    def set_class_counts(self, class_counts: Tensor) -> None:
        """Set the number of training videos of each class, int64 ``(S,)``."""
        self.class_counts = torch.as_tensor(class_counts).cpu()

    def process(self, data_batch, data_samples: Sequence[dict]) -> None:
        scores = torch.stack([each['pred_score'] for each in data_samples])
        labels = _label_pairs([each['gt_label'] for each in data_samples])
        self.results.append(self._video_scores(scores, labels))
        if self.out_dir is not None:
            self._score_file.add(data_samples, self._device)

    @property
    def _device(self) -> Optional[str]:
        """Device of the results; None is that of the model."""
        return 'cpu' if self.collect_device == 'cpu' else None

    def _video_scores(self, scores: Tensor, labels: Tensor) -> VideoScores:
        return VideoScores.from_batch(scores, labels, self._device)

    def evaluate(self, size: int) -> Dict[str, float]:
        """Metrics over all videos of all ranks.

        Args:
            size: Number of videos in the list, without the padding of the
                sampler.
        """
        metrics = self._metrics(local_scores(self.results), size)
        self.results.clear()
        return {
            f'{self.prefix}/{name}' if self.prefix else name: value
            for name, value in metrics.items()
        }

    def compute_metrics(self, results: List[VideoScores]) -> Dict[str, float]:
        """Metrics over the videos of a single rank."""
        videos = VideoScores.concat(results)
        return self._metrics(videos, videos.num_videos)

    def evaluate_scores(self, scores: Tensor,
                        target: Tensor) -> Dict[str, float]:
        """Metrics of scores ``(N, S)`` and multi-hot labels ``(N, S)``.

        Raises:
            RuntimeError: Without class counts.
            ValueError: For class counts of another number of classes.
        """
        return self.compute_metrics(
            [self._video_scores(scores, target.nonzero())])

    def _metrics(self, videos: VideoScores, size: int) -> Dict[str, float]:
        groups = self.class_groups(videos.num_classes)
        correct = count_correct(videos, size, self.topk)
        ap = average_precision_over_ranks(videos, size)  # (S,)
        recall = {
            k: by_class / correct.videos
            for k, by_class in correct.by_class.items()
        }
        self.class_results = dict(
            ap=ap, **{
                f'acc{k}': values
                for k, values in recall.items()
            })
        if self.out_dir is not None and is_main_process():
            write_per_class(self.out_dir, self.class_counts, groups,
                            correct.videos.long(), ap, recall,
                            self._class_names())

        if self.empty_classes == 'zero':
            ap = ap.nan_to_num(0)
        metrics = dict(mAP=ap.nanmean())
        for k, total in correct.total.items():
            metrics[f'acc{k}'] = total / size
            metrics[f'acc{k}_mean'] = recall[k].nanmean()
        for name, members in groups.items():
            metrics[f'mAP_{name}'] = ap[members].nanmean()
            for k in self.topk:
                metrics[f'acc{k}_{name}'] = recall[k][members].nanmean()
        metrics.update(calibration_errors(videos, size, groups))
        metrics = {
            key: value.item()
            for key, value in metrics.items() if not value.isnan()
        }
        if self.out_dir is not None:
            self._score_file.write(
                Path(self.out_dir) / 'scores.npz', videos, size)
            if is_main_process():
                write_metrics(self.out_dir, metrics)
        return metrics

    def _class_names(self) -> Optional[Sequence[str]]:
        return (self.dataset_meta or {}).get('classes')

    def class_groups(self, num_classes: int) -> Dict[str, Tensor]:
        """Bool masks ``(S,)`` of head, medium, tail and few."""
        counts = self.class_counts
        if counts is None:
            raise RuntimeError(
                'LongTailMetric has no class counts: add '
                "dict(type='ClassCountsHook') to custom_hooks, test a "
                'checkpoint that has them, or pass class_counts')
        if len(counts) != num_classes:
            raise ValueError(
                f'LongTailMetric has class counts of {len(counts)} classes, '
                f'but scores of {num_classes}')
        if self.groups == 'thirds':
            groups = F.class_thirds(counts)
        else:
            groups = F.class_groups(counts, **self.groups)
        return dict(groups, few=counts <= self.few_max_inclusive)


def _label_pairs(labels: List[Tensor]) -> Tensor:
    """Video and class of each label, int64 ``(L, 2)``.

    Args:
        labels: Labels of each video, multi-hot or class indices.
    """
    hot = [_is_multi_hot(label) for label in labels]
    if all(hot) and len({label.shape for label in labels}) == 1:
        stacked = (torch.stack(labels) != 0).cpu().numpy()  # (B, S)
        index = np.flatnonzero(stacked)
        return torch.from_numpy(
            np.stack(np.divmod(index, stacked.shape[1]), 1))
    classes = [
        label.nonzero().flatten() if is_hot else label.unique()
        for label, is_hot in zip(labels, hot)
    ]
    videos = torch.repeat_interleave(
        torch.tensor([len(each) for each in classes]))
    return torch.stack([videos, torch.cat(classes).cpu()], 1)


def _is_multi_hot(label: Tensor) -> bool:
    return label.is_floating_point() or label.dtype == torch.bool
