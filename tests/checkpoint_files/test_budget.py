"""The memory that a checkpoint takes is in proportion to its size."""
import codecs
import json
import subprocess
import sys
import warnings
import zipfile
from collections import Counter, OrderedDict
from pathlib import PurePosixPath

import pytest
import torch
from mmengine.logging import HistoryBuffer

from tests.crafted_checkpoints import (FLOAT, Calls, Reference, array,
                                       numbers_type, pickled, tensor,
                                       write_archive)

LIMIT = 300 * 2**20  # bytes beyond those of the imported libraries
MEGABYTE = 2**20
# reads files within the limit
CHILD = f'''
import json, resource, sys
from pathlib import Path
from projects_move.checkpoint_files import load_dict
from projects_move.errors import InputError
pages = int(Path('/proc/self/statm').read_text().split()[0])
limit = pages * resource.getpagesize() + {LIMIT}
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for name in sys.argv[1:]:
    try:
        load_dict(name)
        text = 'read'
    except InputError as error:
        text = str(error)
    print(json.dumps(text))
'''


def shared_calls(count, function, *args, state=None):
    """Calls of a function with one tuple of arguments."""
    calls = [Calls(function, *args, state=state)]
    for _ in range(count - 1):
        calls.append(Calls(function))
        calls[-1].call = calls[0].call
    return calls


def nested(value, levels, width):
    """Lists of one list, ``width ** levels`` places of one value."""
    for _ in range(levels):
        value = [value] * width
    return value


def histories(count):
    numbers = array(
        numbers_type('f8', *FLOAT), b'\1' * MEGABYTE, (MEGABYTE // 8, ))
    state = dict(
        _log_history=numbers, _count_history=numbers, max_length=MEGABYTE)
    return shared_calls(count, HistoryBuffer, state=state)


def crafted():
    """Values that once took far more memory than the file, by name, with a
    part of the outcome."""
    text, content = 'a' * MEGABYTE, b'a' * MEGABYTE
    dtype = numbers_type('f8', *FLOAT)
    bools = Reference(MEGABYTE, kind=torch.BoolStorage)
    numbers = list(range(2000))
    return {
        'arrays of one text':
        ([array(dtype, content, (MEGABYTE // 8, ))
          for _ in range(400)], 'in proportion'),
        'texts': (shared_calls(400, codecs.encode, text,
                               'latin1'), 'in proportion'),
        'paths': (shared_calls(400, PurePosixPath, text), 'in proportion'),
        'histories': (histories(300), 'in proportion'),
        'sets': (shared_calls(3000, set, numbers), 'in proportion'),
        'counters': (shared_calls(3000, Counter,
                                  dict.fromkeys(numbers, 1)), 'copies'),
        'ordered dicts': (shared_calls(3000, OrderedDict,
                                       [(i, i) for i in numbers]), 'copies'),
        'states': (shared_calls(
            3000, HistoryBuffer, state=dict.fromkeys(numbers)), 'copies'),
        'calls of one tuple': (shared_calls(3000, set, *numbers), 'copies'),
        'places of one dictionary': (nested({}, 2, 3000), 'read'),
        'places of one tensor': (nested(tensor((1, ), (1, )), 2,
                                        3000), 'read'),
        'places in places': (nested({}, 50, 2), 'up to 20000000 values'),
        'bool tensors of one storage':
        ([tensor((MEGABYTE, ), (1, ), 0, bools) for _ in range(400)], 'read'),
        'expanded tensors': ([
            tensor((2**20, ), (0, )) for _ in range(400)
        ], 'read'),
        'a large expanded tensor': (tensor(
            (2**40, ), (0, )), 'expanded to the size (1099511627776,) under'),
        'references to storages': ([
            tensor((0, ), (1, ), 0, Reference(0, f'{i}'))
            for i in range(1, 5000)
        ], 'lacks data/1')
    }  # yapf: disable


def overlapping(path):
    """Archive of many storages at the same bytes."""
    content = pickled(
        dict(a=[
            tensor((1, ), (1, ), 0, Reference(MEGABYTE // 4, f'{i}'))
            for i in range(500)
        ]))
    with warnings.catch_warnings(), zipfile.ZipFile(path, 'w') as archive:
        warnings.simplefilter('ignore')
        archive.writestr('a/data.pkl', content)
        archive.writestr('a/data/0', bytes(MEGABYTE))
        first = archive.getinfo('a/data/0')
        for i in range(1, 500):
            info = zipfile.ZipInfo(f'a/data/{i}')
            info.header_offset, info.CRC = first.header_offset, first.CRC
            info.file_size = info.compress_size = first.file_size
            archive.filelist.append(info)
            archive.NameToInfo[info.filename] = info


CRAFTED = crafted()


@pytest.fixture(scope='module')
def outcomes(tmp_path_factory):
    """What a process with little memory makes of each file."""
    folder = tmp_path_factory.mktemp('budget')
    names = {}
    for name, (value, _) in CRAFTED.items():
        path = names[name] = folder / f'{len(names)}.pth'
        storage = bytes(MEGABYTE) if 'bool' in name else bytes(24)
        write_archive(path, pickled(dict(a=value)), storage)
        assert path.stat().st_size < 3 * MEGABYTE
    overlapping(folder / 'overlapping.pth')
    done = subprocess.run([
        sys.executable, '-W', 'ignore', '-c', CHILD, *map(str, names.values()),
        folder / 'overlapping.pth'
    ],
                          capture_output=True,
                          text=True,
                          timeout=300)
    assert done.returncode == 0, done.stderr
    lines = map(json.loads, done.stdout.splitlines())
    return dict(zip([*names, 'overlapping'], lines))


@pytest.mark.parametrize('name', CRAFTED)
def test_crafted(outcomes, name):
    expected = CRAFTED[name][1]
    assert expected in outcomes[name]


def test_overlapping_entries(outcomes):
    """Python's zipfile names them, or the reader counts their bytes."""
    assert 'verlap' in outcomes['overlapping'] or \
        'without compression' in outcomes['overlapping']
