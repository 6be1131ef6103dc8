"""Overrides that validate and test on other videos than those of the test
list: on a held-out part of the training list, or on a validation list."""
from pathlib import Path
from typing import Tuple

from mmaction.registry import DATASETS
from mmengine.config import Config

from projects_move.errors import InputError, MissingInputError

LIST_KEYS = ('ann_file', 'data_root', 'split', 'imbalance_ratio', 'suffix',
             'list_format', 'multi_class')
LOADERS = ('val_dataloader', 'test_dataloader')


def held_out_options(cfg: Config, held_out: float) -> Tuple[str, ...]:
    """Overrides that divide the training list.

    Args:
        cfg: Config with a training list.
        held_out: Fraction of the list to validate and test on.
    """
    train = _dataset(cfg, 'train_dataloader')
    shared = {key: train.get(key) for key in LIST_KEYS}
    overrides = [
        f'train_dataloader.dataset.held_out={held_out}',
        'train_dataloader.dataset.subset=train'
    ]
    for loader in LOADERS:
        overrides += [
            f'{loader}.dataset.held_out={held_out}',
            f'{loader}.dataset.subset=held_out',
            *_overrides(loader, {
                **shared,
                **_prefixes(train)
            })
        ]
    return tuple(overrides)


def validation_options(cfg: Config, path: Path) -> Tuple[str, ...]:
    """Overrides that validate and test on a list.

    The videos of the list are in the folder of the training videos, or, if it
    is the validation list of the config, where the config has them.

    Args:
        cfg: Config with a training list.
        path: List, from the current folder or from the ``data_root`` of the
            training list.

    Raises:
        InputError: For the test list of the config, and for a list with a
            video of the training list.
    """
    train = _dataset(cfg, 'train_dataloader')
    path = _find(path, train.get('data_root') or '')
    lists = {
        name: _list_of(cfg, f'{name}_dataloader')
        for name in ('train', 'val', 'test')
    }
    for name in ('train', 'test'):
        if lists[name] == path.resolve():
            raise InputError(f'--validation: expected another list than the '
                             f'{name} list, found {path}')
    is_own = lists['val'] == path.resolve()
    prefixes = _prefixes(_dataset(cfg, 'val_dataloader') if is_own else train)
    overrides = tuple(
        override for loader in LOADERS
        for override in _overrides(loader, dict(ann_file=path, **prefixes)))
    _check_disjoint(cfg, path, prefixes)
    return overrides


def _dataset(cfg: Config, loader: str) -> dict:
    try:
        dataset = cfg[loader].dataset
        dataset.data_prefix
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(f'{cfg.filename}: expected a config with a data set '
                         f'of a list in {loader}: {error}') from error
    return dataset


def _prefixes(dataset: dict) -> dict:
    prefix = dataset.data_prefix
    return {
        f'data_prefix.{kind}': prefix.get(kind)
        for kind in ('features', 'video')
    }


def _overrides(loader: str, values: dict) -> Tuple[str, ...]:
    return tuple(f'{loader}.dataset.{key}={value}'
                 for key, value in values.items() if value is not None)


def _find(path: Path, data_root: str) -> Path:
    """Absolute path of a list, with the name that it was given."""
    found = {
        each.resolve(): each.absolute()
        for each in (path, Path(data_root) / path) if each.is_file()
    }
    if len(found) > 1:
        raise InputError(
            f'--validation: expected one file, found {path} in the current '
            f'folder and in {data_root}: give its whole path')
    if not found:
        raise MissingInputError(f'--validation: there is no file {path}, nor '
                                f'{Path(data_root) / path}')
    return next(iter(found.values()))


def _build(dataset: dict, **changes):
    try:
        return DATASETS.build(dict(dataset, pipeline=[], **changes))
    except InputError:
        raise
    except Exception as error:  # a data set may be a user's own
        raise InputError(f'the data set of the config cannot be read: '
                         f'{error}') from error


def _list_of(cfg: Config, loader: str) -> Path:
    """Absolute path of the list of a data loader."""
    dataset = _dataset(cfg, loader)
    return Path(_build(dataset, lazy_init=True).ann_file).resolve()


def _check_disjoint(cfg: Config, path: Path, prefixes: dict) -> None:
    """Check that no video is in the training and in the validation list."""
    validation = dict(_dataset(cfg, 'val_dataloader'), ann_file=str(path))
    validation['data_prefix'] = {
        key.split('.')[1]: value
        for key, value in prefixes.items() if value is not None
    }
    train, held = (
        _build(each).data_list.names.tolist()
        for each in (_dataset(cfg, 'train_dataloader'), validation))
    common = sorted({*train} & {*held})
    if common:
        raise InputError(
            f'--validation: expected no video of the training list, found '
            f'{len(common)} of them in {path}, such as '
            f'{common[0].decode(errors="replace")}')
