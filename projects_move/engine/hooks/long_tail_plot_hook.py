"""Pictures of the long tail in the log of a training."""
from typing import Dict, List, Optional, Tuple

import numpy as np
from mmengine.dist import master_only
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner import IterBasedTrainLoop

from projects_move.errors import InputError
from projects_move.evaluation import LongTailMetric
from projects_move.evaluation.reports import GROUPS


@HOOKS.register_module()
class LongTailPlotHook(Hook):
    """Draws pictures and passes them to the visualizer, which writes them to
    each of its ``vis_backends``: files, TensorBoard, WandB, MLflow.

    - ``class_frequency``: training videos of each class, before the training.
    - ``ap_over_frequency``: average precision of each class over its training
      videos, with a smoothed curve, of the first and of this validation.
    - ``ap_by_group``: mean average precision by group over the validations.

    Args:
        interval: Number of validations between two pictures.
        size: Size of the pictures: ``'column'``, ``'page'`` or ``'slide'``.

    Raises:
        ValueError: For an interval below 1, and an unknown size.
        InputError: Without a ``LongTailMetric`` in the validation.
    """

    priority = 'LOW'  # after ClassCountsHook

    def __init__(self, interval: int = 1, size: str = 'page') -> None:
        # matplotlib is loaded only where pictures are drawn
        from projects_move.visualization.style import SIZES
        if interval < 1:
            raise ValueError(f'interval must be at least 1, got {interval}')
        if size not in SIZES:
            raise ValueError(f'size must be one of {tuple(SIZES)}, got '
                             f'{size!r}')
        self.interval = interval
        self.size = size
        self._reset()

    def _reset(self) -> None:
        self._num_validations = 0
        self._first: Optional[Tuple[int, np.ndarray]] = None
        self._curves: Dict[str, Tuple[List[int], List[float]]] = {}

    def before_train(self, runner) -> None:
        self._reset()
        self._draw_frequency(runner)

    def after_val_epoch(self, runner, metrics=None) -> None:
        self._num_validations += 1
        self._draw_validation(runner, metrics or {})

    @master_only
    def _draw_frequency(self, runner) -> None:
        from projects_move import visualization as vis
        metric = _long_tail_metric(runner)
        counts = metric.class_counts
        with vis.styled_figure(self.size) as axes:
            vis.plot_class_frequency(axes[0, 0], counts.numpy(),
                                     _class_names(metric), _groups(metric))
            _add(runner, 'class_frequency', axes, _step(runner))

    @master_only
    def _draw_validation(self, runner, metrics: Dict[str, float]) -> None:
        from projects_move import visualization as vis
        metric, step = _long_tail_metric(runner), _step(runner)
        ap = metric.class_results['ap'].numpy()
        self._first = self._first or (step, ap)
        for group in ('all', *GROUPS):
            key = 'mAP' if group == 'all' else f'mAP_{group}'
            value = metrics.get(f'{metric.prefix}/{key}', metrics.get(key))
            if value is not None:
                steps, values = self._curves.setdefault(group, ([], []))
                steps.append(step)
                values.append(value)
        if self._num_validations % self.interval:
            return
        unit = 'iteration' if _counts_iterations(runner) else 'epoch'
        curves = {f'{unit} {self._first[0]}': self._first[1]}
        curves[f'{unit} {step}'] = ap
        with vis.styled_figure(self.size) as axes:
            vis.plot_frequency_curve(axes[0, 0], metric.class_counts.numpy(),
                                     curves)
            _add(runner, 'ap_over_frequency', axes, step)
        with vis.styled_figure(self.size) as axes:
            vis.plot_training_curves(axes[0, 0], self._curves,
                                     'mean average precision')
            axes[0, 0].set_xlabel(unit)
            _add(runner, 'ap_by_group', axes, step)


def _add(runner, name: str, axes: np.ndarray, step: int) -> None:
    from projects_move import visualization as vis
    runner.visualizer.add_image(name, vis.rgb_image(axes[0, 0].figure), step)


def _long_tail_metric(runner) -> LongTailMetric:
    loop = runner.val_loop
    for metric in loop.evaluator.metrics if loop is not None else ():
        if isinstance(metric, LongTailMetric):
            return metric
    raise InputError('LongTailPlotHook expects a LongTailMetric in '
                     'val_evaluator, found none')


def _class_names(metric: LongTailMetric) -> Optional[List[str]]:
    return (metric.dataset_meta or {}).get('classes')


def _groups(metric: LongTailMetric) -> List[str]:
    masks = metric.class_groups(len(metric.class_counts))
    return [
        next(name for name in GROUPS if masks[name][i])
        for i in range(len(metric.class_counts))
    ]


def _counts_iterations(runner) -> bool:
    return isinstance(runner._train_loop, IterBasedTrainLoop)


def _step(runner) -> int:
    return runner.iter if _counts_iterations(runner) else runner.epoch
