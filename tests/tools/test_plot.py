"""Pictures of results by the command line."""
import numpy as np
import pytest

from projects_move.apis.analysis import toy_boundary
from tests.analysed_models import save_model
from tests.apis.analysis.results import write_log, write_test
from tests.in_process import run_tool
from tools.analysis import confidence, features, plot, toy

KINDS = {
    'frequency': 1,
    'curve': 2,
    'difference': 2,
    'groups': 2,
    'confusion': 1,
    'precision_recall': 1,
    'calibration': 1,
    'prior_shift': 2,
    'training': 2
}


@pytest.fixture
def rows(tmp_path):
    """Two rows of two seeds, with logs."""
    for name in ('a', 'b$'):
        for seed in (0, 1):
            work_dir = tmp_path / name / f'seed{seed}'
            write_test(work_dir / 'test', seed + len(name), 30, name == 'b$')
        write_log(
            tmp_path / name,
            [dict(loss=1., epoch=1, step=1), {
                'long_tail/mAP': .5,
                'step': 1
            }])
    return [f'{name}={tmp_path / name}' for name in ('a', 'b$')]


def read_arrays(path):
    with np.load(path) as file:
        return dict(file)


@pytest.mark.parametrize('kind', plot.KINDS)
def test_kinds(rows, tmp_path, kind):
    for runs, size in ((rows, 'column'), (rows[::-1], 'slide')):
        out = tmp_path / 'new' / 'a.svg'
        text, problem = run_tool(plot.main, kind, *runs[:KINDS[kind]], '--out',
                                 out, '--size', size)
        assert problem is None and text.endswith(f'wrote {out}\n')
        assert out.read_text().count('<path') > 5
        out.unlink()


def test_label_of_a_difference(rows, tmp_path, monkeypatch):
    """Two lines; a dollar sign is no formula."""
    drawn = []
    monkeypatch.setattr('projects_move.visualization.plot_class_difference',
                        lambda ax, *args: drawn.append(args[-1]))
    run_tool(plot.main, 'difference', *rows, '--out', tmp_path / 'a.png')
    assert drawn == ['average precision:\nb\\$ − a']


@pytest.mark.parametrize('arguments, reason', [
    (['difference', 0], 'is that of two runs, found 1: a'),
    (['confusion', 0, 1], r'expected one run, found 2: a, b'),
    (['calibration', 0, 1], 'expected one run, found 2'),
    (['curve', 0, '--metric', 'f1'], 'expected the column f1'),
    (['groups', 0, '--metric', 'f1'], 'expected f1, found'),
    (['training', 0, '--metric', 'f1'], 'no validation with f1'),
    (['precision_recall', 0, '--classes', 'fly'], "has no class 'fly'"),
    (['precision_recall', 0, 1], 'at most 7 curves, found 4 classes of 2'),
    (['difference', 0, 1, '--count', '0'], '--count of at least 1'),
    (['curve', 0, 'x=none'], 'there is no folder none'),
    (['curve', 'x='], "expected PATH or NAME=PATH, found 'x='"),
    (['curve', 0, '--out', 'a.jpg'], 'expected a name that ends in'),
    (['curve', 0, '--out', '/dev/null/a.png'], '/dev/null'),
])
def test_errors(rows, tmp_path, arguments, reason):
    arguments = [rows[each] if each in (0, 1) else each for each in arguments]
    if '--out' not in arguments:
        arguments += ['--out', tmp_path / 'a.png']
    _, problem = run_tool(plot.main, *arguments)
    assert problem.startswith('error: ') and reason in problem
    assert not list(tmp_path.glob('*.png'))


def test_other_classes_and_missing_scores(rows, tmp_path):
    path = tmp_path / 'b$' / 'seed1' / 'test' / 'per_class.csv'
    text = path.read_text()
    path.write_text(text.replace('jump', 'leap'))
    _, problem = run_tool(plot.main, 'curve', *rows, '--out',
                          tmp_path / 'a.png')
    assert 'expected the classes and training videos of' in problem
    (tmp_path / 'a' / 'seed1' / 'test' / 'scores.npz').unlink()
    _, problem = run_tool(plot.main, 'confusion', rows[0], '--out',
                          tmp_path / 'a.png')
    assert 'there is no file' in problem and 'seed1' in problem


def test_a_class_without_test_videos(rows, tmp_path):
    out = tmp_path / 'a.png'
    _, problem = run_tool(plot.main, 'precision_recall', rows[0], '--classes',
                          '_wave', 'run', '--out', out)
    assert problem is None and out.exists()


def test_scores_that_are_no_probabilities(rows, tmp_path):
    path = tmp_path / 'a' / 'seed0' / 'test' / 'scores.npz'
    arrays = read_arrays(path)
    np.savez(path, **dict(arrays, scores=arrays['scores'] * 9))
    _, problem = run_tool(plot.main, 'calibration', rows[0], '--out',
                          tmp_path / 'a.png')
    assert problem.startswith('error: calibration expects probabilities')


def test_a_shift_needs_logits(rows, tmp_path):
    path = tmp_path / 'a' / 'seed1' / 'test' / 'scores.npz'
    arrays = read_arrays(path)
    for logits, reason in ((None, 'expected finite logits'),
                           (arrays['logits'] * np.nan, 'finite logits'),
                           (arrays['logits'][:, :2], 'expected float logits')):
        changed = dict(arrays, logits=logits)
        np.savez(
            path, **{
                key: value
                for key, value in changed.items() if value is not None
            })
        _, problem = run_tool(plot.main, 'prior_shift', rows[0], '--out',
                              tmp_path / 'a.png')
        assert reason in problem and 'seed1' in problem


def test_a_shift_needs_a_tail(rows, tmp_path):
    for path in tmp_path.glob('a/seed*/test/per_class.csv'):
        path.write_text(path.read_text().replace(',tail,', ',medium,'))
    _, problem = run_tool(plot.main, 'prior_shift', rows[0], '--out',
                          tmp_path / 'a.png')
    assert 'no class of the tail has test videos' in problem


def test_figures_of_models(tmp_path, monkeypatch):
    monkeypatch.setattr(toy_boundary, 'STEPS', 2)
    save_model(tmp_path)
    model = tmp_path / 'a.pth'
    for main, arguments in ((confidence.main, [f'M={model}', '--num-draws',
                                               1]), (features.main,
                                                     [model, '--num-draws',
                                                      1]), (toy.main, [])):
        out = tmp_path / 'a.png'
        text, problem = run_tool(main, *arguments, '--out', out)
        assert problem is None and out.exists()
        out.unlink()
    assert 'with MOVE: accuracy' in text


@pytest.mark.parametrize('main, arguments, reason', [
    (confidence.main, ['M=a.pth', '--num-draws', '0'], '--num-draws of at'),
    (confidence.main, ['M=a.pth', 'M=b.pth'], "two results have the name"),
    (confidence.main, ['M=none.pth'], 'there is no checkpoint none.pth'),
    (features.main, ['none.pth'], 'there is no checkpoint none.pth'),
    (features.main, ['a.pth', '--classes', 'fly'], "has no class 'fly'"),
    (features.main, ['a.pth', '--num-draws', '0'], '--num-draws of at'),
])
def test_errors_of_models(tmp_path, monkeypatch, main, arguments, reason):
    monkeypatch.chdir(tmp_path)
    save_model(tmp_path)
    _, problem = run_tool(main, *arguments, '--out', 'a.png')
    assert problem.startswith('error: ') and reason in problem
