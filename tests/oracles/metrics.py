"""Metrics, one class and video at a time."""
import math
from fractions import Fraction


def average_precision(scores, target):
    """Mean precision at the positives of one class; ties in list order."""
    order = sorted(range(len(scores)), key=lambda i: (-float(scores[i]), i))
    hits, precisions = 0, []
    for rank, i in enumerate(order, start=1):
        if target[i]:
            hits += 1
            precisions.append(hits / rank)
    return sum(precisions) / len(precisions) if precisions else math.nan


def is_correct(scores, target, k):
    """Whether any label of a video is among its k best classes."""
    best = sorted(range(len(scores)), key=lambda s: (-float(scores[s]), s))
    return any(target[s] for s in best[:k])


def calibration_error(confidence, correct, num_bins=15):
    """Guo et al. (2017), Eq. 3, with exact limits of the bins."""
    total = 0.
    for m in range(1, num_bins + 1):
        bin_m = [
            i for i, value in enumerate(confidence)
            if Fraction(m - 1, num_bins) < Fraction(float(value)) <= Fraction(
                m, num_bins) or (m == 1 and value == 0)
        ]
        if bin_m:
            accuracy = sum(bool(correct[i]) for i in bin_m) / len(bin_m)
            mean = sum(float(confidence[i]) for i in bin_m) / len(bin_m)
            total += len(bin_m) / len(confidence) * abs(accuracy - mean)
    return total if len(confidence) else math.nan


def calibration_errors(scores, target, groups):
    """Of the best class for videos of one label, else class by class."""
    num_videos, num_classes = scores.shape
    groups = {
        'ece': range(num_classes),
        **{
            f'ece_{name}': members
            for name, members in groups.items()
        }
    }
    if (target.sum(1) > 1).any():
        by_class = [
            calibration_error(scores[:, s], target[:, s])
            for s in range(num_classes)
        ]
        return {
            name: _mean([by_class[s] for s in members])
            for name, members in groups.items()
        }
    best = [
        min(range(num_classes), key=lambda s: (-float(row[s]), s))
        for row in scores
    ]
    chosen = {
        name: [(i, s) for i, s in enumerate(best) if s in members]
        for name, members in groups.items()
    }
    return {
        name:
        calibration_error([scores[pair] for pair in pairs],
                          [target[pair] for pair in pairs])
        for name, pairs in chosen.items()
    }


def long_tail_metrics(scores, target, groups, topk, absent):
    """Every figure of the metric, with loops; ``groups`` lists classes."""
    num_videos, num_classes = scores.shape
    ap = [
        average_precision(scores[:, s], target[:, s])
        for s in range(num_classes)
    ]
    if absent == 'zero':
        ap = [0. if math.isnan(a) else a for a in ap]
    figures = dict(mAP=_mean(ap))
    for k in topk:
        correct = [
            is_correct(scores[i], target[i], k) for i in range(num_videos)
        ]
        figures[f'acc{k}'] = _mean([float(r) for r in correct])
        for name, members in dict(groups, mean=range(num_classes)).items():
            shares = []
            for s in members:
                videos = [i for i in range(num_videos) if target[i, s]]
                if videos:
                    shares.append(
                        sum(correct[i] for i in videos) / len(videos))
            figures[f'acc{k}_{name}'] = _mean(shares)
    figures.update(calibration_errors(scores, target, groups))
    for name, members in groups.items():
        figures[f'mAP_{name}'] = _mean([ap[s] for s in members])
    return {k: v for k, v in figures.items() if not math.isnan(v)}


def _mean(values):
    values = [v for v in values if not math.isnan(v)]
    return sum(values) / len(values) if values else math.nan
