"""Files of the videos of a list."""
from pathlib import Path, PurePosixPath
from typing import Dict, List, NamedTuple, Sequence, Union

from projects_move.datasets.videos.video_files import VIDEOS
from .folders import list_folder
from .formats.listing import SPLIT_NAMES


class Match(NamedTuple):
    """Result of the search for a video.

    Attributes:
        files: Files that may be meant, relative to the folder: one if the
            video was found, none if it is missing.
        tried: Paths that were looked for, without their suffixes.
    """
    files: List[str]
    tried: List[str]


class VideoIndex:
    """Files and folders of frames of the videos below a folder, also in
    folders reached by links.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Union[str, Path]) -> None:
        self.folder = Path(folder)
        contents = list_folder(folder)
        self.files = set(contents.files)
        self.frame_folders = set(contents.frame_folders)
        self._by_stem: Dict[str, List[str]] = {}
        self._folders = set()
        for name in sorted(self.files | self.frame_folders):
            stem = strip_suffix(name)
            if stem != name:
                self._by_stem.setdefault(stem, []).append(name)
            folder = name.rpartition('/')[0]
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = folder.rpartition('/')[0]

    def has_folder(self, name: str) -> bool:
        """Whether there is a folder of a name that contains files."""
        return name.rstrip('/') in self._folders

    def has_video(self, name: str) -> bool:
        """Whether there is a file of a name, with any suffix."""
        return not self.frame_folders.issuperset(
            self._files(self._relative(name)))

    def find(self,
             name: str,
             labels: Sequence[str] = (),
             split: str = '') -> Match:
        """Find the file or folder of frames of a video: as named, in the
        folder of its class, of its split, or with the name of the folder
        itself in front. The suffix may be missing or another one.

        Args:
            name: Name in the list.
            labels: Class names of the video.
            split: Split of the video, empty if there is none.
        """
        name = self._relative(name)
        folders = list(
            dict.fromkeys(
                each for label in labels
                for each in (label, label.replace(' ', '_'))))
        names = [name]
        if PurePosixPath(name).parent.name in folders:
            names.append(PurePosixPath(name).name)
        names += [f'{folder}/{name}' for folder in folders]
        names += [
            f'{other}/{each}' for other, meaning in SPLIT_NAMES.items()
            if meaning == split for each in tuple(names)
        ]
        names += [
            f'v_{name}',  # ActivityNet
            name.replace('\\', '/')  # Windows
        ]
        first, _, rest = name.partition('/')
        if first == self.folder.absolute().name and rest:
            names.append(rest)
        names = list(dict.fromkeys(names))
        inside = [
            each for each in names if any(
                each.endswith(f'{folder}/{name}') for folder in folders)
        ]
        for each in names:
            files = self._files(each)
            if files and each in inside:  # classes may share a name
                files = sorted({*sum(map(self._files, inside), [])})
            if files:
                return Match(files, names)
        return Match([], names)

    def _relative(self, name: str) -> str:
        """Name relative to the folder, in the form of the file names."""
        path = PurePosixPath(name)
        folder = PurePosixPath(self.folder.absolute().as_posix())
        if path.is_absolute() and folder in path.parents:
            path = path.relative_to(folder)
        return str(path)

    def _files(self, name: str) -> List[str]:
        is_outside = name.startswith(('/', '../'))
        if name in self.files or is_outside and (self.folder / name).is_file():
            return [name]
        if name in self.frame_folders:  # a list may mean either
            return [name, *self._by_stem.get(name, [])]
        return self._by_stem.get(name) or self._by_stem.get(
            strip_suffix(name), [])


def strip_suffix(name: str) -> str:
    """Name without the suffix of a video.

    Example:
        >>> strip_suffix('run/a.MP4'), strip_suffix('clip.v1')
        ('run/a', 'clip.v1')
    """
    lower = name.lower()
    suffix = next((each for each in VIDEOS if lower.endswith(each)), '')
    return name[:len(name) - len(suffix)]
