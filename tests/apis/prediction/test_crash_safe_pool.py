import os
import signal

import pytest

from projects_move.apis.prediction.crash_safe_pool import CrashSafePool


def check(info):
    if info['line'] in (3, 4):
        os.kill(os.getpid(), signal.SIGSEGV)
    return f"{info['line']}"


def infos(key='filename'):
    return [{key: f'v{line}', 'line': line} for line in range(1, 9)]


def test_crashes_are_problems_of_their_videos():
    with CrashSafePool(3) as pool:
        found = list(pool.imap(check, infos()))
    for line in (3, 4):
        assert f'video file v{line} crashes its decoder: ' in found[line - 1]
        assert found[line - 1].endswith(f'(line {line} of the list)')
        found[line - 1] = str(line)
    assert found == [str(line) for line in range(1, 9)]


def test_crash_of_a_feature_file_is_named():
    found = list(CrashSafePool(2).imap(check, infos('feature_path')))
    crashed = [text for text in found if 'crashes its reader' in text]
    assert crashed and len(found) == 8


@pytest.mark.parametrize('num_workers', [0, 2])
def test_errors_of_the_function_are_raised(num_workers):

    def fail(info):
        raise KeyError(info['line'])

    with pytest.raises(KeyError, match='1'):
        list(CrashSafePool(num_workers).imap(fail, infos()))
    assert list(CrashSafePool(num_workers).imap(len, [])) == []
