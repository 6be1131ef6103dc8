"""Backbones of torchvision."""
import difflib
import re
from typing import Optional, Tuple

from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move.errors import InputError
from .library_backbone import LibraryBackbone, import_library, read_state
from .preprocessing import Preprocessing

# they have auxiliary classifiers and a normalization of their own
UNSUPPORTED = ('googlenet', 'inception_v3')
KINETICS_RATE = 30  # frames per second of most videos


@MODELS.register_module()
class TorchvisionBackbone(LibraryBackbone):
    """Image or video classifier of torchvision up to its classifier.

    The classifier is the last linear layer or convolution.

    Args:
        name: Name in torchvision, such as ``swin_t`` or ``r3d_18``.
        weights: See :class:`LibraryBackbone`; or the name of one of the
            model's weights, such as ``IMAGENET1K_V1``.
        kwargs: Arguments of ``torchvision.models.get_model``, such as
            ``image_size``.

    Raises:
        InputError: If torchvision is missing, or has no such classifier or no
            such weights.
    """

    library = 'torchvision'

    def __init__(self,
                 name: str,
                 weights: Optional[str] = 'default',
                 **kwargs) -> None:
        super().__init__(name, weights)
        models = import_library('torchvision.models', self.title)
        known = [
            model for part in (models, models.video)
            for model in models.list_models(part) if model not in UNSUPPORTED
        ]
        if name not in known:
            similar = difflib.get_close_matches(name, known)
            raise InputError(
                f'expected a classifier of torchvision, found {name!r}; '
                f'similar names: {", ".join(similar) or "none"}')
        try:
            self.model = models.get_model(name, weights=None, **kwargs)
        except (TypeError, ValueError) as error:
            raise InputError(f'cannot build {self.title}: {error}') from error
        self.classifier, layer = last_layer(self.model)
        self.out_channels = layer.weight.shape[1]
        owner, _, child = self.classifier.rpartition('.')
        setattr(self.model.get_submodule(owner), child, nn.Identity())
        self.published = self._published_weights()
        if self.published is not None:
            self.preprocessing = _preprocessing(self.published)
        self.takes_clips = name in models.list_models(models.video)
        if self.takes_clips:
            self.clip_len, self.frame_interval = _clip_sampling(
                self._default_weights())

    def features(self, images: Tensor) -> Tensor:
        return self.model(images)

    def published_preprocessing(self) -> Optional[Preprocessing]:
        return _preprocessing(self.published or self._default_weights())

    def load_weights(self, weights: str) -> None:
        if self.published is None:
            source, state = weights, read_state(weights)
        else:
            source = f'the published weights {self.published} of {self.title}'
            with self.loading(source, may_download=True):
                state = self.published.get_state_dict(
                    check_hash=True, weights_only=True)
        own = self.model.state_dict()
        unexpected = [
            key for key in state
            if key not in own and not key.startswith(f'{self.classifier}.')
        ]
        if unexpected:
            raise InputError(f'{source} has {len(unexpected)} weights that '
                             f'{self.title} lacks: {unexpected[:5]}')
        self.copy_weights(state, source)

    def _published_weights(self):
        """Entry of torchvision's enum of weights; None for a file or none."""
        if self.weights is None:
            return None
        models = import_library('torchvision.models', self.title)
        entries = models.get_model_weights(self.name).__members__
        name = 'DEFAULT' if self.weights == 'default' else self.weights
        if name not in entries and '.' not in name and '/' not in name:
            raise InputError(f'{self.title} has no weights {name!r}: expected '
                             f'a file or one of {", ".join(entries)}')
        return entries.get(name)

    def _default_weights(self):
        """Entry of torchvision's enum of weights that is its default."""
        models = import_library('torchvision.models', self.title)
        return models.get_model_weights(self.name).DEFAULT


def _preprocessing(entry) -> Preprocessing:
    """Preprocessing of an entry of torchvision's enums of weights."""
    preset = entry.transforms()
    resize, crop = preset.resize_size, preset.crop_size
    return Preprocessing(
        mean=tuple(preset.mean),
        std=tuple(preset.std),
        resize=resize[0] if len(resize) == 1 else tuple(resize),
        crop=tuple(crop) if len(crop) == 2 else (crop[0], crop[0]),
        interpolation=preset.interpolation.value,
        antialias=getattr(preset, 'antialias', False),  # not of videos
        rounds_margin=True)


def _clip_sampling(entry) -> Tuple[Optional[int], Optional[int]]:
    """Length and frame interval of the clips of published weights.

    torchvision has them in the text about the weights only.
    """
    text = entry.meta.get('_docs', '')
    length = re.search(r'`clip_len=(\d+)`', text)
    rate = re.search(r'`frame_rate=([\d.]+)`', text)
    return (int(length[1]) if length else None,
            round(KINETICS_RATE / float(rate[1])) if rate else None)


def last_layer(model: nn.Module) -> Tuple[str, nn.Module]:
    """Name and module of the last linear layer or convolution.

    Example:
        >>> last_layer(nn.Sequential(nn.Linear(2, 3), nn.Flatten()))[0]
        '0'
    """
    kinds = (nn.Linear, nn.Conv2d, nn.Conv3d)
    return [(name, module) for name, module in model.named_modules()
            if isinstance(module, kinds)][-1]
