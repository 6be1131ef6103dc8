"""Check that cached features come from the backbone of the checkpoint."""
from typing import Optional

from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.features.manifest import (compare_origins,
                                                      read_origin)
from projects_move.datasets.lists.class_counts import base_datasets
from projects_move.engine.utils import built_loops


@HOOKS.register_module()
class FeatureManifestHook(Hook):
    """Compares the manifests of the features of a run and of its checkpoint.

    ``tools/extract_features.py`` writes a ``manifest.json`` beside the
    features. The features of all data sets of a run, and those of the
    checkpoint that it starts from, must come from the same backbone. Features
    without a manifest are not checked.

    Raises:
        ValueError: For features of two backbones; names both folders (or the
            checkpoint) and the difference.
    """

    def before_train(self, runner) -> None:
        self._origin(runner)

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        known = checkpoint.get('meta', {}).get('feature_manifest')
        if known:
            compare_origins(known, 'the checkpoint', self._origin(runner),
                            'the features')

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        origin = self._origin(runner)
        if origin is not None:
            checkpoint['meta']['feature_manifest'] = origin

    @staticmethod
    def _origin(runner) -> Optional[dict]:
        """Origin of the features of a run, all of which must share it."""
        first, where = None, ''
        for loop in built_loops(runner):
            for dataset in base_datasets(loop.dataloader.dataset):
                prefix = getattr(dataset, 'data_prefix', {}).get('features')
                if prefix is None:
                    continue
                origin = read_origin(prefix)
                if first is None:
                    first, where = origin, prefix
                compare_origins(first, where, origin, prefix)
        return first
