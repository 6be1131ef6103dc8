"""Tables of runs, with a fake training script that takes no time."""
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from mmengine.config import Config

from projects_move.errors import InputError
from tools.reproduction import execution
from tools.reproduction.arguments import reproduce_parser
from tools.reproduction.execution import Plan
from tools.reproduction.run import Run
from tools.reproduction.tables import PAPER, reproduce

ROOT = Path(__file__).parents[2]
FAKE_TRAIN = '''
import json, pathlib, sys
argv = sys.argv
value = lambda key: argv[argv.index(key) + 1]
work, seed = pathlib.Path(value("--work-dir")), int(value("--seed")) // 100_000
if "bad" in argv[1]:
    sys.exit("broken on purpose")
(work / "test").mkdir()
metrics = dict(mAP=seed / 10 + (.25 if "--method" in argv else 0), acc1=.5)
(work / "test" / "metrics.json").write_text(json.dumps(metrics))
'''


@pytest.fixture
def run_tool(tmp_path, monkeypatch, capsys):
    """Runs the tool in a folder of empty configs; returns what it prints."""
    (tmp_path / 'train.py').write_text(FAKE_TRAIN)
    for name in ('good', 'bad', 'baseline_x', 'baseline-agg_x', 'move_x'):
        (tmp_path / f'{name}.py').write_text('')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(execution, 'TOOLS', tmp_path)

    def run(argv):
        reproduce(reproduce_parser('').parse_args(argv.split()))
        return capsys.readouterr().out

    return run


def test_a_failed_run_does_not_stop_the_others(tmp_path, run_tool, capsys):
    with pytest.raises(SystemExit, match='1'):
        run_tool('bad.py good.py good.py+mixup --seeds 5 6 --jobs 2')
    text = capsys.readouterr().out
    assert '| good | 0.550 ± 0.071 |' in text
    assert '| good+mixup | **0.800** ± 0.071 |' in text
    assert '| bad | - |' in text and '| 0 of 2 |' in text
    log = tmp_path / 'work_dirs/reproduce/bad/seed5/log.txt'
    assert f'bad, seed 5: {log.relative_to(tmp_path)}' in text
    assert 'broken on purpose' in log.read_text()
    assert re.search('commit .*; python 3', text)
    provenance = json.loads((log.parent / 'provenance.json').read_text())
    assert 'bad.py' in ' '.join(provenance['command'])
    assert provenance['versions']['torch'] != 'unknown'


def test_a_finished_run_is_not_repeated(tmp_path, run_tool):
    run_tool('good.py --seeds 5')
    (tmp_path / 'train.py').unlink()
    text = run_tool('good.py --seeds 5 --out out/table')
    assert '1 runs, 1 of them finished' in text
    assert (tmp_path / 'out/table.tex').is_file()
    assert '0.5' in (tmp_path / 'out/table.csv').read_text()
    with pytest.raises(
            InputError,
            match='expected .*x=1, found one with .*: '
            'give another --work-dir'):
        run_tool('good.py --seeds 5 --cfg-options x=1')


def test_results_of_others_are_not_done_again(tmp_path, run_tool):
    run_tool('good.py --seeds 5 6 7 --cfg-options x=1 y=2 --out theirs')
    (tmp_path / 'work_dirs').rename(tmp_path / 'elsewhere')
    rows = 'Theirs=good.py MOVE+=good.py+mixup --seeds 5 6 --cfg-options'
    shown = run_tool(f'{rows} y=2 x=1 --results theirs-seeds.csv --out both')
    assert 'theirs-seeds.csv: 2 of its 3 results are used' in shown
    assert '4 runs, 2 of them finished' in shown
    assert '| Theirs | 0.550 ± 0.071 |' in shown
    assert '| MOVE+ | **0.800** ± 0.071 |' in shown
    assert not (tmp_path / 'work_dirs/reproduce/good').exists()
    assert len(Path('both-seeds.csv').read_text().splitlines()) == 5
    with pytest.raises(  # before any run
            InputError,
            match='theirs-seeds.csv: expected a result of the same config, .* '
            "its first one is good, seed 5, overrides 'x=1 y=2'"):
        run_tool(f'{rows} x=2 --results theirs-seeds.csv --work-dir new')
    assert not Path('new').exists()


