"""Pictures of right and wrong predictions, where raw videos are there."""
import base64
import io
import os
from pathlib import Path
from typing import Callable, List, NamedTuple, Optional, Sequence

from PIL import Image

from projects_move.datasets.lists.video_search import VideoIndex
from projects_move.datasets.named_files import NamedFiles
from projects_move.datasets.videos.frame_folder import FrameFolder
from projects_move.datasets.videos.video_reader import VideoReader
from projects_move.errors import InputError
from .run_record import RunRecord
from .score_summary import Prediction

WIDTH = 200  # pixels
QUALITY = 72  # of the JPEG


class Thumbnail(NamedTuple):
    """A video with its prediction.

    Args:
        prediction: Labels, predicted class and score.
        picture: The frame in the middle, as a data URL; empty if the video
            cannot be decoded.
        problem: Why there is no picture.
    """
    prediction: Prediction
    picture: str
    problem: str


def choose(predictions: Sequence[Prediction], training_videos: Sequence[int],
           right: bool, count: int) -> List[Prediction]:
    """Predictions to show, of as many classes as possible.

    Wrong ones are those with the highest scores; right ones those of the
    rarest classes.

    Args:
        predictions: Of all videos.
        training_videos: Of each class.
        right: Whether to choose right predictions or wrong ones.
        count: Maximum number.
    """

    def order(each: Prediction) -> tuple:
        rarest = min(training_videos[label] for label in each.labels)
        return (rarest if right else 0, -each.score, each.video)

    chosen = sorted((each for each in predictions if each.is_right == right),
                    key=order)
    first, repeated, seen = [], [], set()
    for each in chosen:
        (repeated if each.labels in seen else first).append(each)
        seen.add(each.labels)
    return [*first, *repeated][:count]


def video_paths(run: RunRecord, names: Sequence[str],
                folder: Optional[Path]) -> Callable[[Prediction], str]:
    """Function that returns the path of a video, empty if it is not found.

    Args:
        run: Run whose config names the folder of its raw videos.
        names: Class names.
        folder: Folder of raw videos instead of that of the config.

    Raises:
        InputError: If ``folder`` is no folder.
    """
    if folder is not None:
        index = VideoIndex(folder)

        def find(each: Prediction) -> str:
            labels = [names[label] for label in each.labels]
            files = index.find(each.video, labels).files
            return str(folder / files[0]) if len(files) == 1 else ''

        return find
    dataset = run.config.dataset('val' if run.is_validation else 'test')
    prefix = dataset.get('data_prefix')
    video = prefix.get('video') if isinstance(prefix, dict) else None
    if not isinstance(video, str):
        return lambda each: ''
    root = os.path.join(str(dataset.get('data_root') or ''), video)
    files = NamedFiles(dict(video=root), str(dataset.get('suffix') or '.mp4'))

    def path(each: Prediction) -> str:
        found = files.path(each.video)
        return found if os.path.exists(found) else ''

    return path


def thumbnails(chosen: Sequence[Prediction],
               path_of: Callable[[Prediction], str]) -> List[Thumbnail]:
    """Pictures of the videos that are found."""
    made = []
    for each in chosen:
        path = path_of(each)
        if path:
            try:
                made.append(Thumbnail(each, _picture(path), ''))
            except (InputError, OSError) as error:
                made.append(Thumbnail(each, '', str(error)))
    return made


def _picture(path: str) -> str:
    reader = FrameFolder(path) if os.path.isdir(path) else VideoReader(path)
    frame, = reader.read([len(reader) // 2])
    image = Image.fromarray(frame)
    image.thumbnail((WIDTH, WIDTH))
    file = io.BytesIO()
    image.save(file, 'JPEG', quality=QUALITY)
    return 'data:image/jpeg;base64,' + base64.b64encode(
        file.getvalue()).decode()
