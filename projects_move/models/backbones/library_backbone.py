"""Base class of the backbones of other libraries."""
import importlib
from abc import ABCMeta, abstractmethod
from contextlib import contextmanager
from types import ModuleType
from typing import Dict, Iterator, Optional

from mmengine.model import BaseModule
from torch import Tensor

from projects_move.checkpoint_files import load_dict
from projects_move.errors import InputError, MissingInputError
from .frame_features import frame_features
from .preprocessing import Preprocessing


class LibraryBackbone(BaseModule, metaclass=ABCMeta):
    """Backbone from frames or clips to features, made by another library.

    Features are the input of the classifier of the library's own model. The
    weights are loaded by ``init_weights``, at the start of a training, so a
    test or a prediction with a checkpoint downloads nothing.

    Args:
        name: Name of the model in its library.
        weights: ``'default'`` for the published weights of that name; a file
            with the keys of the library's model (``.safetensors``, or one of
            ``torch.save``); or None for random weights.

    Attributes:
        out_channels: Channels of the features.
        preprocessing: Preprocessing that the weights expect; None for random
            weights, or if it is unknown before they are loaded.
        takes_clips: Whether the model takes clips, else single frames.
        clip_len: Frames of a clip that the model was made for, None if
            unknown.
        frame_interval: Distance of the frames of a clip in a video of about
            30 frames a second that the weights were trained with, None if
            unknown.
    """

    library = ''
    local_weights = 'FILE'  # what replaces a download
    out_channels: int
    preprocessing: Optional[Preprocessing] = None
    takes_clips = False
    clip_len: Optional[int] = None
    frame_interval: Optional[int] = None

    def __init__(self, name: str, weights: Optional[str] = 'default') -> None:
        super().__init__()
        self.name = name
        self.weights = weights

    @property
    def title(self) -> str:
        """Name of the backbone with that of its library."""
        return f'{self.library}/{self.name}'

    @abstractmethod
    def features(self, images: Tensor) -> Tensor:
        """Features ``(N, C)`` of frames ``(N, 3, H, W)`` or clips ``(N, 3, t,
        H, W)``, by the library."""

    @abstractmethod
    def load_weights(self, weights: str) -> None:
        """Load weights; see the class."""

    def published_preprocessing(self) -> Optional[Preprocessing]:
        """Preprocessing of the weights that are published by the name of the
        model, whatever weights it has; None if the library does not tell."""
        return self.preprocessing

    def offline_options(self) -> dict:
        """Arguments with which the model can be built without a download, in
        addition to its own."""
        return {}

    def forward(self, images: Tensor) -> Tensor:
        """Features ``(N, C)`` of frames or clips.

        Raises:
            InputError: For frames or clips that the model does not take, and
                for an output of another shape.
        """
        shape = tuple(images.shape[1:])
        try:
            features = self.features(images)
        except (AssertionError, ValueError, RuntimeError) as error:
            if _is_of_device(error):
                raise
            raise InputError(
                f'the backbone {self.title} does not take frames or clips of '
                f'shape {shape}: {error}') from error
        return frame_features(features, self, len(images), self.out_channels)

    def init_weights(self) -> None:
        """Load the weights, once. The library's own ``init_weights`` would
        replace them by random ones."""
        if not self._is_init and self.weights is not None:
            self.load_weights(self.weights)
        self._is_init = True

    def copy_weights(self, state: Dict[str, Tensor], source: str) -> None:
        """Copy weights, of which the model must have all.

        Raises:
            InputError: For missing weights, or weights of other shapes.
        """
        own = self.model.state_dict()
        missing = [key for key in own if key not in state]
        if missing:
            raise InputError(
                f'{source} lacks {len(missing)} of the {len(own)} weights of '
                f'{self.title}: {shortened(missing)}')
        with self.loading(source):
            self.model.load_state_dict({key: state[key] for key in own})

    @contextmanager
    def loading(self,
                source: str,
                may_download: bool = False) -> Iterator[None]:
        """Turn the errors of a library that loads weights into ours.

        Args:
            source: The weights, for errors.
            may_download: Whether the library may have to download them.
        """
        try:
            yield
        except InputError:
            raise
        except Exception as error:  # of pickle, safetensors, the network, ...
            kind = MissingInputError if isinstance(
                error, FileNotFoundError) else InputError
            text = (f'cannot load {source} into {self.title}: '
                    f'{type(error).__name__}: {str(error).strip()}')
            if may_download:
                text += (f'\n--weights {self.local_weights}, in a config '
                         f'weights={self.local_weights}, takes weights on '
                         'disk and needs no download')
            raise kind(text) from error


def import_library(name: str,
                   title: str,
                   extra: Optional[str] = None) -> ModuleType:
    """Import a library of a backbone.

    Args:
        name: Module of the library.
        title: Name of the backbone in errors.
        extra: Extra of this package that installs the library, by default of
            its name.

    Raises:
        InputError: If it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition('.')[0]
        raise InputError(
            f'the backbone {title} needs {package}, which cannot be imported '
            f"({error}): pip install 'projects_move[{extra or package}]'"
        ) from error


def read_state(path: str) -> Dict[str, Tensor]:
    """State dict of a file, without the prefix of a distributed model.

    Training loops often save it under ``state_dict`` or ``model``.

    Raises:
        InputError: For a file that does not exist or has no state dict.
    """
    try:
        if str(path).endswith('.safetensors'):
            from safetensors.torch import load_file
            state = load_file(path)
        else:
            state = load_dict(path)
    except FileNotFoundError as error:
        raise MissingInputError(f'no file of weights {path}') from error
    except Exception as error:  # safetensors has errors of its own
        reason = str(error).strip().partition('\n')[0]
        raise InputError(f'{path} is no file of weights: {reason}') from error
    for key in ('state_dict', 'model'):
        if isinstance(state.get(key), dict):
            state = state[key]
    if not state or not all(
            isinstance(key, str) and isinstance(value, Tensor)
            for key, value in state.items()):
        raise InputError(f'{path}: expected a state dict with tensors')
    return {key.removeprefix('module.'): value for key, value in state.items()}


def shortened(names: list, limit: int = 5) -> str:
    """The first names of a list, and how many there are more.

    Example:
        >>> shortened(['a', 'b', 'c'], limit=2)
        'a, b and 1 more'
    """
    more = f' and {len(names) - limit} more' if len(names) > limit else ''
    return ', '.join(names[:limit]) + more


def _is_of_device(error: Exception) -> bool:
    """Whether an error is of the memory or the device, not of the input."""
    text = str(error)
    return any(word in text for word in ('CUDA', 'cuDNN', 'CUBLAS', 'memory'))
