"""Packed frames of the videos of a prediction."""
import os
from typing import Iterator, List, NamedTuple, Optional, Sequence

from mmengine.dataset import Compose

from projects_move.apis.configs import type_name
from projects_move.datasets.features.feature_checks import check_features
from projects_move.datasets.features.origin import Origin
from .worker_videos import WorkerVideos


class PreparedVideo(NamedTuple):
    """Inputs of the model for one video.

    Attributes:
        key: Key of the video.
        packed: Packed inputs; None for a video that failed.
        problem: Reason of the failure, empty if there is none.
    """
    key: int
    packed: Optional[dict]
    problem: str = ''


class PreparedVideos(WorkerVideos):
    """Data infos through the test pipeline, one :class:`PreparedVideo` each.

    Args:
        infos: Data infos.
        keys: Keys of the videos to prepare, indices of ``infos``.
        pipeline: Test pipeline.
        num_workers: Workers of the data loader.
    """

    def __init__(self,
                 infos: Sequence[dict],
                 keys: List[int],
                 pipeline: List[dict],
                 num_workers: int = 0) -> None:
        super().__init__(keys, min(num_workers, len(keys)))
        self.infos = infos
        self.pipeline = Compose(pipeline)
        self.pipeline_of_arrays = Compose([
            step for step in pipeline
            if type_name(step['type']) != 'LoadFeatures'
        ])

    def items(self, video: int) -> Iterator[PreparedVideo]:
        try:
            yield PreparedVideo(video, self._prepare(self.infos[video]))
        except Exception as error:  # decoders raise errors of any type
            problem = f'{type(error).__name__}: {error}'
            yield PreparedVideo(video, None, problem)

    def _prepare(self, info: dict) -> dict:
        info = dict(info, modality='RGB', start_index=0)
        file, pipeline = info.get('filename'), self.pipeline
        if 'features' in info:
            pipeline = self.pipeline_of_arrays
            check_features(info['features'], Origin(None, info['video_id']))
        if file is not None and not os.path.isfile(file):
            raise FileNotFoundError(f'no video file {file}')
        packed = pipeline(info)
        if packed is None:
            raise ValueError('a transform of the test pipeline rejected it')
        return packed
