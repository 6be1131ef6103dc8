"""Attention and cluster adjacency of a model over the frames of a video.

    python tools/analysis/attention.py CHECKPOINT VIDEO --out attention.png

This is Fig. 2 of the paper. VIDEO is a raw video, or a feature file for a
model of cached features; --frames gives the video of the features.
"""
import argparse
from pathlib import Path

from picture_arguments import add_checkpoint, add_output, report


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add_checkpoint(parser)
    parser.add_argument('video', help='raw video, or file of its features')
    parser.add_argument(
        '--frames',
        metavar='VIDEO',
        help='raw video that the features were extracted from, for the strip '
        'of frames and the overlay')
    parser.add_argument(
        '--overlay',
        type=Path,
        metavar='FILE',
        help='.mp4 to write: the video with its attention')
    add_output(parser)
    return parser.parse_args()


def draw_attention(args: argparse.Namespace) -> None:
    from projects_move.apis.analysis.frame_pictures import (
        draw_frame_weights, open_video, write_attention_overlay)
    from projects_move.apis.analysis.frame_weights import (frame_weights,
                                                           single_video)
    from projects_move.apis.configs import parse_cfg_options
    from projects_move.apis.prediction.inferencer import LongTailInferencer
    inferencer = LongTailInferencer(
        args.checkpoint,
        args.config,
        cfg_options=parse_cfg_options(args.cfg_options))
    info = single_video(inferencer, args.video)
    weights = frame_weights(inferencer, info)
    from_video = not inferencer.takes_features
    frames = args.video if from_video else args.frames
    video = open_video(frames) if frames else None
    best = int(weights.scores.argmax())
    title = (f'{info["video_id"]}: {inferencer.classes[best]} '
             f'({weights.scores[best]:.2f})')
    draw_frame_weights(weights, video, from_video, args.out, args.size, title)
    report(args.out)
    if args.overlay:
        write_attention_overlay(weights, video, from_video, args.overlay)
        report([args.overlay])


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        draw_attention(args)


if __name__ == '__main__':
    main()
