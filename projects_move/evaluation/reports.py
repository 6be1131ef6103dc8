"""Result files: metrics in JSON, results of each class in CSV and JSON."""
import csv
import json
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from torch import Tensor

from projects_move.file_io import atomic_write

GROUPS = ('head', 'medium', 'tail')


def write_metrics(out_dir: str, metrics: Dict[str, float]) -> None:
    """Write the metrics by name to ``metrics.json``."""
    with atomic_write(Path(out_dir) / 'metrics.json') as draft:
        draft.write_text(json.dumps(metrics, indent=2) + '\n')


def write_per_class(out_dir: str,
                    class_counts: Tensor,
                    groups: Dict[str, Tensor],
                    test_videos: Tensor,
                    ap: Tensor,
                    recall: Dict[int, Tensor],
                    names: Optional[Sequence[str]] = None) -> None:
    """Write ``per_class.csv`` and ``per_class.json``, one row for each class.

    AP and recall are empty for a class without a test video.

    Args:
        out_dir: Folder, created if needed.
        class_counts: Training videos of each class, ``(S,)``.
        groups: Bool masks ``(S,)`` of head, medium and tail.
        test_videos: Test videos of each class, ``(S,)``.
        ap: Average precision of each class, ``(S,)``.
        recall: Share of correct videos of each class, ``(S,)``, by k.
        names: Names of the classes.
    """
    rows = _per_class(class_counts, groups, test_videos, ap, recall, names)
    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'per_class.json').write_text(json.dumps(rows, indent=2) + '\n')
    with open(folder / 'per_class.csv', 'w', newline='') as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _per_class(class_counts: Tensor, groups: Dict[str, Tensor],
               test_videos: Tensor, ap: Tensor, recall: Dict[int, Tensor],
               names: Optional[Sequence[str]]) -> List[dict]:
    measured = dict(
        ap=ap, **{
            f'acc{k}': values
            for k, values in recall.items()
        })
    return [{
        'class': i,
        'name': names[i] if names else str(i),
        'group': next(name for name in GROUPS if groups[name][i]),
        'training_videos': count,
        'test_videos': int(test_videos[i]),
        **{
            key: None if values[i].isnan() else round(values[i].item(), 6)
            for key, values in measured.items()
        }
    } for i, count in enumerate(class_counts.tolist())]
