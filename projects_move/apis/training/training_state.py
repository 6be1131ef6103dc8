"""State of a training in a checkpoint from which it resumes."""
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Union

from projects_move.checkpoint_files import kind_of
from projects_move.errors import InputError

REMEDY = ('resume from a checkpoint of the training (epoch_*.pth or '
          'interrupted.pth), or start a new training from these weights: '
          '--cfg-options load_from=CHECKPOINT')


def require_training_state(path: Union[str, Path], saved: dict) -> None:
    """Check that a checkpoint holds what a training continues with.

    MMEngine resumes without a word from a checkpoint without the state of the
    optimizer, such as the best one.

    Args:
        path: Name of the checkpoint.
        saved: Its content, with a dictionary under ``meta``.

    Raises:
        InputError: With the first value that is missing or of another kind.
    """
    for key in ('optimizer', 'message_hub'):
        if key not in saved:
            raise InputError(f'{path} cannot be resumed: it lacks {key}; '
                             f'{REMEDY}')
        if not isinstance(saved[key], dict):
            raise InputError(f'{path} cannot be resumed: expected a '
                             f'dictionary under {key}, found '
                             f'{kind_of(saved[key])}')
    for key in ('epoch', 'iter'):
        count = saved['meta'].get(key)
        if type(count) is not int or not 0 <= count < 2**31:
            raise InputError(f'{path} cannot be resumed: expected a number '
                             f'from 0 as {key}, found {count!r:.80}')


@contextmanager
def named_resume(runner) -> Iterator[None]:
    """Name the checkpoint whose state does not fit the training.

    Raises:
        InputError: For any error of ``runner.resume``, such as an optimizer of
            another model.
    """
    resume = runner.resume

    def resume_or_name(filename: str, *args, **kwargs) -> None:
        try:
            resume(filename, *args, **kwargs)
        except (InputError, OSError):
            raise
        except Exception as error:  # a state of any kind
            text = str(error.args[0] if error.args else error).splitlines()
            raise InputError(
                f'{filename} does not fit the training: '
                f'{type(error).__name__}: {text[0] if text else ""}; it '
                'resumes with the config and the versions that it had'
            ) from error

    runner.resume = resume_or_name
    try:
        yield
    finally:
        del runner.resume
