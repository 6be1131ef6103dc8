"""Cached features must come from the backbone that a model learned on."""
import json
from pathlib import Path
from typing import Optional

from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.class_counts import base_datasets
from ..parts import built_loops

# what tells features apart; frame sampling and float type do not
ORIGIN = ('backbone', 'weights_sha256', 'data_preprocessor')


@HOOKS.register_module()
class FeatureManifestHook(Hook):
    """Refuses features of another backbone, as their manifests tell.

    ``tools/extract_features.py`` leaves a ``manifest.json`` beside the
    features. Those of all data sets of a run must agree, and with the one
    that the checkpoint remembers. Features without a manifest are taken as
    they are.

    Raises:
        ValueError: Naming both folders (or the checkpoint) and what differs.
    """

    def before_train(self, runner) -> None:
        self._origin(runner)

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        known = checkpoint.get('meta', {}).get('feature_manifest')
        if known:
            _compare(known, 'the checkpoint', self._origin(runner),
                     'the features')

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        origin = self._origin(runner)
        if origin is not None:
            checkpoint['meta']['feature_manifest'] = origin

    @staticmethod
    def _origin(runner) -> Optional[dict]:
        """Of the features of the run, after comparing all of them."""
        first, where = None, ''
        for loop in built_loops(runner):
            for dataset in base_datasets(loop.dataloader.dataset):
                prefix = getattr(dataset, 'data_prefix', {}).get('features')
                if prefix is None:
                    continue
                origin = read_origin(prefix)
                if first is None:
                    first, where = origin, prefix
                _compare(first, where, origin, prefix)
        return first


def read_origin(folder: str) -> Optional[dict]:
    """What made the features of a folder; None where it does not say."""
    path = Path(folder) / 'manifest.json'
    if not path.is_file():
        return None
    manifest = json.loads(path.read_text())
    return {key: manifest.get(key) for key in ORIGIN}


def _compare(ours: Optional[dict], where: str, theirs: Optional[dict],
             there: str) -> None:
    for key in ORIGIN if ours and theirs else ():
        if ours[key] != theirs[key]:
            raise ValueError(f'features of another {key}: {where} has '
                             f'{ours[key]}, {there} has {theirs[key]}')
