import csv
import json
from unittest import mock

import pytest
from mmengine.logging import print_log

from projects_move.apis.inferencer import LongTailInferencer
from tests.checkpoints import save_feature_checkpoint
from tools import predict


@pytest.fixture
def folder(tmp_path):
    save_feature_checkpoint(tmp_path)
    return tmp_path


def run(*args):
    """Message that the tool stops with, or None."""
    with mock.patch('sys.argv', ['predict.py', *map(str, args)]):
        try:
            predict.main()
        except SystemExit as stopped:
            return str(stopped)


def test_formats(folder, capsys):
    common = (folder / 'model.pth', folder / 'feat', '--topk', 2)
    assert run(*common) is None
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5 and lines[0].startswith('sub/v2  ')
    run(*common, '--format', 'json')
    rows = json.loads(capsys.readouterr().out)
    assert [len(row['classes']) for row in rows] == [2] * 5
    (folder / 'feat' / 'v1.npy').write_bytes(b'nothing')
    assert run(*common, '--format', 'csv', '--out',
               folder / 'out.csv') == '1 of 5 videos failed'
    rows = (folder / 'out.csv').read_text().splitlines()
    assert rows[0] == 'video,rank,class,score,problem' and len(rows) == 10
    failed, = (row for row in csv.DictReader(rows) if row['problem'])
    assert failed['video'] == 'v1'
    assert failed['rank'] == failed['class'] == failed['score'] == ''
    assert 'truncated or no .npy' in failed['problem']
    assert 'failed: v1' in capsys.readouterr().err


def test_errors(folder):
    (folder / 'empty.lst').touch()
    cases = (('model.pth', 'none', f'no video, folder or list {folder}/none'),
             ('model.pth', 'empty.lst',
              f'{folder}/empty.lst: 1 faulty line\n  the list is empty'),
             ('feat/v0.npy', 'feat', 'v0.npy is no checkpoint'))
    for checkpoint, entry, message in cases:
        problem = run(folder / checkpoint, folder / entry)
        assert problem.startswith('error: ') and message in problem


@pytest.mark.parametrize('out', ['none/out.csv', ''])
def test_output_file_is_checked_before_the_prediction(folder, capsys, out):
    with mock.patch.object(LongTailInferencer, '__init__') as init:
        assert run(folder / 'model.pth', folder / 'feat', '--out',
                   folder / out) == '2'
    init.assert_not_called()
    assert 'existing folder' in capsys.readouterr().err


@pytest.mark.parametrize('kind', ['json', 'csv', 'table'])
def test_only_the_result_is_printed(folder, capsys, monkeypatch, kind):
    init, steps = LongTailInferencer.__init__, LongTailInferencer.predict

    def loud_init(self, *args):
        print_log('loading')
        init(self, *args)

    def loud_predict(self, *args):
        print('predicting')
        yield from steps(self, *args)

    monkeypatch.setattr(LongTailInferencer, '__init__', loud_init)
    monkeypatch.setattr(LongTailInferencer, 'predict', loud_predict)
    args = (folder / 'model.pth', folder / 'feat', '--format', kind)
    run(*args, '--out', folder / 'out')
    assert capsys.readouterr().out == ''
    run(*args)
    caught = capsys.readouterr()
    assert caught.out == (folder / 'out').read_text()
    assert caught.err.splitlines() == ['loading', 'predicting']
