"""Configs of backbones by the names of their libraries."""
import re

LIBRARY_BACKBONES = dict(
    timm='TimmBackbone',
    torchvision='TorchvisionBackbone',
    transformers='TransformersBackbone')
# by a name of their own
NAMED_BACKBONES = {'efficientnet-lite0': 'EfficientNetLite0Backbone'}


def library_config(backbone: dict) -> dict:
    """Config of a backbone, with the type of its library if it has a short
    name; any other config as it is.

    Args:
        backbone: Its ``type`` may be ``timm/NAME``, ``torchvision/NAME`` or
            ``transformers/NAME``; ``efficientnet-lite0``; or, as in MMAction2,
            ``timm.NAME``, ``torchvision.NAME`` or a function of torchvision.
            MMAction2 loads no weights unless ``pretrained`` or ``weights`` is
            set.

    Example:
        >>> library_config(dict(type='timm/resnet18', weights=None))
        {'type': 'TimmBackbone', 'name': 'resnet18', 'weights': None}
        >>> library_config(dict(type='torchvision.swin_t'))
        {'type': 'TorchvisionBackbone', 'name': 'swin_t', 'weights': None}
        >>> library_config(dict(type='efficientnet-lite0'))
        {'type': 'EfficientNetLite0Backbone'}
        >>> library_config(dict(type='ResNet', depth=50))
        {'type': 'ResNet', 'depth': 50}
    """
    kind = backbone.get('type', '')  # MMEngine names a missing type
    if not isinstance(kind, str):
        package = getattr(kind, '__module__', '').partition('.')[0]
        kind = f'{package}.{kind.__name__}'
    if kind in NAMED_BACKBONES:
        return {**backbone, 'type': NAMED_BACKBONES[kind]}
    match = re.fullmatch(r'(timm|torchvision)\.(.+)|(\w+)/(.+)', kind)
    library, name = match and (match[1] or match[3], match[2] or match[4]) \
        or (None, None)
    if library not in LIBRARY_BACKBONES:
        return backbone
    options = {key: value for key, value in backbone.items() if key != 'type'}
    if match[1]:  # the names of MMAction2
        options.pop('feature_shape', None)
        options.pop('num_classes', None)
        if options.pop('pretrained', False):
            options.setdefault('weights', 'default')
        options.setdefault('weights', None)
    return dict(type=LIBRARY_BACKBONES[library], name=name, **options)


def without_library_weights(backbone: dict) -> dict:
    """Config without the weights that a library would load.

    Example:
        >>> without_library_weights(dict(type='timm/resnet18'))
        {'type': 'TimmBackbone', 'name': 'resnet18', 'weights': None}
    """
    backbone = dict(library_config(backbone))
    kind = backbone.get('type')
    if getattr(kind, '__name__', kind) in (*LIBRARY_BACKBONES.values(),
                                           *NAMED_BACKBONES.values()):
        backbone['weights'] = None
    return backbone
