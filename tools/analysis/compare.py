"""Compares tested methods in one table and, with --picture, one picture.

    python tools/analysis/compare.py Baseline=DIR MOVE=DIR --picture out.png

Each DIR is an output folder of ``tools/test.py`` with
``--cfg-options test_evaluator.out_dir=DIR``. With ``--attention`` the picture
also shows the attention of a trained model over the frames of a video.
"""
import argparse
from pathlib import Path
from typing import Dict, List

COLUMNS = {
    'All': 'mAP',
    'Head': 'mAP_head',
    'Medium': 'mAP_medium',
    'Tail': 'mAP_tail',
    'Few': 'mAP_few',
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


def parse_results(texts: List[str]) -> Dict[str, Path]:
    """Folder of each method.

    Raises:
        InputError: For another form than NAME=DIR, and two equal names.
    """
    from projects_move.errors import InputError
    results = {}
    for text in texts:
        name, sign, folder = text.partition('=')
        if not sign or not folder:
            raise InputError(f'expected NAME=DIR, found {text!r}')
        if name in results:
            raise InputError(f'two results have the name {name!r}')
        results[name] = Path(folder)
    return results


def comparison_table(rows: Dict[str, Dict[str, float]]) -> str:
    """Markdown table of mAP by class group and of accuracy, best in bold; the
    column of few-shot classes only if some result has it.

    Args:
        rows: Metrics of each method.
    """
    from projects_move.utils.escape import markdown, pad, width
    shown = {
        column: key
        for column, key in COLUMNS.items()
        if key != 'mAP_few' or any(key in row for row in rows.values())
    }
    best = {
        key: max((row[key] for row in rows.values() if key in row), default=0)
        for key in shown.values()
    }
    names = {name: markdown(name) for name in rows}
    columns = max(map(width, ['Method', *names.values()]))
    lines = [
        f"| {'Method':{columns}} | " + ' | '.join(f'{column:^9}'
                                                  for column in shown) + ' |',
        f"| {'-' * columns} | " + ' | '.join(['-' * 9] * len(shown)) + ' |'
    ]
    for name, row in rows.items():
        cells = []
        for key in shown.values():
            cell = f'{row[key]:.3f}' if key in row else '-'
            cells.append(f'**{cell}**' if row.get(key) == best[key] else cell)
        lines.append(f'| {pad(names[name], columns)} | ' +
                     ' | '.join(f'{cell:^9}' for cell in cells) + ' |')
    return '\n'.join(lines)


def draw(results: Dict[str, Path], picture: Path, attention=None) -> None:
    """Write a picture of the AP of each class and, below, of attention.

    Raises:
        InputError: For a faulty ``per_class.csv``, and for results of other
            classes.
    """
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot as plt

    from projects_move.errors import InputError
    from projects_move.utils.results import read_per_class
    from projects_move.visualization import (plot_attention_strip,
                                             plot_class_curve)
    rows = {
        name: read_per_class(folder / 'per_class.csv')
        for name, folder in results.items()
    }
    classes = {
        name: [(row['name'], row['training_videos']) for row in method]
        for name, method in rows.items()
    }
    first = next(iter(rows))
    for name in rows:
        if classes[name] != classes[first]:
            raise InputError(
                f'{results[name]}: expected the classes and training videos '
                f'of {results[first]}, found others')
    panels = 1 if attention is None else 2
    figure, axes = plt.subplots(
        panels, 1, figsize=(9, 3.8 * panels), squeeze=False, dpi=150)
    plot_class_curve(axes[0, 0],
                     [row['training_videos'] for row in rows[first]], {
                         name: [row['ap'] for row in method]
                         for name, method in rows.items()
                     }, [row['name'] for row in rows[first]])
    if attention is not None:
        from attention import video_attention
        plot_attention_strip(axes[1, 0], *video_attention(*attention))
    figure.tight_layout()
    figure.savefig(picture, format='png')


def compare(args: argparse.Namespace) -> None:
    """Print the table of the methods whose metrics can be read, and draw.

    Raises:
        InputError: If the picture cannot be drawn.
        SystemExit: If the metrics of a method cannot be read.
    """
    from projects_move.errors import InputError
    from projects_move.utils.results import read_metrics
    results = parse_results(args.results)
    rows, problems = {}, []
    for name, folder in results.items():
        try:
            rows[name] = read_metrics(folder / 'metrics.json')
        except InputError as error:
            problems.append(f'failed: {name}: {error}')
    if rows:
        print(comparison_table(rows))
    if args.picture and rows:
        draw({name: results[name]
              for name in rows}, args.picture, args.attention)
        print(f'\nwrote {args.picture}')
    if problems:
        raise SystemExit('\n'.join(problems))


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        compare(args)


if __name__ == '__main__':
    main()
