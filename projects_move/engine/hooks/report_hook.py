"""Hook that writes a report at the end of a training or a test."""
from contextlib import suppress
from pathlib import Path
from typing import Optional, Sequence

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.registry import HOOKS

from projects_move.errors import InputError
from projects_move.evaluation import LongTailMetric
from projects_move.file_io import atomic_write
from projects_move.utils.escape import json_text
from projects_move.utils.provenance import collect_provenance, command_words
from projects_move.utils.results import read_provenance


@HOOKS.register_module()
class ReportHook(Hook):
    """Writes a page of the run, see ``docs/report.md``.

    At the end of a training the page has the results of the last validation,
    which the hook keeps in the folder ``val`` of the work directory, and after
    a test, as by ``tools/train.py --test``, those of the test. The hook also
    records command, commit and versions of the training in
    ``provenance.json``, unless ``tools/reproduce.py`` has done so.

    If the page cannot be written, the log has an error, and the run ends as
    without the hook.

    Args:
        out: File to write, relative to the work directory.
        runs: Other runs to compare with, ``DIR`` or ``NAME=DIR``.
        name: Name of this run; by default that of the work directory.
        videos: Folder of raw videos, for a run on features.

    Raises:
        InputError: If plotly or jinja2 is not installed.
    """
    priority = 'VERY_LOW'

    def __init__(self,
                 out: str = 'report.html',
                 runs: Sequence[str] = (),
                 name: Optional[str] = None,
                 videos: Optional[str] = None) -> None:
        # matplotlib and plotly are for runs with this hook only
        from projects_move.visualization.report import require_libraries
        require_libraries()
        self.out = out
        self.runs = tuple(runs)
        self.name = name
        self.videos = None if videos is None else Path(videos)
        self._results: Optional[Path] = None  # of the last test or validation

    def before_run(self, runner) -> None:
        self._results = None

    def before_train(self, runner) -> None:
        self._record_command(Path(runner.work_dir), is_training=True)

    def before_val(self, runner) -> None:
        self._keep_results(runner.val_evaluator, Path(runner.work_dir, 'val'))

    def before_test(self, runner) -> None:
        self._record_command(Path(runner.work_dir), is_training=False)
        self._keep_results(runner.test_evaluator, Path(runner.work_dir,
                                                       'test'))

    @staticmethod
    def _record_command(folder: Path, is_training: bool) -> None:
        """Write the provenance, but not over that of ``reproduce.py``, nor
        over that of the training before a test."""
        path = folder / 'provenance.json'
        if not is_main_process() or (path.exists() and not is_training):
            return
        with suppress(InputError):
            if 'arguments' in read_provenance(path):
                return
        with atomic_write(path) as draft:
            draft.write_text(json_text(collect_provenance(command_words())))

    def _keep_results(self, evaluator, folder: Path) -> None:
        for metric in evaluator.metrics:
            if isinstance(metric, LongTailMetric):
                if metric.out_dir is None:
                    metric.out_dir = str(folder)
                self._results = Path(metric.out_dir)

    def after_run(self, runner) -> None:
        if self._results is None:
            runner.logger.warning('ReportHook: no report, because nothing was '
                                  'measured by LongTailMetric')
        elif is_main_process():
            try:
                self._write(runner, self._results.absolute())
            except (InputError, OSError) as error:
                runner.logger.error(f'ReportHook: no report: {error}')

    def _write(self, runner, results: Path) -> None:
        from projects_move.visualization.report import (Method, RunFolder,
                                                        find_methods,
                                                        write_report)
        folder = Path(runner.work_dir).absolute()
        run = RunFolder(folder, results, runner.seed)
        method = Method(self.name or folder.name, (run, ))
        out = folder / self.out
        problems = write_report([*find_methods(self.runs), method],
                                out,
                                videos=self.videos)
        for problem in problems:
            runner.logger.warning(f'ReportHook: left out: {problem}')
        runner.logger.info(f'report: {out}')
