"""Tables of metrics in each format."""
import csv
import json
import statistics
from pathlib import Path

import pytest

from tools.reproduction.report import latex, markdown, to_csv, write_files
from tools.reproduction.rows import Row, Table
from tools.reproduction.run import Run


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
    assert lines[5] == (
        '| other |  | 0.550 | 0.580 | **0.850** | - | 1 of 2 |')
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


SEEDS = [(.5, .51, .54, .49), (.9, .8, .85, .95), (.91, .79, .8, .96)]


def seeds_table(folder, extra=(), key='mAP'):
    rows = [
        Row(
            name,
            tuple(
                make_run(folder, name, seed, **{key: value})
                for seed, value in enumerate(values)))
        for name, values in zip('abcd', [*SEEDS, *extra])
    ]
    return Table('T', {'All': key}, rows)


@pytest.mark.parametrize('spread', ['std', 'sem'])
def test_numbers_within_the_noise_of_the_best(tmp_path, spread):
    table = seeds_table(tmp_path, extra=[(.1, .2)])
    text = markdown([table], '', spread)
    shown = {
        name: statistics.stdev(values) / (2 if spread == 'sem' else 1)
        for name, values in zip('abc', SEEDS)
    }
    assert f"| a | 0.510 ± {shown['a']:.3f} | 4 |" in text
    assert f"| b | **0.875** ± {shown['b']:.3f} | 4 |" in text
    assert f"| c | 0.865† ± {shown['c']:.3f} | 4 |" in text
    assert '| d | 0.150 ± ' in text
    assert "paired t-test over the seeds against the best row, with Holm" in \
        text
    assert 'The best number is within the noise of another: All.' in text
    assert 'fewer than 3 common seeds: d.' in text
    tex = latex([table], '', spread)
    assert r'0.865$^\dagger$ $\pm$' in tex and r'\par\footnotesize' in tex
    assert '†' not in tex and '≥' not in tex


def test_no_note_where_nothing_is_compared(tmp_path):
    run = make_run(tmp_path, 'a', 0, mAP=.5)
    assert markdown(
        [Table('T', {'All': 'mAP'}, [Row('a', (run, ))])],
        'end').splitlines()[-3:] == ['| a | **0.500** | 1 |', '', 'end']


def test_p_values_are_in_the_csv(tmp_path):
    rows = list(csv.DictReader(to_csv([seeds_table(tmp_path)]).splitlines()))
    p_values = [row['p_value'] for row in rows]
    assert float(p_values[0]) < .01 and p_values[1] == ''
    assert .05 < float(p_values[2]) < 1
    assert float(rows[0]['sem']) == pytest.approx(float(rows[0]['std']) / 2)


def test_the_lowest_calibration_error_is_the_best(tmp_path):
    text = markdown([seeds_table(tmp_path, key='ece_tail')], '')
    assert '| a | **0.510** ± ' in text and '| c | 0.865 ± ' in text


def test_paper_numbers_of_some_columns(tmp_path):
    run = make_run(tmp_path, 'a', 0, mAP=.5, mAP_few=.25)
    table = Table('T', {
        'All': 'mAP',
        'Few': 'mAP_few'
    }, [Row('a', (run, ), (.6, ))])
    lines = markdown([table], '').splitlines()
    assert lines[2] == '| Method | All | All (paper) | Few | Seeds |'
    assert lines[4] == '| a | **0.500** | 0.600 | **0.250** | 1 |'


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


@pytest.mark.parametrize('stem, name', [('lt0.01', 'lt0.01'), ('a.b', 'a.b'),
                                        ('c.md', 'c'), ('plain', 'plain')])
def test_files_keep_a_dot_of_their_name(table, tmp_path, stem, name):
    written = write_files([table], tmp_path / stem, 'made by hand')
    assert [path.name for path in written] == [
        f'{name}.md', f'{name}.csv', f'{name}.tex', f'{name}-seeds.csv'
    ]
    assert all(path.stat().st_size for path in written)
