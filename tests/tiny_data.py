"""Tiny lists, features and videos where a config looks for its data."""
import cv2
import numpy as np

from projects_move.apis.configs import type_name
from projects_move.datasets import minikinetics, videolt
from tests.published_library_weights import is_library

LABELS = (0, 0, 0, 0, 0, 1, 1, 2, 1, 3, 0, 2)
SPLITS = ('train', 'val', 'test')


def is_type(part, name):
    return type_name(part['type']) == name


def shrink_data(cfg, folder):
    """Put a config on twelve videos, or two where it samples clips or takes
    frames of one size, in one batch. Only sizes and paths change: videos,
    frames, clips and workers.

    Args:
        cfg: Changed in place.
        folder: For lists, features and videos.
    """
    clips = cfg.model.data_preprocessor.get('format_shape') == 'NCTHW'
    fixed = is_library(cfg.model.backbone)
    labels = LABELS[4:6] if clips or fixed else LABELS
    side = None if fixed else 32 if clips else 33
    for split in SPLITS:
        loader = cfg[f'{split}_dataloader']
        loader.update(
            batch_size=len(labels), num_workers=0, persistent_workers=False)
        loader.dataset.data_root = str(folder)
        loader.dataset.pipeline = tiny_pipeline(loader.dataset.pipeline, side)
        write_data(loader.dataset, folder, labels, cfg.model)


def tiny_pipeline(pipeline, side):
    """Transforms for frames of ``side`` pixels, None for those of the config,
    and two clips a video."""
    steps = []
    for step in pipeline:
        step = dict(step, type=type_name(step['type']))
        if is_type(step, 'Resize') and side:
            small = (-1, side + 7) if step['scale'][0] == -1 else (side, side)
            step['scale'] = small
        if step.get('clip_len', 1) > 1:
            step['num_clips'] = 2
        for size in {'crop_size', 'input_size'} & set(step) if side else ():
            step[size] = side
        steps.append(step)
    return steps


def write_data(dataset, folder, labels, model):
    """Write the files that a data set reads below its ``data_root``."""
    num_classes = model.cls_head.num_classes
    multi_class = dataset.get('multi_class', is_type(dataset,
                                                     'VideoLTDataset'))
    lists = [f'{label},{num_classes - 1}' if multi_class and i % 3 == 0 else
             str(label) for i, label in enumerate(labels)]  # yapf: disable
    ann_file, classes = list_paths(dataset)
    write_lines(folder / ann_file,
                [f'v{i} {label}' for i, label in enumerate(lists)])
    counts = classes.endswith(videolt.CLASSES)
    write_lines(folder / classes, [
        f'class{i} {i} 1' if counts else f'class {i}'
        for i in range(num_classes)
    ])
    (kind, prefix), = dataset.data_prefix.items()
    rng = np.random.default_rng(0)
    (folder / prefix).mkdir(parents=True, exist_ok=True)
    for i in range(len(labels)):
        if kind == 'video':
            write_video(folder / prefix / f'v{i}.mp4', rng)
        else:
            write_features(folder / prefix / f'v{i}.npy', rng, 9 + i,
                           feature_channels(model))


def list_paths(dataset):
    """Annotation list and class names, below ``data_root``."""
    if is_type(dataset, 'VideoLTDataset'):
        return (f'labels/{videolt.LISTS[dataset.split]}',
                f'labels/{videolt.CLASSES}')
    if is_type(dataset, 'ImbalancedMiniKinetics'):
        return (f'labels/{minikinetics.LISTS[dataset.split]}',
                'labels/classes.txt')
    return dataset.ann_file, dataset.classes


def feature_channels(model):
    neck = model.get('neck')
    return neck.in_channels if neck else model.cls_head.in_channels


def write_lines(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('\n'.join(lines) + '\n')


def write_features(path, rng, frames, channels):
    np.save(path, rng.standard_normal((frames, channels)).astype(np.float16))


def write_video(path, rng, frames=16):
    if path.exists():
        return
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), 15, (64, 64))
    for _ in range(frames):
        writer.write(rng.integers(0, 255, (64, 64, 3), dtype=np.uint8))
    writer.release()
