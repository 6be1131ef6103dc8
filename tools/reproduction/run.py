"""One training of a table: its name, folder, arguments and results."""
import shlex
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Tuple

from projects_move.errors import InputError, MissingInputError
from projects_move.utils.results import read_metrics, read_provenance

SEED_STEP = 100_000  # more than the epochs of a training
Key = Tuple[str, int, str]  # name, seed and overrides of a run


class SeedResult(NamedTuple):
    """Metrics by name and provenance of a finished run."""
    metrics: Dict[str, float]
    provenance: dict


@dataclass(frozen=True)
class Run:
    """Training of a config and its methods with one seed.

    Samplers shuffle with the sum of seed and epoch, so that trainings with
    seeds 0 and 1 see the same orders one epoch apart. The random seed of the
    training is therefore a multiple of ``seed``, and no order is shared.

    Args:
        settings: Overrides of the config that are part of the run's name.
        options: Other overrides of the config.
        recorded: Result in a file of results by seed, used unless the folder
            has a finished run.
    """
    config: Path
    methods: Tuple[str, ...]
    seed: int
    work_dir: Path
    options: Tuple[str, ...] = ()
    settings: Tuple[str, ...] = ()
    recorded: Optional[SeedResult] = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """Config, methods and settings.

        Example:
            >>> Run(Path('a.py'), ('ldam', ), 0, Path('.'), (),
            ...     ('data.ratio=0.1', )).name
            'a+ldam+ratio=0.1'
        """
        settings = []
        for setting in self.settings:
            key, value = setting.split('=', 1)
            settings.append(f"{key.split('.')[-1]}={value}")
        return '+'.join([self.config.stem, *self.methods, *settings])

    @property
    def folder(self) -> Path:
        return self.work_dir / self.name / f'seed{self.seed}'

    @property
    def key(self) -> Key:
        """What identifies the run in a file of results by seed: not the order
        of its overrides."""
        overrides = sorted([*self.settings, *self.options])
        return self.name, self.seed, shlex.join(overrides)

    @property
    def log(self) -> Path:
        return self.folder / 'log.txt'

    @property
    def metrics_file(self) -> Path:
        return self.folder / 'test' / 'metrics.json'

    @property
    def provenance_file(self) -> Path:
        return self.folder / 'provenance.json'

    @property
    def is_recorded(self) -> bool:
        """Whether the result is the recorded one."""
        return self.recorded is not None and self._own_metrics is None

    @property
    def metrics(self) -> Optional[Dict[str, float]]:
        """Metrics by name; None if the run is not finished, or if its file is
        faulty, see :attr:`problems`."""
        own = self._own_metrics
        return self.recorded.metrics if self.recorded and own is None else own

    @property
    def provenance(self) -> dict:
        """Provenance of the run; empty before its start, or if the file is
        faulty."""
        if self.is_recorded:
            return self.recorded.provenance
        with suppress(InputError):
            return read_provenance(self.provenance_file)
        return {}

    @property
    def _own_metrics(self) -> Optional[Dict[str, float]]:
        with suppress(InputError):
            return read_metrics(self.metrics_file)
        return None

    @property
    def problems(self) -> List[str]:
        """Reasons why files of the run, which exist, cannot be used."""
        found: List[str] = []
        if self.is_recorded:
            return found
        for path, read in ((self.metrics_file, read_metrics),
                           (self.provenance_file, read_provenance)):
            try:
                read(path)
            except MissingInputError:
                continue
            except InputError as error:
                found.append(str(error))
        return found

    @property
    def is_stopped(self) -> bool:
        """Whether a signal has stopped the run, by the end of its log."""
        if self.metrics is not None or not self.log.is_file():
            return False
        with open(self.log, 'rb') as log:
            log.seek(max(0, self.log.stat().st_size - 2000))
            lines = log.read().split(b'\n')
        return any(line.startswith(b'stopped by ') for line in lines[-5:])

    @property
    def arguments(self) -> List[str]:
        """Arguments of ``train.py`` after the config."""
        methods = ['--method', *self.methods] if self.methods else []
        options = [*self.settings, *self.options]
        options = ['--cfg-options', *options] if options else []
        return [
            '--test', '--resume', '--seed',
            str(self.seed * SEED_STEP % 2**31), '--work-dir',
            str(self.folder), *methods, *options
        ]
