"""Renders a long-tailed, weakly labelled set of small videos. No download.

    python tools/data/make_demo.py --out data/demo

People in parks, streets and gyms juggle, fish or ride a bicycle for a quarter
to two fifths of a clip; in the rest they, and others, do what belongs to no
class. The training clips of the classes fall exponentially from ``--head`` to
``--tail``; validation and test are balanced. One clip in ten shows two
actions and has two labels. Below ``--out``:

    videos/NAME.mp4                  the clips (MPEG-4 Part 2)
    train.lst  val.lst  test.lst     lines `NAME label[,label]`
    classes.txt                      class names; the line number is the label
    actions.csv                      the frames of each action: for pictures
                                     and analysis, never for training
    demo.json                        the settings; others are refused here

The same settings give the same set, on any number of workers; another version
of OpenCV may encode the same scenes into other bytes. Run again after an
interruption, it renders what is missing or damaged and keeps the rest.
"""
import argparse
import json
import os
import sys
from pathlib import Path
from typing import Dict, List, Sequence

import numpy as np
from demo_files import Job, is_whole, render_all
from demo_scenes import NAMES, Clip, stage_clip

EDITION = 1  # raised when the same settings would give other videos
SPLITS = ('train', 'val', 'test')


def class_sizes(head: int, tail: int, rng: np.random.Generator) -> np.ndarray:
    """Training clips per class ``(S,)``: head * (tail / head)^(rank/(S-1)).

    Chance says which class has which rank, so that the order of the class
    names tells nothing about their sizes.
    """
    rank = rng.permutation(len(NAMES))
    share = (tail / head)**(rank / (len(NAMES) - 1))
    return np.rint(head * share).astype(np.int64)


def draw_label_sets(counts: np.ndarray, doubles: float,
                    rng: np.random.Generator) -> List[List[int]]:
    """Labels of each clip such that class ``c`` occurs ``counts[c]`` times.

    A share ``doubles`` of the clips has two labels, which always differ.
    """
    pool = list(rng.permutation(np.repeat(np.arange(len(counts)), counts)))
    wanted = round(len(pool) * doubles / (1 + doubles))
    sets = []
    while len(sets) < wanted:
        first = pool.pop()
        other = next(
            (k for k in reversed(range(len(pool))) if pool[k] != first), None)
        if other is None:  # only one class is left
            pool.append(first)
            break
        sets.append([int(first), int(pool.pop(other))])
    sets += [[int(label)] for label in pool]
    return [sets[k] for k in rng.permutation(len(sets))]


def plan(args: argparse.Namespace) -> Dict[str, Dict[str, Clip]]:
    """Draws the whole set: split -> name -> clip."""
    rng = np.random.default_rng(args.seed)
    even = np.full(len(NAMES), args.eval)
    counts = dict(
        train=class_sizes(args.head, args.tail, rng), val=even, test=even)
    clips = {}
    for split in SPLITS:
        clips[split] = {
            f'{split}_{k:04d}':
            stage_clip(rng, labels,
                       int(rng.integers(args.frames[0], args.frames[1] + 1)))
            for k, labels in enumerate(
                draw_label_sets(counts[split], args.doubles, rng))
        }
    return clips


def show_progress(done: int, total: int) -> None:
    """One line that grows on a terminal; every tenth part elsewhere."""
    if sys.stdout.isatty():
        bar = '#' * (30 * done // total)
        end = '\n' if done == total else ''
        print(f'\r[{bar:30s}] {done}/{total} clips', end=end, flush=True)
    elif done * 10 // total > (done - 1) * 10 // total:
        print(f'{done}/{total} clips', flush=True)


def write_text(path: Path, text: str) -> None:
    draft = path.with_name(f'.{path.name}.part')
    draft.write_text(text, encoding='utf-8')
    os.replace(draft, path)


def claim_folder(args: argparse.Namespace) -> None:
    """Notes the settings in the folder; refuses a folder made with others."""
    settings = {
        k: v
        for k, v in vars(args).items() if k not in ('out', 'workers')
    }
    settings['edition'] = EDITION
    note = args.out / 'demo.json'
    if note.is_file():
        found = json.loads(note.read_text(encoding='utf-8'))
        if found != settings:
            differ = sorted(k for k in found.keys() | settings.keys()
                            if found.get(k) != settings.get(k))
            raise ValueError(
                f'{note}: this folder holds a set with other settings: ' +
                ', '.join(f'{k} {found.get(k)} there, {settings.get(k)} asked'
                          for k in differ) + '. Choose another --out.')
    (args.out / 'videos').mkdir(parents=True, exist_ok=True)
    write_text(note, json.dumps(settings, indent=2) + '\n')


def parse_args(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Renders a long-tailed set of small videos.')
    add = parser.add_argument
    add('--out', type=Path, required=True, help='folder to fill')
    add('--seed', type=int, default=0)
    add('--head', type=int, default=80, help='clips of the largest class')
    add('--tail', type=int, default=4, help='clips of the smallest class')
    add('--eval',
        type=int,
        default=12,
        help='clips per class in val.lst, and again in test.lst')
    add('--doubles',
        type=float,
        default=0.1,
        help='share of the clips with two labels')
    add('--frames',
        type=int,
        nargs=2,
        default=[48, 64],
        help='fewest and most frames of a clip')
    add('--size', type=int, default=96, help='width and height in pixels')
    add('--fps', type=int, default=15)
    add('--workers', type=int, default=os.cpu_count() or 1)
    args = parser.parse_args(argv)
    if not args.head >= args.tail >= 1 or args.eval < 1:
        parser.error('expected --head >= --tail >= 1 and --eval >= 1')
    if not 16 <= args.frames[0] <= args.frames[1]:
        parser.error('expected 16 <= fewest <= most --frames')
    if args.size < 32 or args.size % 32:  # decord 0.6 misreads other widths
        parser.error('expected a --size that is a multiple of 32')
    if not 0 <= args.doubles <= 1:
        parser.error('expected --doubles between 0 and 1')
    return args


def main(argv: Sequence[str]) -> None:
    args = parse_args(argv)
    claim_folder(args)
    clips = plan(args)
    paths = {
        name: args.out / 'videos' / f'{name}.mp4'
        for split in SPLITS
        for name in clips[split]
    }
    jobs = [
        Job(str(paths[name]), clip, args.size, args.fps) for split in SPLITS
        for name, clip in clips[split].items() if not is_whole(paths[name])
    ]
    kept = len(paths) - len(jobs)
    print(f'{args.out}: {len(paths)} clips, {kept} of them there already')
    for done, _ in enumerate(render_all(jobs, args.workers), kept + 1):
        show_progress(done, len(paths))
    truth = ['name,label,start,stop']
    for split in SPLITS:
        lines = []
        for name, clip in clips[split].items():
            lines.append(f"{name} {','.join(map(str, clip.labels))}")
            truth += [
                f'{name},{shot.label},{shot.start},{shot.stop}'
                for shot in clip.shots if shot.label is not None
            ]
        write_text(args.out / f'{split}.lst', '\n'.join(lines) + '\n')
    write_text(args.out / 'actions.csv', '\n'.join(truth) + '\n')
    write_text(args.out / 'classes.txt', '\n'.join(NAMES) + '\n')


if __name__ == '__main__':
    main(sys.argv[1:])
