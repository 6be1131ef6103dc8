"""A fuzz of each reader, and the inputs that were once read wrongly."""
import json
from pathlib import Path

import pytest

from .outcomes import BAD, GOOD
from .runner import run_cases
from .targets import TARGETS

CASES = 400  # of each target
CORPUS = sorted(
    path for path in (Path(__file__).parent / 'corpus').glob('*/*')
    if path.is_dir())


@pytest.mark.parametrize('name', sorted(TARGETS))
def test_every_case_is_read_rightly_or_refused(name):
    outcomes = dict(run_cases(TARGETS[name], range(CASES)))
    assert len(outcomes) == CASES
    bad = {
        seed: outcome
        for seed, outcome in outcomes.items() if outcome.kind in BAD
    }
    assert not bad
    assert {outcome.kind for outcome in outcomes.values()} == set(GOOD)


@pytest.mark.parametrize(
    'folder',
    CORPUS,
    ids=[f'{path.parent.name}/{path.name}' for path in CORPUS])
def test_corpus(folder):
    outcome = TARGETS[folder.parent.name].check(folder)
    assert outcome.kind in GOOD, outcome


@pytest.mark.parametrize('file, page', [
    ('results.json', 'faulty_inputs.md'),
    ('pickle_results.json', 'trust.md'),
])
def test_docs_have_the_kept_run(file, page):
    kept = json.loads((Path(__file__).parent / file).read_text())
    text = (Path(__file__).parents[2] / 'docs' / page).read_text()
    for name, row in kept['targets'].items():
        cells = [f'`{name}`'] + [f'{row[kind]:,}' for kind in GOOD]
        cells.append(str(sum(row[kind] for kind in BAD)))
        assert f'| {" | ".join(cells)} |' in text
    assert kept['commit'] in text and kept['command'] in text
