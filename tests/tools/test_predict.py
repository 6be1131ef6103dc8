import csv
import io
import json
import os
from unittest import mock

import pytest
from mmengine.logging import print_log

from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.utils.escape import from_csv
from tests import checkpoints
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
    assert 'expected a .npy file' in failed['problem']
    assert 'failed: v1' in capsys.readouterr().err


def test_errors(folder):
    (folder / 'empty.lst').touch()
    cases = (('model.pth', 'none', f'no video, folder or list {folder}/none'),
             ('model.pth', 'empty.lst', f'{folder}/empty.lst'),
             ('feat/v0.npy', 'feat', 'v0.npy is no checkpoint'))
    for checkpoint, entry, message in cases:
        problem = run(folder / checkpoint, folder / entry)
        assert problem.startswith('error: ') and message in problem


@pytest.mark.parametrize('args, message', [
    ('--topk 0', "--topk: expected an integer of at least 1, found '0'"),
    ('--topk 1_0', "found '1_0'"),
    ('--batch-size -1', "found '-1'"),
    ('--num-workers ٣', 'found'),
])
def test_numbers_are_checked(folder, capsys, args, message):
    assert run(folder / 'model.pth', folder / 'feat', *args.split()) == '2'
    assert message in capsys.readouterr().err


@pytest.mark.parametrize('out', ['none/out.csv', ''])
def test_output_file_is_checked_before_the_prediction(folder, out):
    with mock.patch.object(LongTailInferencer, '__init__') as init:
        problem = run(folder / 'model.pth', folder / 'feat', '--out',
                      folder / out)
    init.assert_not_called()
    assert problem.startswith('error: ') and 'existing folder' in problem


NAMES = ('=1+1', 'a|b, "c"\n<d>', '走る\x1b[31m', '@\u202e')


@pytest.fixture
def odd_folder(tmp_path):
    """Names of classes and of feature files that formats must escape."""
    with mock.patch.object(checkpoints, 'CLASSES', NAMES):
        save_feature_checkpoint(tmp_path)
    feat = tmp_path / 'feat'
    (feat / 'v0.npy').rename(feat / '-v0,\n.npy')
    os.rename(feat / 'v1.npy', os.fsencode(feat) + b'/v\xff.npy')
    return tmp_path


def test_names_survive_in_every_format(odd_folder, capfdbinary):
    common = odd_folder / 'model.pth', odd_folder / 'feat', '--topk', 9
    videos = ['-v0,\n', 'sub/v2', 'v3', 'v4', 'v\udcff']
    run(*common, '--format', 'json')
    rows = json.loads(capfdbinary.readouterr().out.decode())
    assert [row['video'] for row in rows] == videos
    assert all({entry['name']
                for entry in row['classes']} == set(NAMES) for row in rows)
    run(*common, '--format', 'csv')
    text = io.StringIO(capfdbinary.readouterr().out.decode(), newline='')
    cells = [[from_csv(cell) for cell in row] for row in csv.reader(text)]
    found = [(entry['video'], str(rank), one['name'], one['score'])
             for entry in rows for rank, one in enumerate(entry['classes'], 1)]
    assert [(*row[:3], float(row[3])) for row in cells[1:]] == found
    run(*common)
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert len(lines) == 5 and lines[0].startswith('-v0,\\n')
    assert r'走る\x1b[31m' in lines[0] and r'"c"\n<d>' in lines[0]


def test_interruption_keeps_what_is_done(folder, monkeypatch, capsys):
    predict_all = LongTailInferencer.predict

    def interrupted(self, *args):
        for number, prediction in enumerate(predict_all(self, *args)):
            if number == 2:
                raise KeyboardInterrupt
            yield prediction

    monkeypatch.setattr(LongTailInferencer, 'predict', interrupted)
    assert run(folder / 'model.pth', folder / 'feat', '--format', 'json',
               '--out', folder / 'out.json') == '130'
    assert '2 of 5 videos are predicted' in capsys.readouterr().err
    rows = json.loads((folder / 'out.json').read_text())
    assert [len(row.get('classes', ())) for row in rows] == [4, 4, 0, 0, 0]
    assert {row.get('problem')
            for row in rows} == {None, 'not predicted: interrupted'}


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
