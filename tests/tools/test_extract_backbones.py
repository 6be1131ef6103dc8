"""Features of a backbone by its name, beside the library's own features of
frames that its own transform prepared."""
import json
from functools import partial

import av
import numpy as np
import pytest
import timm
import torch
import torchvision
import transformers
from mmaction.registry import DATASETS
from mmengine.config import Config
from PIL import Image

from projects_move.datasets.features.manifest import read_manifest
from tests.in_process import run_tool
from tools import extract_features
from tools.data import make_dataset

# sizes with odd margins of the crops
LENGTHS = {'a/x.avi': 9, 'a/x.mkv': 12, 'b/y.avi': 11, 'b/frames': 10}
SIZES = {'b/frames': (80, 64)}
run = partial(run_tool, extract_features.main)


def pictures(name):
    """Smooth noise that changes from frame to frame and video to video."""
    height, width = SIZES.get(name, (48, 64))
    random = np.random.default_rng(list(name.encode()))
    coarse = random.integers(
        0, 255, (LENGTHS[name], height // 8, width // 8, 3), dtype=np.uint8)
    return [
        np.array(Image.fromarray(each).resize((width, height)))
        for each in coarse
    ]


def encode(path, frames):
    """Lossless video, so that its frames are known."""
    with av.open(str(path), 'w') as file:
        stream = file.add_stream('ffv1', rate=10)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = 'bgr0'
        for frame in frames:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(frame, 'rgb24')))
        file.mux(stream.encode())


@pytest.fixture(scope='module')
def videos(tmp_path_factory):
    folder = tmp_path_factory.mktemp('videos')
    for name in LENGTHS:
        path, frames = folder / name, pictures(name)
        if path.suffix:
            path.parent.mkdir(exist_ok=True)
            encode(path, frames)
        else:
            path.mkdir(parents=True)
            for i, frame in enumerate(frames):
                Image.fromarray(frame).save(path / f'img_{i + 1:05d}.png')
    return folder


def timm_model(tmp_path, name, **options):
    torch.manual_seed(0)
    model = timm.create_model(name, **options).eval()
    torch.save(model.state_dict(), tmp_path / 'a.pth')
    model.reset_classifier(0)
    transform = timm.data.create_transform(
        **timm.data.resolve_model_data_config(model))
    return model, lambda frames: torch.stack(
        [transform(Image.fromarray(frame)) for frame in frames])


def timm_cnn(tmp_path):
    return ('timm/resnet10t', tmp_path / 'a.pth', (),
            *timm_model(tmp_path, 'resnet10t'))


def timm_vit(tmp_path):
    options = dict(depth=1, embed_dim=24, num_heads=3)
    name = 'vit_base_patch32_224.augreg_in1k'
    return (f'timm/{name}', tmp_path / 'a.pth',
            [f'{key}={value}' for key, value in options.items()
             ], *timm_model(tmp_path, name, **options))


def torchvision_frames(tmp_path):
    torch.manual_seed(0)
    model = torchvision.models.resnet18().eval()
    torch.save(model.state_dict(), tmp_path / 'a.pth')
    model.fc = torch.nn.Identity()
    preset = torchvision.models.ResNet18_Weights.DEFAULT.transforms()
    return ('torchvision/resnet18', tmp_path / 'a.pth', (), model,
            lambda frames: torch.stack(
                [preset(Image.fromarray(frame)) for frame in frames]))


def torchvision_clips(tmp_path):
    torch.manual_seed(0)
    model = torchvision.models.video.r3d_18().eval()
    torch.save(model.state_dict(), tmp_path / 'a.pth')
    model.fc = torch.nn.Identity()
    preset = torchvision.models.video.R3D_18_Weights.DEFAULT.transforms()
    return ('torchvision/r3d_18', tmp_path / 'a.pth', (), model,
            lambda clips: torch.stack([
                preset(torch.from_numpy(np.stack(clip)).permute(0, 3, 1, 2))
                for clip in clips
            ]))


def transformers_clips(tmp_path):
    torch.manual_seed(0)
    config = transformers.VideoMAEConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=24,
        image_size=32,
        num_frames=4)
    model = transformers.VideoMAEForVideoClassification(config).eval()
    folder = tmp_path / 'model'
    model.save_pretrained(folder)
    (folder / 'preprocessor_config.json').write_text(
        json.dumps(
            dict(
                image_processor_type='VideoMAEImageProcessor',
                size=dict(shortest_edge=36),
                crop_size=dict(height=32, width=32),
                image_mean=[.4, .5, .6],
                image_std=[.2, .3, .25],
                resample=2)))
    # the other one resizes by torch, whose pixels differ by up to a level
    kind = getattr(transformers, 'VideoMAEImageProcessorPil',
                   transformers.VideoMAEImageProcessor)
    processor = kind.from_pretrained(folder)
    model.classifier = torch.nn.Identity()
    return (f'transformers/{folder}', folder, (),
            lambda clips: model(clips).logits, lambda clips: torch.cat([
                processor(list(clip), return_tensors='pt').pixel_values
                for clip in clips
            ]))


