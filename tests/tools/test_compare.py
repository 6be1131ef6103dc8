"""Tested methods in one table and one picture."""
import json
import math

import pytest
import torch

from projects_move.evaluation.reports import write_per_class
from projects_move.utils.results import read_per_class
from tests.in_process import run_tool
from tools.analysis import compare


def test_table_and_picture(tmp_path):
    for name, best in (('A', .5), ('B', .75)):
        (tmp_path / name).mkdir()
        (tmp_path / name / 'metrics.json').write_text(
            json.dumps(dict(mAP=best, mAP_tail=1 - best)))
        (tmp_path / name / 'per_class.csv'
         ).write_text(f'name,training_videos,ap\nrare,2,{best}\ncommon,9,\n')
    picture = tmp_path / 'picture.png'
    text, problem = run_tool(compare.main, f'first={tmp_path}/A',
                             f'other={tmp_path}/B', '--picture', picture)
    assert problem is None and picture.stat().st_size > 1000
    _, _, first, other, *_ = [line.split() for line in text.splitlines()]
    assert first[:8:2] == ['|', '|', '|', '|']
    assert first[1:4:2] == ['first', '0.500']
    assert other[1:4:2] == ['other', '**0.750**']
    assert '**0.500**' in first and '0.250' in other


def test_few_shot_classes_where_there_are_some(tmp_path):
    first = write_metrics(tmp_path / 'a', '{"mAP": 0.5, "mAP_tail": 0.25}')
    text, _ = run_tool(compare.main, f'first={first}')
    head = [cell.strip() for cell in text.splitlines()[0].split('|')[1:-1]]
    assert head == [
        'Method', 'All', 'Head', 'Medium', 'Tail', 'Acc@1', 'Acc@5'
    ]
    other = write_metrics(tmp_path / 'b', '{"mAP": 0.5, "mAP_few": 0.125}')
    text, _ = run_tool(compare.main, f'first={first}', f'other={other}')
    head, _, *rows = [[cell.strip() for cell in line.split('|')[1:-1]]
                      for line in text.splitlines()]
    few = head.index('Few')
    assert few == head.index('Tail') + 1
    assert [row[few] for row in rows] == ['-', '**0.125**']


@pytest.mark.parametrize('argument', ['=DIR', 'name='])
def test_error(argument):
    _, problem = run_tool(compare.main, argument)
    assert problem == f'error: expected PATH or NAME=PATH, found {argument!r}'


def write_metrics(folder, text):
    folder.mkdir()
    (folder / 'metrics.json').write_text(text)
    return folder


@pytest.mark.parametrize('text, reason', [
    ('', 'expected JSON'),
    ('{"mAP": 0.', 'expected JSON'),
    ('[1]', 'expected a JSON object, found a list'),
    ('{"mAP": "high"}', "expected a number for 'mAP', found 'high'"),
    ('{"epoch": null}', 'expected metrics, found none'),
    ('\ufeff{', 'expected JSON'),
    ('[' * 100000, 'expected JSON'),
])
def test_faulty_metrics_do_not_end_the_table(tmp_path, text, reason):
    good = write_metrics(tmp_path / 'good', '{"mAP": 0.5, "acc1": NaN}')
    bad = write_metrics(tmp_path / 'bad', text)
    text, problem = run_tool(compare.main, f'x={bad}', f'a|b={good}',
                             f'y={tmp_path}/none')
    assert r'| a\|b   |' in text and '**0.500**' in text
    assert f'failed: x: {bad}/metrics.json: {reason}' in problem
    assert f'failed: y: there is no file {tmp_path}/none/' in problem


PER_CLASS = 'name,training_videos,ap\n'


@pytest.mark.parametrize('text, reason', [
    ('', 'expected the columns'),
    (PER_CLASS, 'expected a row for each class'),
    (PER_CLASS + 'a,1', 'line 2: expected 3 fields'),
    (PER_CLASS + 'a,1,.5,3', 'line 2: expected 3 fields'),
    (PER_CLASS + 'a,x,.5', 'line 2: invalid literal'),
    (PER_CLASS + '"a,1,.5', 'unexpected end of data'),
    (PER_CLASS + 'a,1,.5\n', 'expected the classes and training videos of'),
])
def test_faulty_results_of_classes_are_named(tmp_path, text, reason):
    for name, table in (('good', PER_CLASS + 'b,1,.5\n'), ('bad', text)):
        folder = write_metrics(tmp_path / name, '{"mAP": 0.5}')
        (folder / 'per_class.csv').write_text(table)
    _, problem = run_tool(compare.main, f'a={tmp_path}/good',
                          f'b={tmp_path}/bad', '--picture', tmp_path / 'a.png')
    assert problem.startswith(f'error: {tmp_path}/bad') and reason in problem
    assert not (tmp_path / 'a.png').exists()


def test_names_are_the_same_in_the_picture(tmp_path, monkeypatch):
    """Written by the metric, read by the tool."""
    names = ['=1+1', 'a,"b"\nc', '$x$ $y$']
    counts = torch.tensor([5, 2, 1])
    masks = dict(head=counts > 4, medium=counts == 2, tail=counts < 2)
    write_per_class(
        str(tmp_path), counts, masks, counts,
        torch.tensor([.5, .25, float('nan')]), {}, names)
    rows = read_per_class(tmp_path / 'per_class.csv')
    assert [row['name'] for row in rows] == names
    assert [row['ap'] for row in rows[:2]] == [.5, .25]
    assert math.isnan(rows[2]['ap'])
    drawn = write_metrics(tmp_path / 'a', '{"mAP": 1}')
    (tmp_path / 'per_class.csv').rename(drawn / 'per_class.csv')
    _, problem = run_tool(compare.main, f'$a$ $b$={drawn}', '--picture',
                          tmp_path / 'a.png')
    assert problem is None and (tmp_path / 'a.png').exists()
