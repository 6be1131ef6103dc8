"""Hook that compares the provenance of cached features."""
from typing import Optional

from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.datasets.features.manifest import (read_provenance,
                                                      require_same_provenance)
from projects_move.datasets.lists.class_counts import base_datasets
from projects_move.engine.utils import built_loops


@HOOKS.register_module()
class FeatureManifestHook(Hook):
    """Refuses features of another backbone.

    ``tools/extract_features.py`` writes a ``manifest.json`` beside the
    features. The manifests of all data sets of a run must agree with each
    other and with the provenance that the checkpoint has saved. Features
    without a manifest are accepted.

    Raises:
        InputError: For provenance that differs, with both folders (or the
            checkpoint) and the entry.
    """

    def before_train(self, runner) -> None:
        self._provenance(runner)

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        saved = checkpoint.get('meta', {}).get('feature_manifest')
        if isinstance(saved, dict):
            require_same_provenance(saved, 'the checkpoint',
                                    self._provenance(runner), 'the features')

    def before_save_checkpoint(self, runner, checkpoint: dict) -> None:
        provenance = self._provenance(runner)
        if provenance is not None:
            checkpoint['meta']['feature_manifest'] = provenance

    @staticmethod
    def _provenance(runner) -> Optional[dict]:
        """Provenance of all features of the run, which must be the same."""
        first, first_folder = None, ''
        for loop in built_loops(runner):
            for dataset in base_datasets(loop.dataloader.dataset):
                folder = getattr(dataset, 'data_prefix', {}).get('features')
                if folder is None:
                    continue
                provenance = read_provenance(folder)
                if first is None:
                    first, first_folder = provenance, folder
                require_same_provenance(first, first_folder, provenance,
                                        folder)
        return first
