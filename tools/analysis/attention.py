"""Attention of a trained model over the frames of a video."""
import os
from pathlib import Path
from typing import List, Tuple

import cv2
import numpy as np
import torch
from mmaction.apis import init_recognizer
from mmaction.registry import DATASETS

from projects_move.apis.checkpoints import read_checkpoint
from projects_move.apis.config_utils import load_config
from projects_move.errors import InputError
from projects_move.models.heads.long_tail_head import ACTIVATIONS
from projects_move.models.necks import FrameMasks


def video_attention(config: str, checkpoint: str,
                    video: str) -> Tuple[np.ndarray, List[np.ndarray], str]:
    """Attention of a trained model over a video.

    Returns:
        Attention ``(T,)``, some frames as RGB images, and a title.

    Raises:
        InputError: For a faulty config or checkpoint, a model without
            attention, and a video that is not in the test list or cannot be
            decoded.
    """
    images = read_images(video)
    cfg = load_config(config)
    read_checkpoint(checkpoint)  # names the fault of the file
    model = init_recognizer(cfg, checkpoint, device='cpu')
    neck = getattr(getattr(model, 'neck', None), 'necks', {})
    if 'attention' not in neck:
        raise InputError(f'{config}: the model has no neck attention')
    dataset = DATASETS.build(model.cfg.test_dataloader.dataset)
    names = [dataset.get_data_info(i)['video_id'] for i in range(len(dataset))]
    if Path(video).stem not in names:
        raise InputError(f'{dataset.ann_file} has no video '
                         f'{Path(video).stem}')
    index = names.index(Path(video).stem)
    sample = dataset[index]
    frames = model.data_preprocessor(
        dict(inputs=[sample['inputs']],
             data_samples=[sample['data_samples']]))['inputs']
    with torch.no_grad():
        encoded = model.neck.encode(frames)
        _, weights, _ = neck['attention'].attention(encoded, FrameMasks())
        logits = model(frames, mode='tensor')
        activation = getattr(model.cls_head, 'activation', 'sigmoid')
        scores = ACTIVATIONS[activation](logits)[0]
    classes = dataset.metainfo['classes']
    labels = ', '.join(classes[i] for i in dataset.get_cat_ids(index))
    title = (f'{labels} - predicted: {classes[int(scores.argmax())]} '
             f'({scores.max():.2f})')
    return weights[0, :, 0].mean(0).numpy(), images, title


def read_images(video: str, count: int = 12) -> List[np.ndarray]:
    """Evenly spaced frames of a video, RGB ``(H, W, 3)`` uint8.

    Raises:
        InputError: For a file that cannot be decoded.
    """
    capture = cv2.VideoCapture(video) if os.path.isfile(video) else None
    images = []
    while capture is not None:
        read, image = capture.read()
        if not read:
            break
        images.append(image[..., ::-1])
    if not images:
        raise InputError(f'{video} cannot be decoded')
    chosen = np.linspace(0, len(images) - 1, count).astype(int)
    return [images[i] for i in chosen]
