"""Checkpoints of a training, as a prediction reads them."""
import tempfile
from functools import lru_cache
from pathlib import Path
from random import Random

import torch
from mmengine.config import Config

from projects_move.apis.prediction.inferencer import LongTailInferencer
from tests.checkpoints import CLASSES, save_feature_checkpoint
from tests.fuzz.mutations import mutate
from tests.fuzz.outcomes import FAULTY, Expected, Outcome, difference, judge
from tests.fuzz.runner import Target

NAME = 'model.pth'
CLASS_NAMES = (CLASSES, CLASSES[:3], CLASSES + ('more', ), None, 'abcd', 4,
               list(CLASSES), ('a', 'a', 'b', 'c'), (1, 2, 3, 4), {
                   'a': 1
               })


@lru_cache(maxsize=None)
def _trained() -> bytes:
    """A sound checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        save_feature_checkpoint(Path(folder))
        return (Path(folder) / NAME).read_bytes()


def write(rng: Random, folder: Path) -> None:
    path = folder / NAME
    path.write_bytes(_trained())
    kind = rng.choice(
        ('bytes', 'bytes', 'classes', 'weights', 'config', 'foreign', 'none'))
    if kind == 'bytes':
        path.write_bytes(mutate(rng, path.read_bytes()))
    elif kind == 'foreign':
        value = rng.choice((1, [1, 2], 'text', torch.zeros(3), {}, {
            'model': torch.zeros(2)
        }, {
            'state_dict': [1]
        }, {
            'state_dict': {}
        }, {
            'meta': 1,
            'state_dict': {}
        }))
        torch.save(value, path)
    elif kind != 'none':
        saved = torch.load(path, weights_only=True)
        dict(
            classes=_change_classes,
            weights=_change_weights,
            config=_change_config)[kind](rng, saved)
        torch.save(saved, path)


def _change_classes(rng: Random, saved: dict) -> None:
    saved['meta']['dataset_meta'] = rng.choice(
        [dict(classes=names) for names in CLASS_NAMES] + [None, 1, [], {}])


def _change_weights(rng: Random, saved: dict) -> None:
    state = saved['state_dict']
    key = rng.choice(sorted(state))
    change = rng.choice(('drop', 'rename', 'shape', 'text'))
    value = state.pop(key)
    if change == 'rename':
        state[f'module.{key}'] = value
    elif change == 'shape':
        state[key] = torch.cat([value.flatten(), value.flatten()])
    elif change == 'text':
        state[key] = 'text'


def _change_config(rng: Random, saved: dict) -> None:
    meta = saved['meta']
    change = rng.choice(('drop', 'text', 'cut', 'type', 'empty'))
    if change == 'drop':
        del meta['cfg']
    elif change == 'text':
        meta['cfg'] = rng.choice(('no python at all', 1, None, b'a = 1'))
    elif change == 'cut':
        meta['cfg'] = meta['cfg'][:rng.randrange(len(meta['cfg']))]
    elif change == 'type':
        meta['cfg'] = meta['cfg'].replace('MOVEHead', 'NoSuchHead')
    else:
        meta['cfg'] = ''


def check(folder: Path) -> Outcome:
    path = folder / NAME

    def read():
        inferencer = LongTailInferencer(path)
        state = inferencer.model.state_dict()
        return (list(inferencer.classes), {
            key: value.tolist()
            for key, value in state.items()
        })

    return judge(read, _expected(path), [NAME], difference)


def _expected(path: Path) -> Expected:
    """Class names and weights as torch reads them, if they are those of a
    training."""
    try:
        saved = torch.load(path, weights_only=True)
        classes = _classes(saved['meta']['dataset_meta'])
        state = {k: v.tolist() for k, v in saved['state_dict'].items()}
        # an old checkpoint has no counts
        state.setdefault('class_counts', [0] * len(CLASSES))
        model = Config.fromstring(saved['meta']['cfg'], '.py').model
        is_sound = model.cls_head.type == 'MOVEHead'
    except Exception:
        return Expected(None)
    if not is_sound or len(set(classes)) != len(CLASSES):
        return FAULTY
    return Expected((classes, state), path.read_bytes() != _trained())


def _classes(meta) -> list:
    names = (meta or {}).get('classes')
    if names is None:
        return [str(i) for i in range(len(CLASSES))]
    if not isinstance(names, (list, tuple)):
        raise TypeError('no sequence of names')
    return [str(name) for name in names]


TARGET = Target('checkpoint', write, check)