def test_a_table_from_results_is_that_of_the_runs(tmp_path, run_tool):
    # a difference that is the same for each seed but for rounding
    (tmp_path / 'train.py').write_text(
        FAKE_TRAIN.replace('seed / 10 + (.25 ',
                           '(98 + seed) / 300 + (1 / 300 '))
    run = 'good.py good.py+mixup --seeds 2 3 5 --columns mAP --out'
    run_tool(f'{run} first')
    (tmp_path / 'work_dirs').rename(tmp_path / 'elsewhere')
    run_tool(f'{run} again --results first-seeds.csv')
    assert '†' in Path('first.md').read_text()
    for name in ('.tex', '.csv', '-seeds.csv'):
        first, again = (
            Path(stem + name).read_text().split('\n', 1)
            for stem in ('first', 'again'))
        assert first[1] == again[1]


def test_results_of_other_runs_stay_in_their_file(run_tool):
    run_tool('good.py --seeds 5 6 7 --out a')
    run_tool('good.py+mixup --seeds 5 --out a --results a-seeds.csv'.replace(
        'good.py+mixup', 'good.py good.py+mixup'))
    assert len(Path('a-seeds.csv').read_text().splitlines()) == 5
    before = Path('a-seeds.csv').read_bytes()
    with pytest.raises(InputError, match='would replace a-seeds.csv'):
        run_tool('good.py --seeds 5 --results a-seeds.csv --out a-seeds.csv')
    assert Path('a-seeds.csv').read_bytes() == before
    Path('a-seeds.csv').write_text('torn')
    with pytest.raises(InputError, match='a-seeds.csv: line 1: expected'):
        run_tool('move_x.py --seeds 5 --out a')
    assert not Path('work_dirs/reproduce/move_x').exists()


def test_a_page_has_no_recorded_results(tmp_path, run_tool):
    run_tool('good.py --seeds 5 --out theirs')
    (tmp_path / 'work_dirs').rename(tmp_path / 'elsewhere')
    command = '--seeds 5 --results theirs-seeds.csv --report a.html'
    assert '| good | **0.500** |' in run_tool(f'good.py {command}')
    assert not Path('a.html').exists()
    run_tool('move_x.py --seeds 5')
    per_class = 'work_dirs/reproduce/move_x/seed5/test/per_class.csv'
    Path(per_class).write_text('name,training_videos,ap\nrare,2,.5\n')
    run_tool(f'good.py move_x.py {command}')
    assert 'no run is finished' not in Path('a.html').read_text()


def test_configs_and_rows_of_one_name(run_tool):
    Path('other').mkdir()
    Path('other/good.py').write_text('')
    with pytest.raises(InputError, match='expected configs of different name'):
        run_tool('A=good.py B=other/good.py --seeds 5')
    with pytest.raises(InputError, match="name for 'A=good.py': 'A' is a row"):
        run_tool('A=move_x.py A=good.py --seeds 5')
    assert run_tool('good.py good.py --seeds 5').count('| good |') == 1


def test_a_config_with_an_equals_sign_in_its_name(run_tool):
    Path('a=good.py').write_text('')
    assert '| a=good+mixup | **0.750** |' in run_tool(
        'a=good.py+mixup --seeds 5')
    Path('Ours').write_text('')
    assert '| Ours+ | **0.500** |' in run_tool('Ours+=good.py --seeds 5')


def test_a_page_for_each_table(run_tool, monkeypatch, capsys):
    run_tool('good.py good.py+mixup --seeds 5')
    for name, ap in (('good', .5), ('good+mixup', .75)):
        path = Path(f'work_dirs/reproduce/{name}/seed5/test/per_class.csv')
        path.write_text(f'name,training_videos,ap\nrare,2,{ap}\n')
    command = 'good.py good.py+mixup --seeds 5 --out out/t --report p/a.html'
    text = run_tool(command)
    assert '[a.html](<../p/a.html>)' in text
    assert '[a.html](<../p/a.html>)' in Path('out/t.md').read_text()
    page = Path('p/a.html').read_text()
    assert 'good+mixup has the best mAP, 0.750' in page
    Path('work_dirs/reproduce/good/seed5/test/per_class.csv').unlink()
    with pytest.raises(SystemExit, match='1'):  # the table is printed anyway
        run_tool(command)
    text = capsys.readouterr().out
    assert '| good | 0.500 |' in text and 'report: there is no file' in text
    monkeypatch.setitem(sys.modules, 'plotly', None)
    with pytest.raises(InputError, match='needs plotly'):
        run_tool(command)


