import numpy as np
import pytest

from projects_move.apis.analysis.runs import (named_paths, read_run,
                                              require_same_classes,
                                              test_folders)
from projects_move.errors import InputError, MissingInputError
from tests.apis.analysis.results import COUNTS, NAMES, write_test


def test_folder_of_a_test_a_training_and_a_row(tmp_path, monkeypatch):
    warnings = []
    monkeypatch.setattr('projects_move.apis.analysis.runs.print_log',
                        lambda text, *_: warnings.append(text))
    row = tmp_path / 'row'
    for seed in (10, 2, 1):
        write_test(row / f'seed{seed}' / 'test', seed)
    (row / 'seed3').mkdir()  # not finished
    write_test(row / 'seed2.old' / 'test', 2)  # no seed
    test = row / 'seed2' / 'test'
    assert test_folders(test) == test_folders(test.parent) == [test]
    assert [each.parent.name
            for each in test_folders(row)] == ['seed1', 'seed2', 'seed10']
    assert warnings == [f'{row}: left out seed3, without results of a test']
    for folder in (tmp_path, tmp_path / 'none'):
        with pytest.raises(MissingInputError, match=str(folder)):
            test_folders(folder)


def test_results_of_the_seeds(tmp_path):
    metrics = [write_test(tmp_path / f'seed{i}/test', i)[2] for i in (0, 1)]
    run = read_run(tmp_path)
    assert tuple(run.names) == NAMES and run.class_counts.tolist() == COUNTS
    assert run.groups == ['head', 'head', 'medium', 'tail', 'medium']
    assert sorted(run.results) == ['acc1', 'acc5', 'ap']
    ap = run.results['ap']
    assert ap.shape == (2, 5) and np.isnan(ap[:, 4]).all()
    expected = [each['long_tail/mAP'] for each in metrics]
    np.testing.assert_allclose(np.nanmean(ap, 1), expected, atol=1e-6)
    np.testing.assert_allclose(run.mean('ap'), ap.mean(0))
    values = run.group_values('acc1')
    assert values['all'] == [each['long_tail/acc1'] for each in metrics]
    assert values['tail'] == [each['long_tail/acc1_tail'] for each in metrics]


def test_other_metrics_and_classes_are_named(tmp_path):
    for name in 'ab':
        write_test(tmp_path / name)
    run = read_run(tmp_path / 'a')
    with pytest.raises(InputError, match='the column f1, found'):
        run.mean('f1')
    with pytest.raises(InputError, match='a/metrics.json: expected f1, found'):
        run.group_values('f1')
    path = tmp_path / 'b' / 'per_class.csv'
    path.write_text(path.read_text().replace('jump', 'leap'))
    with pytest.raises(InputError, match='b: expected the classes'):
        require_same_classes([run, read_run(tmp_path / 'b')])


def test_a_metric_that_one_seed_lacks(tmp_path):
    for i in (0, 1):
        write_test(tmp_path / f'seed{i}/test', i)
    path = tmp_path / 'seed1/test/metrics.json'
    path.write_text(path.read_text().replace('"ece"', '"other"'))
    with pytest.raises(InputError, match='seed1.*: expected ece, which'):
        read_run(tmp_path).group_values('ece')


def test_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'a=b').mkdir()
    paths = named_paths(['x=runs/y', 'runs/z/', 'a=b', 'c=d=e'])
    assert {k: str(v) for k, v in paths.items()} == {
        'x': 'runs/y', 'z': 'runs/z', 'a=b': 'a=b', 'c': 'd=e'
    }  # yapf: disable
    for texts in (['x='], ['=x'], ['']):
        with pytest.raises(InputError, match='expected PATH or NAME=PATH'):
            named_paths(texts)
    with pytest.raises(InputError, match="two results have the name 'x'"):
        named_paths(['x=a', 'b/x'])
