"""Results by seed, written and read."""
import json
from pathlib import Path

import pytest

from projects_move.errors import InputError, MissingInputError
from tools.reproduction.run import Run, SeedResult
from tools.reproduction.seed_results import read_seed_csv, seed_csv

PROVENANCE = dict(
    commit='1a2b3c4', versions=dict(python='3.11.2', torch='2.13.0+cpu'))


def make_run(folder, name, seed, metrics, **kwargs):
    run = Run(Path(f'{name}.py'), ('cbs', ), seed, folder, **kwargs)
    run.metrics_file.parent.mkdir(parents=True)
    run.metrics_file.write_text(json.dumps(metrics))
    run.provenance_file.write_text(json.dumps(PROVENANCE))
    return run


def test_what_is_written_is_read(tmp_path):
    options = ('list=a b.lst', "x='1'", 'ä=\udcff')
    runs = [
        make_run(tmp_path, '=a,b', 0, dict(mAP=1 / 3, acc1=.5)),
        make_run(tmp_path, 'c', 7, dict(mAP=.25, ece=.1), options=options),
        Run(Path('unfinished.py'), (), 0, tmp_path)
    ]
    others = {('=d', 3, ''): SeedResult(dict(ece=.3), dict(PROVENANCE))}
    path = tmp_path / 'seeds.csv'
    path.write_text(seed_csv(runs, others))
    assert read_seed_csv(path) == {
        **others, runs[0].key:
        SeedResult(dict(mAP=1 / 3, acc1=.5), PROVENANCE),
        runs[1].key: SeedResult(dict(mAP=.25, ece=.1), PROVENANCE)
    }


def test_the_order_of_overrides_is_not_part_of_a_run():
    first, second = (
        Run(Path('a.py'), (), 0, Path(), options).key
        for options in (('x=1', 'y=2'), ('y=2', 'x=1')))
    assert first == second == ('a', 0, 'x=1 y=2')


HEAD = 'run,seed,overrides,commit,versions,mAP\n'


@pytest.mark.parametrize('text, error', [
    ('', "expected the columns run, seed, .* found ''"),
    ('run,seed,mAP\na,0,.5\n', "expected the columns .*'run, seed, mAP'"),
    (HEAD[:-1] + ',mAP\n', 'line 1: expected .* each metric once'),
    (HEAD + 'a,0,,c,,.5\na,0,,c,,.6\n', 'line 3: a, seed 0, is listed twice'),
    (HEAD + 'a,1_0,,c,,.5\n', "line 2: expected a seed from 0, found '1_0'"),
    (HEAD + 'a,-1,,c,,.5\n', "line 2: expected a seed from 0, found '-1'"),
    (HEAD + 'a,0,,c,,nan\n', "expected a number for mAP, found 'nan'"),
    (HEAD + 'a,0,,c,,1_0\n', "expected a number for mAP, found '1_0'"),
    (HEAD + 'a,0,,c,,x\n', "line 2: expected a number for mAP, found 'x'"),
    (HEAD + 'a,0,,c,,\n', 'line 2: expected metrics, found none'),
    (HEAD + 'a,0,,c\n', 'line 2: expected 6 cells, found 4'),
    (HEAD + 'a,0,,c,,.5,1\n', 'line 2: expected 6 cells, found 7'),
])
def test_errors_name_the_line(tmp_path, text, error):
    path = tmp_path / 'seeds.csv'
    path.write_text(text)
    with pytest.raises(InputError, match=f'seeds.csv: .*{error}'):
        read_seed_csv(path)


def test_what_a_spreadsheet_changes(tmp_path):
    path = tmp_path / 'seeds.csv'
    path.write_bytes(
        ('\ufeff' + HEAD + 'a,0,,c,,.5\n,,,,,\n').replace('\n',
                                                          '\r\n').encode())
    assert list(read_seed_csv(path)) == [('a', 0, '')]


def test_a_missing_file(tmp_path):
    with pytest.raises(MissingInputError, match='no file .*none.csv'):
        read_seed_csv(tmp_path / 'none.csv')


def test_a_finished_folder_has_precedence_over_what_is_recorded(tmp_path):
    recorded = SeedResult(dict(mAP=.1), PROVENANCE)
    run = Run(Path('a.py'), ('cbs', ), 0, tmp_path, recorded=recorded)
    run.metrics_file.parent.mkdir(parents=True)
    own = {**PROVENANCE, 'commit': '5e6f'}
    run.provenance_file.write_text(json.dumps(own))
    for text in (None, '{'):  # started, and torn
        if text:
            run.metrics_file.write_text(text)
        assert run.is_recorded and not run.problems and not run.is_stopped
        assert run.metrics == dict(mAP=.1) and run.provenance == PROVENANCE
    run.metrics_file.write_text('{"mAP": 0.2}')
    assert run.metrics == dict(mAP=.2) and run.provenance == own
