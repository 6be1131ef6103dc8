"""Labelled videos of the sources of a custom data set, and their files."""
import argparse
from pathlib import Path
from typing import Dict

from projects_move.datasets.lists.class_files import ClassFile, read_class_file
from projects_move.datasets.lists.labelled_videos import (LabelledVideos,
                                                          read_labelled_videos)
from projects_move.datasets.lists.text.decimals import parse_whole
from projects_move.datasets.lists.video_search import VideoIndex
from projects_move.errors import InputError
from .splits import check_splits

MAX_SHOWN = 5
MAX_PROBLEMS = 20


def read_sources(args: argparse.Namespace) -> LabelledVideos:
    """Videos of the source and of the lists of validation and test, each named
    by its file. What was read is printed.

    Raises:
        InputError: For a faulty source, and for missing videos unless
            ``args.allow_missing``.
    """
    sources = {'train': args.source}
    for split, path in (('val', args.val_list), ('test', args.test_list)):
        if path is not None:
            sources[split] = path
    folder = args.videos or args.source
    index = VideoIndex(folder)
    known = read_class_file(args.classes) if args.classes else None
    if known:
        print(f'{args.classes}: {known.format}: {len(known.names)} classes')
    found = LabelledVideos([], [], [])
    for split, path in sources.items():
        videos = _read(path, known, args, index)
        print(videos.report)
        if known is None and found.names:
            _check_classes(path, videos, found)
        if len(sources) > 1:
            _check_split(path, videos, split)
            videos = videos._replace(splits=[split] * len(videos.names))
        for column, more in zip(found[:3], videos[:3]):
            column += more
    check_splits(found.splits)
    return _with_files(found, index, args.allow_missing)


def _read(path: Path, known: ClassFile, args: argparse.Namespace,
          index: VideoIndex) -> LabelledVideos:
    return read_labelled_videos(
        path,
        known.names if known else None,
        known.first_index if known else 0,
        args.list_format,
        index,
        multi_class=not args.single_label)


def _check_classes(path: Path, videos: LabelledVideos,
                   others: LabelledVideos) -> None:
    """Refuse classes that one list names and another one numbers."""
    known = set(others.classes)
    new = sorted(set(videos.classes) - known)
    if new and len({parse_whole(name) is None for name in (*known, *new)}) > 1:
        raise InputError(
            f'{path}: {", ".join(map(repr, new[:MAX_SHOWN]))} are no classes '
            'of the other lists: folders name the classes of one list, '
            'indices those of another; --classes gives their names')


def _check_split(path: Path, videos: LabelledVideos, split: str) -> None:
    others = sorted(set(videos.splits) - {split})
    if others:
        raise InputError(f'{path}: expected videos of the split {split}, got '
                         f'{", ".join(others)}')


def _with_files(videos: LabelledVideos, index: VideoIndex,
                allow_missing: bool) -> LabelledVideos:
    """Videos named by their files.

    Raises:
        InputError: If no video is found, for missing videos without
            ``allow_missing``, and if the file of a video is not clear.
    """
    found = LabelledVideos([], [], [])
    missing, problems, renamed = [], [], 0
    owners: Dict[str, str] = {}
    for i, (name, labels) in enumerate(zip(videos.names, videos.labels)):
        split = videos.splits[i] if videos.splits else ''
        files, tried = index.find(name, labels, split)
        if not files:
            missing.append((name, tried))
            continue
        if len(files) > 1:
            problems.append(f'{name!r} may be any of the files '
                            f'{", ".join(files)}')
        if files[0] in owners:
            problems.append(f'{name!r} and {owners[files[0]]!r} are the same '
                            f'file {files[0]}')
        owners[files[0]] = name
        renamed += files[0] != name
        for column, value in zip(found, (files[0], labels, split)):
            if column is not found.splits or videos.splits:
                column.append(value)
    total = len(videos.names)
    if missing:
        shown = ', '.join(repr(name) for name, _ in missing[:MAX_SHOWN])
        more = ', ...' * (len(missing) > MAX_SHOWN)
        text = (f'{len(missing)} of {total} videos are not in {index.folder}: '
                f'{shown}{more}; tried for {missing[0][0]!r}, with each '
                f'suffix of a video: {", ".join(missing[0][1])}')
        if not found.names or not allow_missing:
            raise InputError(text +
                             ('' if not found.names else
                              '; --allow-missing leaves the missing ones out'))
        print(f'left out: {text}')
    if problems:
        text = '\n  '.join(problems[:MAX_PROBLEMS])
        raise InputError(
            f'{index.folder}: {len(problems)} unclear files\n  {text}')
    print(f'{len(found.names)} of {total} videos found in {index.folder}, '
          f'{renamed} of them under another path or suffix than named')
    return found
