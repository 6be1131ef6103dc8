"""Result files: metrics in JSON, results of each class in CSV and JSON."""
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from torch import Tensor

from projects_move.file_io import atomic_write
from projects_move.utils.escape import csv_line, json_text

GROUPS = ('head', 'medium', 'tail')


def write_metrics(out_dir: str, metrics: Dict[str, float]) -> None:
    """Write the metrics by name to ``metrics.json``. A metric that is not
    finite is null."""
    _write(Path(out_dir) / 'metrics.json', json_text(metrics) + '\n')


def write_per_class(out_dir: str,
                    class_counts: Tensor,
                    groups: Dict[str, Tensor],
                    test_videos: Tensor,
                    ap: Tensor,
                    recall: Dict[int, Tensor],
                    names: Optional[Sequence[str]] = None) -> None:
    """Write ``per_class.csv`` and ``per_class.json``, one row for each class.

    AP and recall are empty for a class without a test video. Names are
    escaped, see :func:`projects_move.utils.escape.csv_line`.

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
    _write(folder / 'per_class.json', json_text(rows) + '\n')
    lines = [list(rows[0]), *(row.values() for row in rows)]
    _write(folder / 'per_class.csv', ''.join(map(csv_line, map(list, lines))))


def _write(path: Path, text: str) -> None:
    with atomic_write(path) as draft:
        draft.write_bytes(text.encode())


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
