"""The tool that writes a report."""
import pytest

from tests.in_process import run_tool
from tests.visualization.report.tiny_runs import write_methods
from tools.analysis import report


def test_page_and_faulty_files(tmp_path):
    runs, out = write_methods(tmp_path / 'runs'), tmp_path / 'a.html'
    text, problem = run_tool(report.main, runs, '--out', out)
    assert text == f'wrote {out}\n' and problem is None
    (runs / 'weak/seed1/test/metrics.json').write_text('{')
    text, problem = run_tool(report.main, runs, '--out', out)
    assert problem == '1' and 'left out: ' in text
    assert 'weak/seed1/test/metrics.json: expected JSON' in text
    assert 'weak/seed1/test/metrics.json: expected JSON' in out.read_text()


@pytest.mark.parametrize('arguments, reason', [
    (['none'], 'error: there is no folder none'),
    (['.', '--out', 'none/a.html'], 'error: --out none/a.html is no file'),
    (['.', '--thumbnails', '-1'], '2'),
    (['.', '--videos', 'none'], 'error: '),
])
def test_errors(tmp_path, monkeypatch, arguments, reason):
    write_methods(tmp_path, seeds=[0])
    monkeypatch.chdir(tmp_path)
    _, problem = run_tool(report.main, *arguments)
    assert problem.startswith(reason)
    assert not list(tmp_path.rglob('*.html'))
