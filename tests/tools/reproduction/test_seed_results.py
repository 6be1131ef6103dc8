"""Results by seed, written and read."""
import json
from pathlib import Path

import pytest

from projects_move.errors import InputError, MissingInputError
from tools.reproduction.run import Run
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
    options = ('list=a b.lst', "x='1'")
    runs = [
        make_run(tmp_path, '=a,b', 0, dict(mAP=1 / 3, acc1=.5)),
        make_run(tmp_path, 'c', 7, dict(mAP=.25, ece=.1), options=options),
        Run(Path('unfinished.py'), (), 0, tmp_path)
    ]
    path = tmp_path / 'seeds.csv'
    path.write_text(seed_csv(runs))
    found = read_seed_csv(path)
    assert list(found) == [('=a,b+cbs', 0, ''),
                           ('c+cbs', 7, runs[1].overrides)]
    first, second = found.values()
    assert first.metrics == dict(mAP=.333333, acc1=.5)
    assert second.metrics == dict(mAP=.25, ece=.1)
    assert first.provenance == second.provenance == PROVENANCE


HEAD = 'run,seed,overrides,commit,versions,mAP\n'


@pytest.mark.parametrize('text, error', [
    ('', 'line 0: expected the columns run, seed'),
    ('run,seed,mAP\na,0,.5\n', 'expected the columns run, seed, overrides'),
    (HEAD + 'a,0,,c,,.5\na,0,,c,,.6\n', 'line 3: a, seed 0, is listed twice'),
    (HEAD + 'a,x,,c,,.5\n', "line 2: invalid literal .*'x'"),
    (HEAD + 'a,0,,c,,nan\n', 'line 2: expected a finite number, found nan'),
    (HEAD + 'a,0,,c\n', 'line 2: expected 6 fields'),
    (HEAD + 'a,0,,c,,.5,1\n', 'line 2: expected 6 fields'),
])
def test_errors_name_the_line(tmp_path, text, error):
    path = tmp_path / 'seeds.csv'
    path.write_text(text)
    with pytest.raises(InputError, match=f'seeds.csv: .*{error}'):
        read_seed_csv(path)


def test_a_missing_file(tmp_path):
    with pytest.raises(MissingInputError, match='no file .*none.csv'):
        read_seed_csv(tmp_path / 'none.csv')


def test_a_folder_has_precedence_over_what_is_recorded(tmp_path):
    path = tmp_path / 'seeds.csv'
    path.write_text(
        seed_csv([make_run(tmp_path / 'old', 'a', 0, dict(mAP=.1))]))
    recorded = read_seed_csv(path)['a+cbs', 0, '']
    run = Run(Path('a.py'), ('cbs', ), 0, tmp_path / 'new', recorded=recorded)
    assert run.metrics == dict(mAP=.1) and run.provenance == PROVENANCE
    assert not run.problems and not run.is_stopped
    make_run(tmp_path / 'new', 'a', 0, dict(mAP=.2))
    assert run.metrics == dict(mAP=.2)
