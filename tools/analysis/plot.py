"""Pictures of the results of tests: the long tail at a glance.

    python tools/analysis/plot.py curve Baseline=DIR MOVE=DIR --out curve.svg

Each DIR is the folder of a test, a work directory of a training with
``--test``, or the folder of the seeds of a row of ``tools/reproduce.py``.
"""
import argparse

from picture_arguments import add_output, report

KINDS = dict(
    frequency='training videos of each class',
    curve='a metric over frequency, with a smoothed curve for each run',
    difference='difference of two runs by class, winners and losers named',
    groups='a metric by group, with error bars over the seeds',
    confusion='confusion between groups, and the most confused pairs',
    precision_recall='precision-recall curves of chosen classes',
    calibration='reliability diagrams, overall and by group',
    prior_shift='head against tail accuracy when the class prior is taken '
    'from the logits afterwards, and the best shift',
    training='metric by group, and loss, over the epochs of a training')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest='kind', required=True, metavar='KIND')
    for kind, text in KINDS.items():
        each = kinds.add_parser(kind, help=text, description=text)
        each.add_argument(
            'runs', nargs='+', metavar='NAME=DIR', help='run and its folder')
        add_output(each)
        if kind in ('curve', 'difference'):
            each.add_argument(
                '--metric',
                default='ap',
                help='column of per_class.csv: ap, acc1, acc5')
        if kind in ('groups', 'training'):
            each.add_argument(
                '--metric',
                default='mAP',
                help='key of metrics.json without group: mAP, acc1, ece')
        if kind == 'groups':
            each.add_argument(
                '--standard-error',
                action='store_true',
                help='error bars are standard errors instead of standard '
                'deviations')
        if kind in ('difference', 'confusion'):
            each.add_argument(
                '--count',
                type=int,
                default=dict(difference=5, confusion=10)[kind],
                help='number of named classes or pairs')
        if kind == 'precision_recall':
            each.add_argument(
                '--classes',
                nargs='+',
                default=[],
                metavar='CLASS',
                help='names; by default five from frequent to rare')
    return parser.parse_args()


def plot(args: argparse.Namespace) -> None:
    from projects_move.apis.analysis import result_pictures, score_pictures
    from projects_move.apis.analysis.runs import named_paths, read_run
    options = vars(args)
    kind = options.pop('kind')
    runs = named_paths(options.pop('runs'))
    if kind == 'training':
        options['paths'] = runs
    else:
        options['runs'] = {name: read_run(path) for name, path in runs.items()}
    name = f'draw_{kind}'
    pictures = next(
        each for each in (result_pictures, score_pictures)
        if hasattr(each, name))
    getattr(pictures, name)(**options)
    report(args.out)


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        plot(args)


if __name__ == '__main__':
    main()
