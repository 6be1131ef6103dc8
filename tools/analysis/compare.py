"""Compares tested methods in one table and, with --picture, one picture.

    python tools/analysis/compare.py Baseline=DIR MOVE=DIR --picture out.png

Each DIR is an output folder of ``tools/test.py`` with
``--cfg-options test_evaluator.out_dir=DIR``. With ``--attention`` the picture
also shows the attention of a trained model over the frames of a video.
"""
import argparse
from pathlib import Path
from typing import Dict, List, Optional

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
    parser.add_argument(
        '--picture', type=Path, help='picture to write: .png, .svg, .pdf')
    parser.add_argument(
        '--attention',
        nargs=3,
        metavar=('CONFIG', 'CHECKPOINT', 'VIDEO'),
        help='feature config, its checkpoint, and a raw video whose features '
        'are in its test list')
    return parser.parse_args()


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


def draw(results: Dict[str, Path],
         picture: Path,
         attention: Optional[List[str]] = None) -> None:
    """Write a picture of the AP of each class and, below, of attention.

    Args:
        results: Folder of the test of each method.
        picture: File to write, ``.png``, ``.svg`` or ``.pdf``.
        attention: Config, checkpoint and raw video.

    Raises:
        InputError: For a faulty ``per_class.csv``, for results of other
            classes, and for a video that is not in the test list.
    """
    from projects_move import visualization as vis
    from projects_move.apis.analysis.frame_pictures import draw_listed_video
    from projects_move.apis.analysis.runs import first_of, read_run
    runs = {name: read_run(folder) for name, folder in results.items()}
    first = first_of(runs)
    panels = 1 if attention is None else 2
    with vis.picture([picture], 'page', panels, height=1.15) as axes:
        vis.plot_class_curve(axes[0, 0], first.class_counts, {
            name: run.mean('ap')
            for name, run in runs.items()
        }, first.names)
        if attention is not None:
            draw_listed_video(axes[1, 0], *attention)


def compare(args: argparse.Namespace) -> None:
    """Print the table of the methods whose metrics can be read, and draw.

    Raises:
        InputError: If the picture cannot be drawn.
        SystemExit: If the metrics of a method cannot be read.
    """
    from projects_move.apis.analysis.runs import named_paths
    from projects_move.errors import InputError
    from projects_move.utils.results import read_metrics
    results = named_paths(args.results)
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
