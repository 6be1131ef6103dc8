import importlib.util
import json
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / 'tools' / 'reproduce.py'
SPEC = importlib.util.spec_from_file_location('reproduce', TOOL)
tool = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tool)


def done(folder, config, seed, **metrics):
    run = tool.Run(Path(f'{config}.py'), seed, folder / config / str(seed), [])
    if metrics:
        (run.folder / 'test').mkdir(parents=True)
        (run.folder / 'test' / 'metrics.json').write_text(json.dumps(metrics))
    return run


def test_table_of_means_and_failures(tmp_path):
    runs = [
        done(tmp_path, 'a', 0, mAP=.5, acc1=.9),
        done(tmp_path, 'a', 1, mAP=.7, acc1=.7),
        done(tmp_path, 'b', 0, mAP=.55, acc1=.85),
        done(tmp_path, 'b', 1),
    ]
    rows = tool.table(runs).splitlines()[2:]
    assert rows[0].startswith('| a | **0.600** ± 0.100 | - |')
    assert '| 0.800 ± 0.100 |' in rows[0] and rows[0].endswith('| 2 |')
    assert '| 0.550 ± 0.000 |' in rows[1] and '**0.850**' in rows[1]
    assert f"failed: 1 ({tmp_path / 'b' / '1' / 'log.txt'})" in rows[1]


def test_a_failure_does_not_sink_the_others(tmp_path, capsys, monkeypatch):
    script = tmp_path / 'train.py'
    script.write_text(
        'import sys, json, pathlib\n'
        'work = pathlib.Path(sys.argv[sys.argv.index("--work-dir") + 1])\n'
        'if "bad" in sys.argv[1]: sys.exit("broken on purpose")\n'
        '(work / "last_checkpoint").write_text("x.pth")\n')
    (tmp_path / 'test.py').write_text(
        'import sys, pathlib\n'
        'out = [a for a in sys.argv if "out_dir" in a][0].split("=")[1]\n'
        'pathlib.Path(out).mkdir()\n'
        'pathlib.Path(out, "metrics.json").write_text(\'{"mAP": 0.25}\')\n')
    monkeypatch.setattr(tool, 'TOOLS', tmp_path)
    monkeypatch.setattr(sys, 'argv', [
        'reproduce.py', 'bad.py', 'good.py', '--seeds', '5', '--jobs', '2',
        '--work-dir',
        str(tmp_path / 'work')
    ])
    with pytest.raises(SystemExit):
        tool.main()
    text = capsys.readouterr().out
    assert '| good | **0.250** ± 0.000' in text
    assert 'bad seed 5: FAILED, see' in text
    log = tmp_path / 'work' / 'bad' / 'seed5' / 'log.txt'
    assert 'broken on purpose' in log.read_text()

    monkeypatch.setattr(sys, 'argv', [*sys.argv[:1], 'good.py', *sys.argv[3:]])
    tool.main()
    assert '1 runs, 1 of them done' in capsys.readouterr().out


def test_best_checkpoint_goes_before_the_last(tmp_path):
    run = done(tmp_path, 'a', 0)
    run.folder.mkdir(parents=True)
    (run.folder / 'last_checkpoint').write_text('epoch_9.pth\n')
    assert run.checkpoint() == Path('epoch_9.pth')
    (run.folder / 'best_mAP_epoch_4.pth').touch()
    assert run.checkpoint().name == 'best_mAP_epoch_4.pth'
