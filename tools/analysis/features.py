"""Features of the training videos before and after the augmentation of MOVE.

    python tools/analysis/features.py CHECKPOINT --out features.png

The aggregated features of the videos of some classes are drawn along their
first two principal components, and in the same coordinates what the head
trains on: extrapolated and interpolated features.
"""
import argparse

from picture_arguments import add_checkpoint, add_output, add_seed, report


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add_checkpoint(parser)
    parser.add_argument(
        '--classes',
        nargs='+',
        default=[],
        metavar='CLASS',
        help='names; by default five from frequent to rare')
    parser.add_argument(
        '--num-draws',
        type=int,
        default=5,
        help='passes over the training videos')
    add_seed(parser)
    add_output(parser)
    return parser.parse_args()


def draw_features(args: argparse.Namespace) -> None:
    from projects_move.apis.analysis.augmented_features import \
        augmented_features
    from projects_move.apis.analysis.model_pictures import draw_features
    from projects_move.apis.analysis.split_features import AnalysedModel
    from projects_move.apis.configs.cfg_options import parse_cfg_options
    from projects_move.apis.prediction.inferencer import LongTailInferencer
    from projects_move.errors import InputError
    if args.num_draws < 1:
        raise InputError(f'expected --num-draws of at least 1, found '
                         f'{args.num_draws}')
    model = AnalysedModel(
        LongTailInferencer(
            args.checkpoint,
            args.config,
            cfg_options=parse_cfg_options(args.cfg_options)))
    for name in args.classes:
        if name not in model.names:
            raise InputError(f'{args.checkpoint} has no class {name!r}; the '
                             f'first are {", ".join(model.names[:5])}')
    classes = [model.names.index(name) for name in args.classes]
    found = augmented_features(model, classes, args.num_draws, args.seed)
    draw_features(found, model.names, model.class_counts, args.out, args.size)
    report(args.out)


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        draw_features(args)


if __name__ == '__main__':
    main()
