"""Files of the videos that a list names."""
import os.path as osp

from .videos.video_files import video_file


class NamedFiles:
    """Paths of feature files or videos below a folder.

    Args:
        data_prefix: ``dict(features=FOLDER)`` or ``dict(video=FOLDER)``.
        suffix: Suffix of a video whose name has none.
    """

    def __init__(self, data_prefix: dict, suffix: str) -> None:
        self.are_features = 'features' in data_prefix
        self.folder = data_prefix['features' if self.are_features else 'video']
        self.suffix = suffix

    @property
    def key(self) -> str:
        """Key of the path in a data info."""
        return 'feature_path' if self.are_features else 'filename'

    def path(self, name: str) -> str:
        """Path of the file of a video, or of its folder of frames."""
        if self.are_features:
            return osp.join(self.folder, f'{name}.npy')
        path = osp.join(self.folder, name)
        file = video_file(path, self.suffix)
        is_folder = file != path and osp.isdir(path) and not osp.isfile(file)
        return path if is_folder else file

    def has_video(self, name: str) -> bool:
        """Whether the file of a video exists."""
        return osp.isfile(self.path(name))

    def has_folder(self, name: str) -> bool:
        """Whether a folder of images exists; for features, which do not tell,
        whether the file exists."""
        if self.are_features:
            return self.has_video(name)
        return osp.isdir(osp.join(self.folder, name))
