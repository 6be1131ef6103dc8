"""Render a long-tailed, weakly labelled set of small videos.

    python tools/data/make_demo.py --out data/demo

People in parks, streets and gyms juggle, fish or ride a bicycle for a quarter
to two fifths of a clip; the rest of the clip shows movements that belong to
no class. The number of training clips falls exponentially from ``--head`` to
``--tail``; validation and test are balanced. One clip in ten shows two
actions and has two labels. Files below ``--out``:

    videos/NAME.mp4                  the clips (MPEG-4 Part 2)
    train.lst  val.lst  test.lst     lines `NAME label[,label]`
    classes.txt                      class names in the order of the labels
    actions.csv                      the frames of each action: for pictures
                                     and analysis, never for training
    demo.json                        the settings of this folder

The same settings give the same scenes with any number of workers; the encoded
bytes depend on the version of OpenCV. A second run renders missing and damaged
clips and keeps the others.
"""
import argparse
import json
import os
import sys
from pathlib import Path
from typing import Dict

import numpy as np
from demo.files import Job, is_complete, render_all
from demo.label_sets import class_sizes, draw_label_sets
from demo.scenes import NAMES, Clip, sample_clip

VERSION = 1  # increased when the same settings give other videos
SPLITS = ('train', 'val', 'test')


def sample_clips(args: argparse.Namespace) -> Dict[str, Dict[str, Clip]]:
    """Random clips of the whole set, by split and name."""
    rng = np.random.default_rng(args.seed)
    balanced = np.full(len(NAMES), args.eval)
    counts = dict(
        train=class_sizes(len(NAMES), args.head, args.tail, rng),
        val=balanced,
        test=balanced)
    clips = {}
    for split in SPLITS:
        clips[split] = {
            f'{split}_{k:04d}':
            sample_clip(rng, labels,
                        int(rng.integers(args.frames[0], args.frames[1] + 1)))
            for k, labels in enumerate(
                draw_label_sets(counts[split], args.two_label_share, rng))
        }
    return clips


def show_progress(done: int, total: int) -> None:
    """Print a progress bar on a terminal, ten lines elsewhere."""
    if sys.stdout.isatty():
        bar = '#' * (30 * done // total)
        end = '\n' if done == total else ''
        print(f'\r[{bar:30s}] {done}/{total} clips', end=end, flush=True)
    elif done * 10 // total > (done - 1) * 10 // total:
        print(f'{done}/{total} clips', flush=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    from projects_move.file_io import atomic_write
    with atomic_write(path) as draft:
        draft.write_text(text, encoding='utf-8')


def write_settings(args: argparse.Namespace) -> None:
    """Write the settings to ``demo.json``.

    Raises:
        SystemExit: If the folder was made with other settings.
    """
    settings = {
        k: v
        for k, v in vars(args).items() if k not in ('out', 'num_workers')
    }
    settings['version'] = VERSION
    path = args.out / 'demo.json'
    if path.is_file():
        found = json.loads(path.read_text(encoding='utf-8'))
        if found != settings:
            differ = ', '.join(
                f'{k} {found.get(k)} in the file, {settings.get(k)} in this '
                'call' for k in sorted(found.keys() | settings.keys())
                if found.get(k) != settings.get(k))
            raise SystemExit(f'error: {path}: expected the same settings, got '
                             f'{differ}; choose another --out')
    (args.out / 'videos').mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(settings, indent=2) + '\n')


def write_lists(out: Path, clips: Dict[str, Dict[str, Clip]]) -> None:
    """Write the lists, the class names and the frames of the actions."""
    actions = ['name,label,start,stop']
    for split in SPLITS:
        lines = []
        for name, clip in clips[split].items():
            lines.append(f"{name} {','.join(map(str, clip.labels))}")
            actions += [
                f'{name},{shot.label},{shot.start},{shot.stop}'
                for shot in clip.shots if shot.label is not None
            ]
        write_text(out / f'{split}.lst', '\n'.join(lines) + '\n')
    write_text(out / 'actions.csv', '\n'.join(actions) + '\n')
    write_text(out / 'classes.txt', '\n'.join(NAMES) + '\n')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Render a long-tailed set of small videos.')
    add = parser.add_argument
    add('--out', type=Path, required=True, help='folder of the set')
    add('--seed', type=int, default=0)
    add('--head', type=int, default=80, help='clips of the largest class')
    add('--tail', type=int, default=4, help='clips of the smallest class')
    add('--eval',
        type=int,
        default=12,
        help='clips per class in val.lst, and again in test.lst')
    add('--two-label-share',
        type=float,
        default=0.1,
        help='share of the clips with two labels')
    add('--frames',
        type=int,
        nargs=2,
        default=[48, 64],
        help='minimum and maximum number of frames of a clip')
    add('--size', type=int, default=96, help='width and height in pixels')
    add('--fps', type=int, default=15)
    add('--num-workers', type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    if not args.head >= args.tail >= 1 or args.eval < 1:
        parser.error('expected --head >= --tail >= 1 and --eval >= 1, got '
                     f'{args.head}, {args.tail} and {args.eval}')
    if not 16 <= args.frames[0] <= args.frames[1]:
        parser.error('expected 16 <= minimum <= maximum of --frames, got '
                     f'{args.frames}')
    if args.size < 32 or args.size % 2:  # MPEG-4 needs an even size
        parser.error(f'expected an even --size from 32 on, got {args.size}')
    if not 0 <= args.two_label_share <= 1:
        parser.error('expected --two-label-share between 0 and 1, got '
                     f'{args.two_label_share}')
    return args


def main() -> None:
    args = parse_args()
    from projects_move.apis.tool_errors import exit_on_input_error
    with exit_on_input_error():
        make_demo(args)


def make_demo(args: argparse.Namespace) -> None:
    """Render the clips that are missing, and write the lists.

    Raises:
        OSError: For a file that cannot be written, such as on a full disk.
    """
    write_settings(args)
    clips = sample_clips(args)
    paths = {
        name: args.out / 'videos' / f'{name}.mp4'
        for split in SPLITS
        for name in clips[split]
    }
    jobs = [
        Job(str(paths[name]), clip, args.size, args.fps) for split in SPLITS
        for name, clip in clips[split].items() if not is_complete(paths[name])
    ]
    existing = len(paths) - len(jobs)
    print(f'{args.out}: {len(paths)} clips, {existing} of them exist already')
    for done, _ in enumerate(render_all(jobs, args.num_workers), existing + 1):
        show_progress(done, len(paths))
    write_lists(args.out, clips)


if __name__ == '__main__':
    main()