SAMPLING = dict(torchvision_clips=(16, 2), transformers_clips=(4, 4))


def expected(kind, name, model, transform, count=3):
    """Features of evenly spaced frames, or of clips around them."""
    frames = pictures(name)
    last = len(frames) - 1
    index = np.linspace(0, last, count).astype(int)
    if kind in SAMPLING:
        length, step = SAMPLING[kind]
        offsets = (np.arange(length) - (length - 1) // 2) * step
        chosen = [[frames[i] for i in np.clip(i + offsets, 0, last)]
                  for i in index]
    else:
        chosen = [frames[i] for i in index]
    with torch.no_grad():
        return model(transform(chosen)).numpy()


@pytest.mark.parametrize('make', [
    timm_cnn, timm_vit, torchvision_frames, torchvision_clips,
    transformers_clips
])
def test_features_are_those_of_the_library(make, videos, tmp_path):
    backbone, weights, options, model, transform = make(tmp_path)
    common = ('--weights', weights,
              *(('--backbone-options', *options) if options else ()))
    text, problem = run('--videos', videos, '--backbone', backbone, *common,
                        '--num-frames', 3, '--num-workers', 0, '--dtype',
                        'float32', '--batch-size', 5, '--out',
                        tmp_path / 'features')
    assert problem is None, text
    assert '3 videos and 1 folder of frames below' in text
    assert (tmp_path / 'features' / 'store.json').exists()
    (tmp_path / 'all.lst').write_text(''.join(f'{name} 0\n'
                                              for name in LENGTHS))
    dataset = DATASETS.build(
        dict(
            type='LongTailDataset',
            ann_file=str(tmp_path / 'all.lst'),
            data_prefix=dict(features=str(tmp_path / 'features')),
            pipeline=[dict(type='LoadFeatures')]))
    for i, name in enumerate(LENGTHS):
        rows = np.asarray(dataset[i]['features'])
        wanted = expected(make.__name__, name, model, transform)
        assert rows.shape == wanted.shape
        np.testing.assert_allclose(
            rows, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())
        assert np.abs(wanted -
                      wanted.mean(0)).max() > 1e-3 * np.abs(wanted).max()
    manifest = read_manifest(tmp_path / 'features')
    assert set(manifest['preprocessing']) == {
        'mean', 'std', 'resize', 'crop', 'interpolation', 'antialias',
        'rounds_margin'
    }


def test_configs_of_make_dataset_are_of_the_same_backbone(
        videos, tmp_path, monkeypatch):
    """The command of the feature config and the config of raw videos give the
    same features."""
    _, weights, _, model, transform = transformers_clips(tmp_path)
    backbone = f'transformers/{weights}'
    out = tmp_path / 'new'
    (tmp_path / 'all.csv').write_text('video,label,split\n' + ''.join(
        f'{name},{name[0]},{split}\n'
        for name, split in zip(('a/x.avi', 'b/y.avi',
                                'a/x.mkv'), ('train', 'train', 'test'))))
    text, problem = run_tool(make_dataset.main, tmp_path / 'all.csv',
                             '--videos', videos, '--out', out, '--backbone',
                             backbone)
    assert problem is None, text
    lines = (out / 'move_feature.py').read_text().split('_base_')[0]
    command = lines.replace('\\\n#', '').splitlines()[0]
    words = command.removeprefix('# python tools/extract_features.py ').split()
    assert words[-2:] == ['--out', str(out / 'features')]
    small = ('--num-frames', 3, '--num-workers', 0, '--dtype', 'float32')
    assert run(*words, *small)[1] is None
    assert run(out / 'move_rgb.py', *small, '--out', out / 'others')[1] is None
    cfg = Config.fromfile(out / 'move_feature.py')
    assert cfg.model.neck.in_channels == 16
    dataset = DATASETS.build(
        dict(
            cfg.train_dataloader.dataset,
            pipeline=[dict(type='LoadFeatures')]))
    for i, name in enumerate(('a/x.avi', 'b/y.avi')):
        rows = np.asarray(dataset[i]['features'])
        np.testing.assert_array_equal(rows,
                                      np.load(out / 'others' / f'{name}.npy'))
        np.testing.assert_allclose(
            rows,
            expected('transformers_clips', name, model, transform),
            rtol=1e-4,
            atol=1e-4)
