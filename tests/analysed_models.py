"""A shipped model on tiny data, saved as a training saves it."""
import numpy as np
import torch
from mmaction.registry import MODELS

from projects_move.apis.configs import load_config
from tests.config_runs import CONFIGS
from tests.tiny_data import shrink_data, write_video

MOVE = CONFIGS['fsdd/move_logmel_adam-50e_fsdd-feature.py']
COUNTS = [6, 3, 2, 1, 0, 0, 0, 0, 0, 0]  # of the tiny data


def save_model(folder, config=MOVE, methods=(), **overrides):
    """Write ``a.pth``, ``a.py`` and a video ``v3.mp4``; return the model."""
    cfg = load_config(config, methods, overrides)
    shrink_data(cfg, folder)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    if hasattr(model, 'class_counts'):
        counts = torch.tensor(COUNTS)
        model.class_counts[:len(counts)] = counts[:len(model.class_counts)]
    classes = [f'class {i}' for i in range(cfg.model.cls_head.num_classes)]
    cfg.dump(folder / 'a.py')
    torch.save(
        dict(
            state_dict=model.state_dict(),
            meta=dict(cfg=cfg.pretty_text,
                      dataset_meta=dict(classes=classes))), folder / 'a.pth')
    write_video(folder / 'v3.mp4', np.random.default_rng(0))
    return model.eval()