@pytest.mark.parametrize('text', ['', '{"mAP": 0.', '[1]', '{"mAP": "x"}'])
def test_a_run_with_torn_metrics_is_done_again(tmp_path, run_tool, text):
    run_tool('good.py good.py+mixup --seeds 5')
    metrics = 'work_dirs/reproduce/good/seed5/test/metrics.json'
    Path(metrics).write_text(text)
    (tmp_path / 'train.py').write_text(
        FAKE_TRAIN.replace('mkdir()', 'mkdir(exist_ok=True)'))
    shown = run_tool('good.py good.py+mixup --seeds 5')
    assert f'{metrics}: expected' in shown and '1 of them finished' in shown
    assert '| good | 0.500 |' in shown and '| **0.750** |' in shown
    assert 'Failed' not in shown


def test_a_run_that_stays_torn_does_not_end_the_table(tmp_path, run_tool,
                                                      capsys):
    run_tool('good.py good.py+mixup --seeds 5')
    folder = Path('work_dirs/reproduce/good/seed5')
    (folder / 'test' / 'metrics.json').write_text('{')
    (folder / 'provenance.json').write_text('{"commit": 3}')
    with pytest.raises(SystemExit, match='1'):
        run_tool('good.py good.py+mixup --seeds 5 --dry-run')
    shown = capsys.readouterr().out
    assert '| good | - |' in shown and '| **0.750** |' in shown
    assert f'- {folder}/test/metrics.json: expected JSON' in shown
    assert f"- {folder}/provenance.json: expected a str under 'commit'" in \
        shown


def test_a_run_that_a_signal_stopped_has_not_failed(tmp_path, run_tool,
                                                    capsys):
    (tmp_path / 'train.py').write_text(
        'import sys\nif "good" in sys.argv[1]:\n'
        '    print("stopped by SIGUSR1: saved a; --resume goes on")\n'
        '    sys.exit(75)\n' + FAKE_TRAIN)
    with pytest.raises(SystemExit, match='1'):
        run_tool('good.py move_x.py --seeds 5 --out a')
    shown = capsys.readouterr().out
    log = 'work_dirs/reproduce/good/seed5/log.txt'
    assert 'good/seed5: stopped by a signal; the same command goes' in shown
    assert 'Stopped by a signal; the same command goes on:\n\n- good, seed ' \
        f'5: {log}' in shown
    assert 'failed' not in shown.lower() and '| move_x | **0.500** |' in shown
    assert f'% stopped: good, seed 5: {log}' in Path('a.tex').read_text()
    (tmp_path / 'train.py').write_text(FAKE_TRAIN)
    shown = run_tool('good.py move_x.py --seeds 5')
    assert '1 of them finished' in shown and 'topped' not in shown


def test_a_run_whose_folder_cannot_be_made_does_not_end_the_others(
        tmp_path, run_tool, capsys):
    (tmp_path / 'work_dirs/reproduce').mkdir(parents=True)
    (tmp_path / 'work_dirs/reproduce/good').write_text('a file')
    with pytest.raises(SystemExit, match='1'):
        run_tool('good.py good.py+mixup --seeds 5')
    shown = capsys.readouterr().out
    assert 'reproduce/good/seed5: FAILED, [Errno' in shown
    assert '| good | - |' in shown and '| **0.750** |' in shown


def test_a_table_on_another_data_set(run_tool):
    text = run_tool('table4 --configs {model}_x.py --seeds 1')
    assert r'Ablation of {model}\_x.py' in text and 'paper' not in text
    rows = [line for line in text.splitlines() if line.startswith('| (')]
    assert len(rows) == 7
    assert '**0.350**' in rows[1] and '| 0.100 |' in rows[0]


def test_spread_few_and_repeated_seeds(run_tool):
    text = run_tool('good.py good.py+mixup --seeds 5 6 7 6 --spread sem')
    assert '| Few |' in text and '6 runs, 0 of them finished' in text
    assert '| good | 0.600† ± 0.058 |' in text and '| 3 |' in text
    assert 'mean ± standard error over the seeds 5, 6, 7;' in text


