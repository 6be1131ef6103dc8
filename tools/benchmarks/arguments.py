"""Command line of the benchmarks.

It imports the standard library only, so that ``--help`` is fast.
"""
import argparse
from dataclasses import dataclass, fields
from pathlib import Path

PRECISIONS = ('float32', 'tf32', 'bfloat16')
SIZE_HELP = dict(
    batch='videos of a batch, or images of a forward pass',
    frames='frames of a video',
    channels='channels of a frame',
    classes='classes of the data set',
    clusters='clusters of NetVLAD')


@dataclass
class Sizes:
    """Sizes of a batch and its model, by default those of the paper."""
    batch: int = 128
    frames: int = 60
    channels: int = 2048
    classes: int = 1004
    clusters: int = 64

    @classmethod
    def from_args(cls, args: argparse.Namespace) -> 'Sizes':
        return cls(
            **{field.name: getattr(args, field.name)
               for field in fields(cls)})


def make_parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    benchmarks = parser.add_subparsers(
        dest='benchmark', required=True, metavar='BENCHMARK')

    step = _add(benchmarks, 'step',
                'training step: drawing of masks, forward, backward, Adam')
    step.add_argument(
        '--precisions',
        nargs='+',
        choices=PRECISIONS,
        default=['float32', 'bfloat16'],
        help='precisions of the matrix products')
    step.add_argument(
        '--compile', action='store_true', help='also time torch.compile')
    step.add_argument(
        '--checked',
        action='store_true',
        help='also time the check of the gradients by FiniteValuesHook')

    neck = _add(benchmarks, 'neck',
                'attention and NetVLAD alone, in training and in a test')
    neck.add_argument(
        '--test-frames', type=int, default=150, help='frames of a test video')

    loader = _add(benchmarks, 'loader',
                  'reading features: a video, a batch, a worker')
    _add_feature_files(loader)
    loader.add_argument(
        '--videos', type=int, default=768, help='videos on the disk')
    loader.add_argument(
        '--cold',
        action='store_true',
        help='drop the files from the page cache before each run, '
        'and measure wall time')

    ablation = _add(
        benchmarks,
        'ablation',
        'each optimization left out, one at a time',
        repeats=3)
    _add_feature_files(ablation)
    ablation.add_argument(
        '--precisions',
        nargs='+',
        choices=PRECISIONS,
        default=['float32', 'bfloat16'],
        help='precisions of the matrix products')
    ablation.add_argument(
        '--videos', type=int, default=768, help='videos on the disk')

    decoding = _add(
        benchmarks,
        'decoding',
        'frames of H.264 videos in mp4, by decord and by this package',
        devices=('cpu', ))
    decoding.add_argument(
        '--videos', nargs='+', type=Path, help='further videos to read')
    decoding.add_argument(
        '--stored-frames',
        type=int,
        default=300,
        help='frames of the videos that are made')

    extraction = _add(
        benchmarks,
        'extraction',
        'extraction of features: decoding, backbone, and the whole',
        batch=64,
        frames=16)
    extraction.add_argument(
        '--videos', type=Path, help='folder of videos; by default rendered')
    extraction.add_argument(
        '--num-videos', type=int, default=24, help='videos of a run')
    extraction.add_argument(
        '--stored-frames',
        type=int,
        default=90,
        help='frames of the videos that are rendered')
    extraction.add_argument(
        '--all-frames',
        action='store_true',
        help='every frame of a video instead of --frames')
    extraction.add_argument(
        '--backbones',
        nargs='+',
        default=['MobileNetV2', 'timm/vit_small_patch16_224'],
        help='2D backbones, with random weights')
    extraction.add_argument(
        '--precisions',
        nargs='+',
        choices=('float32', 'bfloat16', 'float16'),
        default=['float32'],
        help='float types of the backbone')
    extraction.add_argument(
        '--num-workers', type=int, default=1, help='decoding processes')
    extraction.add_argument(
        '--folder', help='folder for the files, which are removed afterwards')

    evaluation = _add(
        benchmarks,
        'evaluation',
        'validation: forward pass of whole videos, and the metric',
        repeats=3,
        frames=150)
    evaluation.add_argument(
        '--videos', type=int, default=51239, help='videos of the test list')

    end_to_end = _add(
        benchmarks,
        'end_to_end',
        'an epoch of training from files, with runner and hooks',
        repeats=3)
    _add_feature_files(end_to_end)
    end_to_end.add_argument(
        '--batches', type=int, default=4, help='batches of an epoch')
    end_to_end.add_argument(
        '--num-workers', type=int, default=0, help='workers of our loader')
    end_to_end.add_argument(
        '--cold',
        action='store_true',
        help='drop the files from the page cache before each epoch')

    scale = _add(
        benchmarks,
        'scale',
        'costs by number of videos, batch size and number of frames',
        repeats=3,
        batch=32)
    scale.add_argument(
        '--videos',
        type=int,
        nargs='+',
        default=[10**5, 10**6, 10**7],
        help='sizes of the simulated data sets')
    scale.add_argument(
        '--simulated-classes',
        type=int,
        default=10**5,
        help='classes of the simulated data sets')
    scale.add_argument(
        '--folder', help='folder for the stores, which are removed afterwards')

    ranks = _add(
        benchmarks,
        'ranks',
        'two ranks on this CPU, and a model of more ranks',
        batch=32,
        devices=('cpu', ))
    ranks.add_argument(
        '--ranks',
        type=int,
        nargs='+',
        default=[2, 8, 64],
        help='modelled numbers of ranks')
    ranks.add_argument(
        '--rates',
        type=float,
        nargs='+',
        default=[1.25, 25., 300.],
        help='modelled rates of the network, GB/s in each direction')
    ranks.add_argument(
        '--backward',
        type=float,
        default=2.,
        help='modelled backward pass, milliseconds')
    return parser


def _add(benchmarks,
         name: str,
         description: str,
         repeats: int = 5,
         devices=('cpu', 'cuda'),
         **sizes: int) -> argparse.ArgumentParser:
    """Parser of one benchmark, with the common arguments."""
    parser = benchmarks.add_parser(
        name,
        help=description,
        description=description.capitalize() + '.',
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument(
        '--repeats',
        type=int,
        default=repeats,
        help='timed runs of each variant')
    parser.add_argument(
        '--threads', type=int, default=1, help='threads of PyTorch')
    parser.add_argument(
        '--device', default='cpu', choices=devices, help='device of models')
    parser.add_argument(
        '--peak-size',
        type=int,
        default=2048,
        help='side of the matrices that measure the peak rates')
    parser.add_argument('--out', type=Path, help='JSON file to write')
    for field in fields(Sizes):
        parser.add_argument(
            f'--{field.name}',
            type=int,
            default=sizes.get(field.name, field.default),
            help=SIZE_HELP[field.name])
    return parser


def _add_feature_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--stored-frames',
        type=int,
        default=150,
        help='frames of a video on the disk')
    parser.add_argument(
        '--folder', help='folder for the files, which are removed afterwards')
