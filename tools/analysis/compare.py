"""Compares tested methods in one table and, with --picture, one picture.

    python tools/analysis/compare.py Baseline=DIR MOVE=DIR --picture out.png

Each DIR is an output folder of ``tools/test.py`` with
``--cfg-options test_evaluator.out_dir=DIR``. With ``--attention`` the picture
also shows the attention of a trained model over the frames of a video.
"""
import argparse
import csv
import json
from pathlib import Path
from typing import Dict, List

COLUMNS = {
    'All': 'mAP',
    'Head': 'mAP_head',
    'Medium': 'mAP_medium',
    'Tail': 'mAP_tail',
    'Acc@1': 'acc1',
    'Acc@5': 'acc5',
}


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        'results',
        nargs='+',
        metavar='NAME=DIR',
        help='name of a method and the folder of its test')
    parser.add_argument('--picture', type=Path, help='PNG file to write')
    parser.add_argument(
        '--attention',
        nargs=3,
        metavar=('CONFIG', 'CHECKPOINT', 'VIDEO'),
        help='feature config, its checkpoint, and a raw video whose features '
        'are in its test list')
    return parser.parse_args()


def comparison_table(results: Dict[str, Path]) -> str:
    """Markdown table of mAP by class group and of accuracy, best in bold."""
    rows = {
        name: json.loads((folder / 'metrics.json').read_text())
        for name, folder in results.items()
    }
    best = {
        key: max(row.get(key, 0) for row in rows.values())
        for key in COLUMNS.values()
    }
    width = max(len(name) for name in ['Method', *rows])
    lines = [
        f"| {'Method':{width}} | " + ' | '.join(f'{column:^9}'
                                                for column in COLUMNS) + ' |',
        f"| {'-' * width} | " + ' | '.join(['-' * 9] * len(COLUMNS)) + ' |'
    ]
    for name, row in rows.items():
        cells = []
        for key in COLUMNS.values():
            cell = f'{row[key]:.3f}' if key in row else '-'
            cells.append(f'**{cell}**' if row.get(key) == best[key] else cell)
        lines.append(f'| {name:{width}} | ' +
                     ' | '.join(f'{cell:^9}' for cell in cells) + ' |')
    return '\n'.join(lines)


def read_per_class(folder: Path) -> List[dict]:
    with open(folder / 'per_class.csv', newline='') as file:
        return list(csv.DictReader(file))


def draw(results: Dict[str, Path], picture: Path, attention=None) -> None:
    """Write a picture of the AP of each class and, below, of attention."""
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot as plt

    from projects_move.visualization import (plot_attention_strip,
                                             plot_class_curve)
    rows = {name: read_per_class(folder) for name, folder in results.items()}
    first = next(iter(rows.values()))
    panels = 1 if attention is None else 2
    figure, axes = plt.subplots(
        panels, 1, figsize=(9, 3.8 * panels), squeeze=False, dpi=150)
    plot_class_curve(
        axes[0, 0], [int(row['training_videos']) for row in first], {
            name: [float(row['ap'] or 'nan') for row in method]
            for name, method in rows.items()
        }, [row['name'] for row in first])
    if attention is not None:
        plot_attention_strip(axes[1, 0], *video_attention(*attention))
    figure.tight_layout()
    figure.savefig(picture)


def video_attention(config: str, checkpoint: str, video: str):
    """Attention of a trained model over a video.

    Returns:
        Attention ``(T,)``, some frames as RGB images, and a title.
    """
    import cv2
    import numpy as np
    import torch
    from mmaction.apis import init_recognizer
    from mmaction.registry import DATASETS

    from projects_move.models.necks import FrameMasks

    model = init_recognizer(config, checkpoint, device='cpu')
    dataset = DATASETS.build(model.cfg.test_dataloader.dataset)
    names = [dataset.get_data_info(i)['video_id'] for i in range(len(dataset))]
    index = names.index(Path(video).stem)
    sample = dataset[index]
    frames = model.data_preprocessor(
        dict(inputs=[sample['inputs']],
             data_samples=[sample['data_samples']]))['inputs']
    with torch.no_grad():
        _, weights, _ = model.neck.necks['attention'].attention(
            frames, FrameMasks())
        scores = model(frames, mode='tensor').sigmoid()[0]
    classes = dataset.metainfo['classes']
    labels = ', '.join(classes[i] for i in dataset.get_cat_ids(index))
    title = (f'{labels} - predicted: {classes[int(scores.argmax())]} '
             f'({scores.max():.2f})')

    capture = cv2.VideoCapture(video)
    images = []
    while True:
        read, image = capture.read()
        if not read:
            break
        images.append(image[..., ::-1])
    chosen = np.linspace(0, len(images) - 1, 12).astype(int)
    attention = weights[0, :, 0].mean(0).numpy()
    return attention, [images[i] for i in chosen], title


def main() -> None:
    args = parse_args()
    results = {}
    for result in args.results:
        name, _, folder = result.partition('=')
        if not (Path(folder) / 'metrics.json').is_file():
            raise SystemExit('expected NAME=DIR with a metrics.json in DIR, '
                             f'found {result!r}')
        results[name] = Path(folder)
    print(comparison_table(results))
    if args.picture:
        draw(results, args.picture, args.attention)
        print(f'\nwrote {args.picture}')


if __name__ == '__main__':
    main()
