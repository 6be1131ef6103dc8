"""Files of a run: faulty ones are named, and cost no other run."""
import os

import pytest

from projects_move.errors import InputError, MissingInputError
from projects_move.visualization.report.dumped_config import read_dumped_config
from projects_move.visualization.report.run_folders import find_methods
from projects_move.visualization.report.run_record import read_methods
from tests.visualization.report.tiny_runs import (NAMES, write_config,
                                                  write_methods, write_run)


def test_a_config_is_read_and_not_run(tmp_path):
    path = write_config(
        tmp_path,
        test_dataloader=dict(
            dataset=dict(
                type='RepeatDataset',
                dataset=dict(ann_file='a', n=[-1, (2, )]))))
    config = read_dumped_config(path)
    assert config.dataset('test') == dict(ann_file='a', n=[-1, (2, )])
    assert config.dataset('val') == {} and config.get('a', 'b') is None
    code = f'import os\nos.remove({str(path)!r})\n' + path.read_text()
    (tmp_path / 'x').write_text(code)
    with pytest.raises(InputError, match="x: line 1: .*, found 'import'"):
        read_dumped_config(tmp_path / 'x')
    assert path.exists()


@pytest.mark.parametrize('text', ['a = (', 'a\0', '(' * 5000, '\ufeff\ufeff'])
def test_a_file_that_is_no_config(tmp_path, text):
    (tmp_path / 'config.py').write_text(text)
    with pytest.raises(
            InputError, match='config.py: .*expected only literals'):
        read_dumped_config(tmp_path / 'config.py')
    with pytest.raises(MissingInputError):
        read_dumped_config(tmp_path / 'none.py')


def read(folder):
    problems = []
    records = read_methods(find_methods([str(folder)]), problems)
    return records, problems


FAULTS = [('test/metrics.json', '{"mAP": "x"}'), ('test/metrics.json', ''),
          ('test/per_class.csv', 'name\n'),
          ('test/per_class.csv', 'name,training_videos,ap\na,1,7\n'),
          ('test/per_class.csv', 'name,training_videos,ap\na,-1,1\n'),
          ('test/per_class.csv', f'name,training_videos,ap\na,1{"0" * 30},1\n')
          ]


@pytest.mark.parametrize('name, text', FAULTS)
def test_a_run_without_results_is_left_out(tmp_path, name, text):
    write_methods(tmp_path, strengths=dict(a=2.))
    (tmp_path / 'a/seed1' / name).write_text(text)
    records, problems = read(tmp_path)
    assert [run.seed for run in records[0].runs] == [0, 2]
    problem, = problems
    assert f'seed1/{name}' in problem
    for seed in (0, 2):
        (tmp_path / f'a/seed{seed}' / name).write_text(text)
    with pytest.raises(InputError, match='no run can be read\n.*seed0'):
        read(tmp_path)


@pytest.mark.parametrize('name', [
    'provenance.json', '20260101_000000/vis_data/config.py',
    '20260101_000000/vis_data/scalars.json'
])
def test_a_run_with_other_faulty_files_stays(tmp_path, name):
    write_run(tmp_path / 'a')
    path = tmp_path / 'a' / name
    path.write_text('[(\n{}')
    records, problems = read(tmp_path / 'a')
    assert records[0].runs[0].metrics and len(problems) == 1
    assert name in problems[0]
    path.unlink()
    records, problems = read(tmp_path / 'a')
    assert records[0].runs[0].metrics and not problems
    os.mkfifo(path)  # to read it would wait for ever
    records, problems = read(tmp_path / 'a')
    assert len(problems) == 1 and name in problems[0]


def test_runs_on_other_data_have_no_page_in_common(tmp_path):
    write_run(tmp_path / 'a')
    write_run(tmp_path / 'b', counts=(41, 20, 9, 4, 2, 1))
    with pytest.raises(InputError, match='b/test: expected the classes and'):
        read(tmp_path)
    write_run(tmp_path / 'c/a')
    write_run(tmp_path / 'c/b', names=(*NAMES[:5], 'other'))
    with pytest.raises(InputError, match='b/test: expected the classes and'):
        read(tmp_path / 'c')


def test_two_methods_with_one_name(tmp_path):
    write_run(tmp_path / 'a')
    methods = find_methods([str(tmp_path / 'a')])
    with pytest.raises(InputError, match="two methods have the name 'a'"):
        read_methods([*methods, *methods], [])


def test_seeds_of_the_config(tmp_path):
    write_run(tmp_path / 'a', seed=7)
    write_run(tmp_path / 'b', seed=7)
    records, _ = read(tmp_path / 'a')
    assert records[0].runs[0].seed == 7
    methods = find_methods([f'M={tmp_path}/a', f'M={tmp_path}/b'])
    with pytest.raises(InputError, match='expected another seed than 7'):
        read_methods(methods, [])
    for path in tmp_path.glob('*/*/vis_data/config.py'):
        path.unlink()
    records = read_methods(methods, [])
    assert [run.seed for run in records[0].runs] == [-2, -1]
