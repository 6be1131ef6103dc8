"""Videos of an extraction from the lists of a config."""
import os
from typing import List, Optional, Tuple

import numpy as np
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.dataset import BaseDataset

from .videos import Videos


class DataInfos:
    """Data info of a row of several data sets, concatenated.

    Args:
        datasets: Data sets.
    """

    def __init__(self, datasets: List[BaseDataset]) -> None:
        self.datasets = datasets
        self.starts = np.cumsum([0, *map(len, datasets)])

    def __call__(self, row: int) -> dict:
        index = int(np.searchsorted(self.starts, row, 'right')) - 1
        return self.datasets[index].get_data_info(row -
                                                  int(self.starts[index]))


def config_videos(cfg: Config,
                  splits: List[str]) -> Tuple[Videos, Optional[str]]:
    """Videos of the lists of a config's data loaders, and their folder, None
    if there are several.

    A video of several lists counts once, so that no two shards extract it.
    """
    datasets = [
        DATASETS.build(cfg[f'{split}_dataloader'].dataset) for split in splits
        if cfg.get(f'{split}_dataloader') is not None
    ]
    names = [dataset.data_list.names for dataset in datasets]
    names = np.concatenate([np.empty(0, 'S1'), *names])
    rows = np.sort(np.unique(names, return_index=True)[1])
    folders = {
        os.path.abspath(dataset.data_prefix.get('video', ''))
        for dataset in datasets
    }
    return (Videos(names[rows], DataInfos(datasets),
                   rows), folders.pop() if len(folders) == 1 else None)
