"""Backbones of Hugging Face transformers."""
import re
from copy import deepcopy
from pathlib import Path
from typing import Any, List, Optional, Tuple

from mmaction.registry import MODELS
from torch import Tensor, nn

from projects_move.errors import InputError
from .library_backbone import (LibraryBackbone, import_library, read_state,
                               shortened)
from .preprocessing import Preprocessing
from .processor_config import processor_preprocessing
from .transformers_settings import architecture

POOLINGS = ('head', 'pooler', 'mean')


@MODELS.register_module()
class TransformersBackbone(LibraryBackbone):
    """Image or video model of Hugging Face transformers.

    Args:
        name: Name on the hub, or a folder of ``save_pretrained``.
        weights: See :class:`LibraryBackbone`; or such a folder.
        config: Settings of the model with its ``model_type``, so that the
            model can be built offline, from a checkpoint; by default the
            ``config.json`` of the name. Of a model of images and texts it is
            the part of the images, such as ``clip_vision_model``.
        pooling: ``'head'`` pools as the model for video or image
            classification of transformers, and needs weights that were
            trained with it; ``'pooler'`` is the ``pooler_output`` of the
            model; ``'mean'`` is the mean of all tokens.

    Raises:
        InputError: If transformers is missing, or has no such model, or the
            model does not pool so.
    """

    library = 'transformers'
    local_weights = 'FOLDER'  # with config.json

    def __init__(self,
                 name: str,
                 weights: Optional[str] = 'default',
                 config: Optional[dict] = None,
                 pooling: str = 'head') -> None:
        super().__init__(name, weights)
        if pooling not in POOLINGS:
            raise InputError(f'{self.title}: expected a pooling of '
                             f'{", ".join(POOLINGS)}, found {pooling!r}')
        self.pooling = pooling
        library = import_library('transformers', self.title)
        if config is None:
            is_folder = weights is not None and Path(weights).is_dir()
            settings = self._published_config(weights if is_folder else name)
        else:
            try:
                settings = library.AutoConfig.for_model(**config)
            except (TypeError, ValueError, KeyError) as error:
                raise InputError(f'{self.title}: expected a config with a '
                                 f'known model_type: {error}') from error
        self.takes_clips = type(settings) in \
            library.MODEL_FOR_VIDEO_CLASSIFICATION_MAPPING
        if self.takes_clips:
            self.clip_len = getattr(settings, 'num_frames', None) or getattr(
                settings, 'frames_per_clip', None)
        self.model, self.out_channels = self._build(library, settings)
        for module in self.model.modules():  # V-JEPA 2 does not use it here
            if hasattr(module, 'predictor'):
                module.predictor = None

    def features(self, images: Tensor) -> Tensor:
        self._require_shape(images)
        kwargs = {self.model.main_input_name: images}
        if self.takes_clips:  # as (N, t, 3, H, W)
            kwargs = {self.model.main_input_name: images.transpose(1, 2)}
        if self.pooling == 'head':
            return self.model(**kwargs).logits  # input of the classifier
        if self.settings.model_type == 'vjepa2':
            kwargs['skip_predictor'] = True
        output = self.model(**kwargs)
        if self.pooling == 'pooler':
            if getattr(output, 'pooler_output', None) is None:
                raise ValueError("it has no pooler_output: use "
                                 "pooling='head' or 'mean'")
            return output.pooler_output
        tokens = output.last_hidden_state
        return tokens.mean(1) if tokens.ndim == 3 else tokens

    @property
    def settings(self) -> Any:
        """Config of the model in transformers."""
        return self.model.config

    def published_preprocessing(self) -> Optional[Preprocessing]:
        return self.preprocessing or processor_preprocessing(
            self.name, self.title)

    def offline_options(self) -> dict:
        different = architecture(self.settings.to_diff_dict())
        return dict(config={
            'model_type': self.settings.model_type,
            **different
        })

    def load_weights(self, weights: str) -> None:
        name = self.name if weights == 'default' else weights
        state, source = None, f'the weights of transformers/{name}'
        if weights == 'default' or Path(weights).is_dir():
            settings = self._published_config(name)
            self._require_architecture(settings, source)
            self.preprocessing = processor_preprocessing(name, self.title)
        else:
            state, name, source = read_state(weights), None, weights
            settings = deepcopy(self.settings)
            if 'classifier.weight' in state:
                settings.num_labels = len(state['classifier.weight'])
        with self.loading(source, may_download=weights == 'default'):
            loaded, report = type(self.model).from_pretrained(
                name,
                config=settings,
                state_dict=state,
                output_loading_info=True)
        self._require_all(report, source)
        self.copy_weights(loaded.state_dict(), source)

    def _build(self, library: Any, settings: Any) -> Tuple[nn.Module, int]:
        """Model without classifier, and the channels of its features."""
        kind = library.AutoModel
        if self.pooling == 'head':
            kind = library.AutoModelForVideoClassification if \
                self.takes_clips else library.AutoModelForImageClassification
        try:
            model = kind.from_config(settings)
        except (TypeError, ValueError) as error:
            raise InputError(
                f'cannot build {self.title} with pooling={self.pooling!r}: '
                f'{error}') from error
        if not model.main_input_name.startswith('pixel_values'):
            raise InputError(f'{self.title} is no model of images or videos: '
                             f'it takes {model.main_input_name}')
        if self.pooling == 'head':
            classifier = getattr(model, 'classifier', None)
            if not isinstance(classifier, nn.Linear):
                raise InputError(f'{self.title} has no linear classifier: use '
                                 "pooling='pooler' or 'mean'")
            model.classifier = nn.Identity()
            return model, classifier.in_features
        if self.pooling == 'mean' and hasattr(model, 'pooler'):
            model.pooler = None
        widths = getattr(settings, 'hidden_sizes', None) or [None]
        return model, getattr(settings, 'hidden_size', widths[-1])

    def _published_config(self, name: str) -> Any:
        """Config of the name, of a model of images and texts its images."""
        library = import_library('transformers', self.title)
        with self.loading(
                f'the config.json of {name}',
                may_download=not Path(name).is_dir()):
            settings = library.AutoConfig.from_pretrained(name)
        return getattr(settings, 'vision_config', settings)

    def _require_shape(self, images: Tensor) -> None:
        """Refuse frames and clips that some models silently take for others:
        they drop frames, or give tokens the positions of others."""
        settings = self.settings
        side = getattr(settings, 'image_size', None) or getattr(
            settings, 'crop_size', None)
        size = (side, side) if isinstance(side, int) else side
        if size is not None and tuple(images.shape[-2:]) != tuple(
                size) and not settings.model_type.startswith('dino'):
            raise ValueError(f'expected frames of {size[0]} x {size[1]} '
                             'pixels; set another size in its config')
        if self.takes_clips != (images.ndim == 5):
            raise ValueError('expected ' + (
                'clips' if self.takes_clips else 'frames, not clips'))
        if not self.takes_clips:
            return
        length = images.shape[2]
        frames = getattr(settings, 'num_frames', None)
        tubelet = getattr(settings, 'tubelet_size', 1)
        tubelet = tubelet if isinstance(tubelet, int) else tubelet[0]
        if length % tubelet or length != (frames or length):
            raise ValueError('expected clips of '
                             f'{frames or f"a multiple of {tubelet}"} frames')

    def _require_architecture(self, published: Any, source: str) -> None:
        ours, theirs = (
            architecture(config.to_dict())
            for config in (self.settings, published))
        for key in sorted({*ours, *theirs}):
            if ours.get(key) != theirs.get(key):
                raise InputError(
                    f'{source} are of a model with {key}={theirs.get(key)!r}, '
                    f'but the config of {self.title} has {key}='
                    f'{ours.get(key)!r}')

    def _require_all(self, report: dict, source: str) -> None:
        """Refuse weights that are not all those of the model."""
        own = self.model.state_dict()
        missing = sorted(key for key in report['missing_keys'] if key in own)
        if missing:
            raise InputError(
                f'{source} lack {len(missing)} of the {len(own)} weights of '
                f'{self.title} with pooling={self.pooling!r}: '
                f"{shortened(missing)}. Weights of a pretraining may need "
                "pooling='mean'")
        unexpected = unexpected_weights(self.model, report['unexpected_keys'])
        if unexpected:
            raise InputError(
                f'{source} have {len(unexpected)} weights that {self.title} '
                f'lacks: {shortened(unexpected)}')


def unexpected_weights(model: nn.Module, keys: List[str]) -> List[str]:
    """Keys of weights that belong to layers like those of the model.

    A checkpoint may have other parts, such as a decoder or a text model, but
    neither more layers nor more weights in a layer.

    Example:
        >>> model = nn.Sequential(nn.Linear(2, 2))
        >>> unexpected_weights(model, ['1.weight', 'decoder.weight'])
        ['1.weight']
    """
    prefix = f"{getattr(model, 'base_model_prefix', '')}."
    layers = {
        re.sub(r'\d+', '*', name.removeprefix(prefix))
        for name, _ in model.named_modules() if name
    }
    return sorted(
        key for key in keys
        if re.sub(r'\d+', '*',
                  key.removeprefix(prefix).rpartition('.')[0]) in layers)
