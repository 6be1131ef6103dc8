"""Results as files: overall to JSON, per class to CSV."""
import csv
import json
from pathlib import Path
from typing import Dict, Optional, Sequence

from torch import Tensor

GROUPS = ('head', 'medium', 'tail')


def write_metrics(out_dir: str, metrics: Dict[str, float]) -> None:
    """Write ``metrics.json``: the metrics by name."""
    path = Path(out_dir) / 'metrics.json'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(metrics, indent=2) + '\n')


def write_per_class(out_dir: str,
                    class_counts: Tensor,
                    groups: Dict[str, Tensor],
                    videos: Tensor,
                    ap: Tensor,
                    recall: Dict[int, Tensor],
                    names: Optional[Sequence[str]] = None) -> None:
    """Write ``per_class.csv``, a row a class; a class without a test video
    has neither AP nor recall.

    Args:
        out_dir: Folder, made where it is not there.
        class_counts: Training videos, ``(S,)``.
        groups: Bool masks ``(S,)`` of head, medium and tail.
        videos: Test videos, ``(S,)``.
        ap: ``(S,)``.
        recall: Of each k, the share of a class's videos that are right,
            ``(S,)``.
        names: Of the classes.
    """
    path = Path(out_dir) / 'per_class.csv'
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow([
            'class', 'name', 'group', 'training_videos', 'test_videos', 'ap',
            *(f'acc{k}' for k in recall)
        ])
        for i, count in enumerate(class_counts.tolist()):
            group = next(name for name in GROUPS if groups[name][i])
            values = [ap[i], *(values[i] for values in recall.values())]
            writer.writerow([
                i, names[i] if names else i, group, count,
                int(videos[i]),
                *('' if value.isnan() else f'{value.item():.6f}'
                  for value in values)
            ])
