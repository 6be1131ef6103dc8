"""Parts of the page, without a browser."""
import json
import re
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest

from projects_move.errors import InputError
from projects_move.utils.saved_scores import SavedScores
from projects_move.visualization.report import (find_methods,
                                                require_libraries,
                                                write_report)
from projects_move.visualization.report.parts import frequent_mistakes
from projects_move.visualization.report.score_summary import summarize
from tests.visualization.report.tiny_runs import (draw, write_methods,
                                                  write_results, write_run)


def written(folder, *runs, **options):
    out = folder / 'report.html'
    problems = write_report(
        find_methods(list(map(str, runs or [folder / 'runs']))), out,
        **options)
    assert problems == []
    return out.read_text()


def data_of(page):
    text, = re.findall('<script type="application/json" id="data">(.*?)<',
                       page)
    return json.loads(text)


def test_the_numbers_of_the_page(tmp_path):
    write_methods(tmp_path / 'runs')
    page = written(tmp_path, title='A & B')
    found = data_of(page)
    assert '<title>A &amp; B</title>' in page
    assert found['methods'] == ['strong', 'weak']
    assert found['compared'] == [0, 1]
    mean = [
        np.mean([
            json.loads((tmp_path / f'runs/{name}/seed{seed}/test' /
                        'per_class.json').read_text())[3]['ap']
            for seed in range(3)
        ]) for name in ('strong', 'weak')
    ]
    assert [ap[3] for ap in found['ap']] == pytest.approx(mean, abs=1e-4)
    assert 'strong has the best mAP' in page
    assert 'python tools/train.py a.py' in page and 'abc1234' in page
    keys = [chart['key'] for chart in found['charts']]
    assert keys == [
        'map', 'acc1', 'frequency', 'sizes', 'reliability', 'loss',
        'validation'
    ]
    assert all(f'id="chart-{key}"' in page for key in keys)


def test_spread_of_the_table(tmp_path):
    write_methods(tmp_path / 'runs', strengths=dict(a=1.))
    values = [
        json.loads((tmp_path /
                    f'runs/a/seed{seed}/test/metrics.json').read_text())['mAP']
        for seed in range(3)
    ]
    std = np.std(values, ddof=1)
    for spread, expected in (('std', std), ('sem', std / 3**.5)):
        page = written(tmp_path, spread=spread)
        table = page[page.index('<section id="table"'):]
        first, = re.findall('± ([0-9.]+)', table)[:1]
        assert first == f'{expected:.3f}'


def test_one_run_without_scores_and_config(tmp_path):
    metrics = write_results(tmp_path / 'a/test', *draw(0), keep_scores=False)
    page = written(tmp_path, tmp_path / 'a')
    assert f"a has the best mAP, {metrics['long_tail/mAP']:.3f}" in page
    assert data_of(page)['compared'] is None
    assert 'command not recorded' in page and 'No config was found' in page


def test_metrics_of_another_evaluator(tmp_path):
    write_run(tmp_path / 'a')
    (tmp_path / 'a/test/metrics.json').write_text('{"top1": 0.5}')
    with pytest.raises(InputError, match='expected a metric of.*found top1'):
        written(tmp_path, tmp_path / 'a')


def test_missing_libraries_are_named():
    with mock.patch.dict('sys.modules', plotly=None):
        with pytest.raises(InputError, match=r"pip install -e '.\[report\]'"):
            require_libraries()


def test_mistakes_of_all_seeds_are_added_up():
    """A pair that is frequent in one seed and rare in the other counts in
    both."""
    size = 9
    label, predicted = np.divmod(np.arange(size**2), size)
    summaries = []
    for often in ([0, 1], [1, 0]):
        more = np.repeat([often], 50, 0)
        pairs = np.concatenate([np.stack([label, predicted], 1), more])
        scores = np.eye(size, dtype=np.float32)[pairs[:, 1]]
        labels = np.stack([np.arange(len(pairs)), pairs[:, 0]], 1)
        summaries.append(summarize(SavedScores(scores, labels, None)))
    rows = [dict(name=f'c{i}') for i in range(size)]
    record = SimpleNamespace(name='m', runs=[SimpleNamespace(classes=rows)])
    found, = frequent_mistakes([record], dict(m=summaries))
    assert found['pairs'][:3] == [('c0', 'c1', '52'), ('c1', 'c0', '52'),
                                  ('c0', 'c2', '2')]
