"""Tables of metrics in each format."""
import csv
import json
from pathlib import Path

import pytest

from tools.reproduction.report import Row, Table, latex, markdown, to_csv
from tools.reproduction.runs import Run


def make_run(folder, name, seed, methods=(), **metrics):
    run = Run(Path(f'{name}.py'), tuple(methods), seed, folder)
    if metrics:
        (run.folder / 'test').mkdir(parents=True)
        (run.folder / 'test' / 'metrics.json').write_text(json.dumps(metrics))
    return run


@pytest.fixture
def table(tmp_path):
    rows = [
        Row('first_one', (make_run(tmp_path, 'a', 0, mAP=.5, acc1=.9),
                          make_run(tmp_path, 'a', 1, mAP=.7, acc1=.7)),
            (.61, .8), True),
        Row('other', (make_run(tmp_path, 'b', 0, mAP=.55,
                               acc1=.85), make_run(tmp_path, 'b', 1)),
            (.58, None), False),
        Row('new', (make_run(tmp_path, 'c', 0), make_run(tmp_path, 'c', 1)))
    ]
    return Table('On data & more', {'All': 'mAP', 'Acc': 'acc1'}, rows)


def test_markdown(table, tmp_path):
    lines = markdown([table], 'made by hand').splitlines()
    assert lines[2] == ('| Method | Agg | All | All (paper) | Acc | '
                        'Acc (paper) | Seeds |')
    assert lines[4] == ('| first_one | ✓ | **0.600** ± 0.141 | 0.610 | '
                        '0.800 ± 0.141 | 0.800 | 2 |')
    assert lines[5] == ('| other |  | 0.550 ± 0.000 | 0.580 | '
                        '**0.850** ± 0.000 | - | 1 of 2 |')
    assert lines[6] == '| new |  | - | - | - | - | 0 of 2 |'
    assert f"- other, seed 1: {tmp_path / 'b' / 'seed1' / 'log.txt'}" in lines
    assert lines[-1] == 'made by hand'


def test_latex(table):
    text = latex([table], 'made by hand')
    assert r'first\_one & \checkmark & \textbf{0.600} $\pm$ 0.141 & 0.610' \
        in text
    assert r'\caption{On data \& more}' in text
    assert r'\begin{tabular}{lcccccc}' in text
    assert '% made by hand' in text and '% failed: other, seed 1' in text


def test_csv(table):
    rows = list(csv.DictReader(to_csv([table]).splitlines()))
    assert len(rows) == 6
    assert rows[0]['mean'] == '0.6' and rows[0]['paper'] == '0.61'
    assert rows[0]['seeds'] == '2' and rows[0]['failed'] == '0'
    assert rows[3]['paper'] == '' and rows[3]['failed'] == '1'
    assert rows[4]['mean'] == ''


def test_names_are_escaped(tmp_path):
    run = make_run(tmp_path, 'a', 0, mAP=.5)
    table = Table('a|b & *c*', {'$x$': 'mAP'},
                  [Row('=1|2',
                       (run, )), Row('{a}_%', (run, ))])
    assert r'| \=1\|2 | **0.500** |' in markdown([table], '')
    assert r'**a\|b \& \*c\***' in markdown([table], '')
    text = latex([table], '')
    assert r'\{a\}\_\% & \textbf{0.500}' in text
    assert r'& \$x\$ &' in text
    rows = list(csv.DictReader(to_csv([table]).splitlines()))
    assert rows[0]['method'] == "'=1|2"
