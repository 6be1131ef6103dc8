"""Backbones of timm."""
import math
from typing import Dict, Optional

from mmaction.registry import MODELS
from mmengine.logging import print_log
from torch import Tensor, nn

from projects_move.errors import InputError
from .library_backbone import LibraryBackbone, import_library, read_state
from .preprocessing import Preprocessing


@MODELS.register_module()
class TimmBackbone(LibraryBackbone):
    """Image model of timm up to its classifier.

    The model pools as it does before its own classifier: the class token, a
    mean, or attention.

    Args:
        name: Name in timm, with the tag of its weights, such as
            ``vit_base_patch16_clip_224.openai``.
        weights: See :class:`LibraryBackbone`.
        kwargs: Arguments of ``timm.create_model``, such as ``img_size`` or
            ``dynamic_img_size=True`` for frames of other sizes.

    Raises:
        InputError: If timm is missing, or has no such model.
    """

    library = 'timm'
    extra = 'timm'  # of this package, that installs what it needs

    def __init__(self,
                 name: str,
                 weights: Optional[str] = 'default',
                 **kwargs) -> None:
        super().__init__(name, weights)
        for key in ('pretrained', 'num_classes', 'checkpoint_path',
                    'features_only'):
            if key in kwargs:
                raise InputError(f'{self.title}: expected weights=..., found '
                                 f'{key}={kwargs[key]!r}')
        self.kwargs = kwargs
        try:
            self.model = self._create(num_classes=0)
        except (RuntimeError, TypeError, ValueError, OSError) as error:
            raise InputError(f'cannot build {self.title}: {error}') from error
        self.out_channels = getattr(self.model, 'head_hidden_size',
                                    self.model.num_features)
        if weights is not None:
            self.preprocessing = self._preprocessing()

    def features(self, images: Tensor) -> Tensor:
        return self.model(images)

    def published_preprocessing(self) -> Optional[Preprocessing]:
        return self._preprocessing()

    def load_weights(self, weights: str) -> None:
        """The library adapts the weights to the model, for example to another
        ``img_size``. It loads them strictly into a model with the classifier
        of the weights, and without strictness into any other."""
        config = dict(self.model.pretrained_cfg)
        overlay = dict(self.kwargs.get('pretrained_cfg_overlay') or {})
        source = weights
        if weights == 'default':
            num_classes = overlay.get('num_classes', config['num_classes'])
            source = f'the published weights of {self.title}'
            for note in config.get('notes') or ():
                print_log(f'{self.title}: note of timm: {note}', 'current')
        else:
            state = self.read_state(weights)
            num_classes = _classes_of(state, config.get('classifier'))
            overlay.update(
                state_dict=state,
                num_classes=num_classes,
                label_offset=0,
                custom_load=False)
        with self.loading(source, may_download=weights == 'default'):
            loaded = self._create(
                pretrained=True,
                num_classes=num_classes,
                pretrained_cfg_overlay=overlay)
            loaded.reset_classifier(0)
        self.copy_weights(loaded.state_dict(), source)

    def read_state(self, path: str) -> Dict[str, Tensor]:
        """State dict of a file of weights."""
        return read_state(path)

    def _create(self, **kwargs) -> nn.Module:
        timm = import_library('timm', self.title, self.extra)
        return timm.create_model(self.name, **{**self.kwargs, **kwargs})

    def _preprocessing(self) -> Preprocessing:
        data = import_library('timm.data', self.title, self.extra)
        config = data.resolve_model_data_config(self.model)
        crop = config['input_size'][-2:]
        scaled = tuple(math.floor(side / config['crop_pct']) for side in crop)
        if config['crop_mode'] not in ('center', 'squash'):
            raise InputError(f'{self.title} needs crop_mode='
                             f"{config['crop_mode']!r}, expected 'center' or "
                             "'squash'")
        square = crop[0] == crop[1] and config['crop_mode'] == 'center'
        return Preprocessing(
            mean=tuple(config['mean']),
            std=tuple(config['std']),
            resize=scaled[0] if square else scaled,
            crop=tuple(crop),
            interpolation=config['interpolation'],
            rounds_margin=True)


def _classes_of(state: dict, classifier) -> int:
    """Number of classes of a state dict, 0 without a classifier."""
    names = (classifier, ) if isinstance(classifier, str) else classifier
    for name in names or ():
        if f'{name}.weight' in state:
            return len(state[f'{name}.weight'])
    return 0
