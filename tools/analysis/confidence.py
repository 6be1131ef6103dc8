"""Confidence of original and interpolated videos by class.

    python tools/analysis/confidence.py MOVE=CHECKPOINT --out confidence.svg

This is Fig. 4 of the paper: videos are mixed with others of their class, and
a score that falls towards the rare classes shows a distorted boundary. Several
checkpoints of the same classes are drawn side by side.
"""
import argparse

from picture_arguments import add_config, add_output, add_seed, report


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        'checkpoints',
        nargs='+',
        metavar='NAME=CHECKPOINT',
        help='checkpoint of a model')
    add_config(parser)
    parser.add_argument(
        '--split',
        choices=['train', 'val', 'test'],
        default='test',
        help='list of the videos')
    parser.add_argument(
        '--num-draws', type=int, default=10, help='mixtures of each video')
    add_seed(parser)
    add_output(parser)
    return parser.parse_args()


def draw_confidence(args: argparse.Namespace) -> None:
    from projects_move.apis.analysis.interpolation_confidence import \
        interpolation_confidence
    from projects_move.apis.analysis.model_pictures import (
        draw_confidence, require_same_classes)
    from projects_move.apis.analysis.runs import named_paths
    from projects_move.apis.analysis.split_features import AnalysedModel
    from projects_move.apis.configs.cfg_options import parse_cfg_options
    from projects_move.apis.prediction.inferencer import LongTailInferencer
    from projects_move.errors import InputError
    if args.num_draws < 1:
        raise InputError(f'expected --num-draws of at least 1, found '
                         f'{args.num_draws}')
    models, found = {}, {}
    for name, path in named_paths(args.checkpoints).items():
        models[name] = AnalysedModel(
            LongTailInferencer(
                path,
                args.config,
                cfg_options=parse_cfg_options(args.cfg_options)))
    require_same_classes(models)
    for name, model in models.items():
        found[name] = interpolation_confidence(model,
                                               model.features(args.split),
                                               args.num_draws, args.seed)
    draw_confidence(models, found, args.out, args.size)
    report(args.out)


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        draw_confidence(args)


if __name__ == '__main__':
    main()
