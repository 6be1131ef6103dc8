import subprocess
import sys

import pytest
from mmaction.registry import HOOKS, MODELS
from torch.utils.data import DataLoader

from projects_move.apis.tool_errors import exit_on_input_error
from projects_move.datasets.lists.annotations import AnnotationError
from projects_move.errors import InputError, MissingInputError


class Faulty:
    """Data set whose only video is faulty."""

    def __init__(self, error):
        self.error = error

    def __len__(self):
        return 1

    def __getitem__(self, index):
        raise self.error


def read(error, num_workers=0):
    with exit_on_input_error():
        list(DataLoader(Faulty(error), num_workers=num_workers))


@pytest.mark.parametrize('num_workers', [0, 1])
@pytest.mark.parametrize('error', [
    InputError('a.npy: expected floats'),
    MissingInputError('no file a.npy'),
    AnnotationError('a.lst', ['line 3: no label'])
])
def test_input_error_is_one_message(num_workers, error):
    with pytest.raises(SystemExit) as stopped:
        read(error, num_workers)
    assert str(stopped.value) == f'error: {error}'


@pytest.mark.parametrize('num_workers', [0, 1])
@pytest.mark.parametrize('error', [
    ValueError('wrong'),
    KeyError('wrong'),
    OSError('wrong'),
    RuntimeError('wrong')
])
def test_other_errors_keep_their_traceback(num_workers, error):
    with pytest.raises(type(error), match='wrong'):
        read(error, num_workers)


@pytest.mark.parametrize('change, message', [
    (dict(type='NoHook'), 'NoHook is not in the .*hook registry'),
    (dict(depth=3), "unexpected keyword argument 'depth'"),
    (dict(on_class_mismatch='no'), "must be 'error' or 'ignore', got 'no'"),
])
def test_types_and_arguments_of_a_config(change, message):
    with pytest.raises(SystemExit, match=f'error: the config .*{message}'):
        with exit_on_input_error():
            HOOKS.build(dict(type='ClassCountsHook') | change)


@pytest.mark.parametrize('error', [KeyError, TypeError, ValueError])
def test_faults_of_the_code_keep_their_traceback(error):

    def build():
        raise error('unexpected')

    MODELS.register_module(name='Broken', force=True, module=build)
    with pytest.raises(error, match='unexpected'):
        with exit_on_input_error():
            MODELS.build(dict(type='Broken'))


def test_errors_of_the_system():
    with pytest.raises(SystemExit, match='error: .*No such file.*/none'):
        with exit_on_input_error():
            open('/none')
    with pytest.raises(SystemExit, match='error: .* No space left'):
        with exit_on_input_error(), open('/dev/full', 'w') as file:
            file.write('a')


def test_interruption(capsys):
    with pytest.raises(SystemExit) as stopped:
        read(KeyboardInterrupt())
    assert stopped.value.code == 130
    assert capsys.readouterr().err == 'interrupted\n'


SCRIPT = """
from projects_move.apis.tool_errors import exit_on_input_error
with exit_on_input_error():
    print('line\\n' * {lines})
"""


@pytest.mark.parametrize('lines', [9, 99999])
def test_closed_stdout_is_no_error(lines):
    """With few lines the text is still in the buffer at the end."""
    tool = subprocess.Popen(
        [sys.executable, '-W', 'ignore', '-c',
         SCRIPT.format(lines=lines)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    tool.stdout.close()
    with tool, tool.stderr:
        assert tool.stderr.read() == b''
    assert tool.returncode == 1