def test_tables_of_the_paper_have_few_as_the_last_column(run_tool):
    text = run_tool('table4 --configs {model}_x.py --seeds 1')
    head, = (line for line in text.splitlines() if 'Method' in line)
    assert head.endswith('| Acc@5 | Few | Seeds |')


@pytest.mark.parametrize('argv, error', [
    ('table9', "expected table1, .*, table5 or .*config, found 'table9'"),
    ('=a.py', "expected NAME=CONFIG, found '=a.py'"),
    ('MOVE=table1', "expected NAME=CONFIG, found 'MOVE=table1'"),
    ('x=configs/move_tsm_videolt.py --results no.csv', 'no file no.csv'),
    ('table1 --configs {x}.py', "path with {model}, found '{x}.py'"),
    ('table1 --seeds 1_0', "expected an integer of at least 0, found '1_0'"),
    ('table1 --jobs 0', "--jobs: expected an integer .* 1, found '0'"),
])
def test_errors(argv, error):
    result = subprocess.run(
        [sys.executable, ROOT / 'tools' / 'reproduce.py', *argv.split()],
        capture_output=True,
        text=True)
    assert result.returncode and re.search(error, result.stderr)


@pytest.mark.parametrize('name', PAPER)
def test_every_row_of_the_paper_is_a_config(name):
    table = PAPER[name]
    for row in table['rows']:
        for method in row.get('methods', []):
            assert (ROOT / f'configs/_base_/methods/{method}.py').is_file()
        for block, configs in table['blocks'].items():
            pattern, *settings = ([configs]
                                  if isinstance(configs, str) else configs)
            path = ROOT / pattern.format(model=row['model'])
            assert path.is_file(), path
            cfg = Config.fromfile(path)
            assert cfg.model
            for setting in settings:  # overrides an existing setting
                keys, value = setting.split('=')
                *parents, last = keys.split('.')
                part = cfg
                for key in parents:
                    part = part[key]
                assert isinstance(part[last], type(yaml.safe_load(value)))
            numbers = row.get('paper', {}).get(block)
            assert numbers is None or len(numbers) == len(table['columns'])
        assert set(row.get('paper', {})) <= set(table['blocks'])


def test_numbers_of_the_paper():
    """A few, as printed."""

    def row(table, name, model, block):
        found, = (
            r for r in PAPER[table]['rows']
            if (r['name'], r['model']) == (name, model))
        return found['paper'][block]

    assert row('table1', 'MOVE', 'move', 'ResNet-50')[3] == .626
    assert row('table1', 'Mixup', 'baseline', 'ResNet-101')[5] == .843
    assert row('table2', 'LDAM + DRW', 'baseline-agg', 'TSM')[4] == .708
    assert row('table3', 'CB Loss', 'baseline-agg',
               'ResNet-101, 0.05') == [.655, .584]
    assert len(PAPER['table1']['rows']) == 17
    assert sum('paper' in r for r in PAPER['table1']['rows']) == 15


def test_plans(tmp_path, monkeypatch):
    run = Run(Path('a.py'), ('ldam', ), 3, tmp_path, ('x=1', ))
    command = Plan().command(run)
    assert command[2:] == [
        'a.py', '--test', '--resume', '--seed', '300000', '--work-dir',
        str(tmp_path / 'a+ldam' / 'seed3'), '--method', 'ldam',
        '--cfg-options', 'x=1'
    ]
    slurm = Plan(partition='gpu')
    assert slurm.command(run)[1:4] == ['gpu', 'a+ldam-3', 'a.py']
    monkeypatch.delenv('GPUS', raising=False)
    assert slurm.environment(None)['GPUS'] == '1'
    assert Plan().environment('2')['CUDA_VISIBLE_DEVICES'] == '2'


def test_interruption_starts_nothing_more(tmp_path, monkeypatch):
    started = []

    def interrupted(run, plan, slot):
        started.append(run.seed)
        if len(started) > 1:  # time to notice the first interruption
            time.sleep(2)
        raise KeyboardInterrupt

    monkeypatch.setattr(execution, 'execute', interrupted)
    todo = [Run(Path('a.py'), (), seed, tmp_path) for seed in range(5)]
    with pytest.raises(SystemExit, match='interrupted; .* resumes the runs'):
        execution.execute_all(todo, Plan())
    assert len(started) < 5
