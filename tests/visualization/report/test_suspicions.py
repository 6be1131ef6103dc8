"""Each planted fault gives its sentence; sound runs give none."""
import json

import numpy as np
import pytest

from projects_move.visualization.report.report import _summaries
from projects_move.visualization.report.run_folders import find_methods
from projects_move.visualization.report.run_record import read_methods
from projects_move.visualization.report.suspicions import suspicions
from tests.visualization.report.tiny_runs import (COUNTS, draw, write_methods,
                                                  write_results, write_run)


def found(*folders):
    problems = []
    records = read_methods(find_methods(list(map(str, folders))), problems)
    assert not problems
    return suspicions(records, _summaries(records, problems))


def about(word, *folders):
    """The sentences with a word."""
    return [text for text in found(*folders) if word in text]


def test_sound_runs(tmp_path):
    write_methods(tmp_path, strengths=dict(a=8., b=9.))
    assert found(tmp_path) == []


def test_classes_without_videos(tmp_path):
    write_run(tmp_path / 'a', counts=(40, 20, 9, 4, 2, 0))
    text, = about('no training video', tmp_path / 'a')
    assert text == '1 class with no training video: nod.'
    scores, target = draw(0)
    kept = target[:, 2] == 0
    kept[[2, 8]] = True
    write_results(tmp_path / 'b', scores[kept], target[kept])
    text, = about('fewer than 5 test', tmp_path / 'b')
    assert text.endswith('of its class a lot: sit.')
    kept[[2, 8]] = False
    write_results(tmp_path / 'c', scores[kept], target[kept])
    text, = about('no test video', tmp_path / 'c')
    assert text.endswith('so no result: sit.')


def test_a_class_that_is_never_predicted(tmp_path):
    for seed in range(2):
        scores, target = draw(seed)
        scores[:, 4] /= 1000
        if seed:
            scores[0, 1] = 1  # of a seed only
        write_results(tmp_path / f'm/seed{seed}' / 'test', scores, target)
    text, = about('never predicts', tmp_path / 'm')
    assert text == 'm never predicts 1 class, with any seed: wave.'
    (tmp_path / 'm/seed1/test/scores.npz').unlink()
    text, = about('never predicts', tmp_path / 'm')
    assert ', in the 1 of 2 runs that have scores: ' in text


@pytest.mark.parametrize('factor, word', [(8, 'too high'), (.1, 'too low')])
def test_scores_off_calibration(tmp_path, factor, word):
    scores, target = draw(0, 1.5)
    logits = scores.log() * factor
    write_results(tmp_path / 'a', logits.softmax(1), target)
    text, = about('calibration error', tmp_path / 'a')
    assert word in text


@pytest.mark.parametrize('power, word', [(.3, 'high'), (9, 'low')])
def test_several_labels_off_calibration(tmp_path, power, word):
    scores, target = draw(0, 3., several=True)
    scores = scores**power
    write_results(tmp_path / 'a/test', scores, target)
    text, = about('calibration error', tmp_path / 'a')
    gap = abs(float(scores.mean() - target.mean()))
    assert text.endswith(
        f'its scores are too {word}, by {gap:.3f} on average.')


def test_calibration_without_the_scores(tmp_path):
    scores, target = draw(0, 1.5)
    write_results(
        tmp_path / 'a/test', (scores.log() * 8).softmax(1),
        target,
        keep_scores=False)
    text, = about('calibration error', tmp_path / 'a')
    assert text.count(';') == 0 and 'probabilities' not in text


def test_a_seed_whose_file_has_no_numbers_of_test_videos(tmp_path):
    write_methods(tmp_path, strengths=dict(a=8.))
    path = tmp_path / 'a/seed1/test/per_class.csv'
    rows = [line.split(',') for line in path.read_text().splitlines()]
    column = rows[0].index('test_videos')
    path.write_text('\n'.join(','.join(row[:column] + row[column + 1:])
                              for row in rows))
    assert about('same videos', tmp_path)


def test_scores_that_are_not_finite(tmp_path):
    write_run(tmp_path / 'a')
    path = tmp_path / 'a/test/scores.npz'
    arrays = dict(np.load(path))
    arrays['scores'][7, 2] = np.nan
    np.savez(path, **arrays)
    text, = about('NaN', tmp_path / 'a')
    assert text.startswith('a: 1 videos')


def test_other_test_videos(tmp_path):
    write_run(tmp_path / 'a')
    scores, target = draw(0, videos=72)
    write_results(tmp_path / 'b/test', scores, target)
    text, = about('same videos', tmp_path / 'a', tmp_path / 'b')
    assert 'cannot be compared: b against' in text or ': a against' in text
    write_results(tmp_path / 'c/val', *draw(0))
    assert about('last validation', tmp_path / 'a', tmp_path / 'c')
    assert about('same videos', tmp_path / 'a', tmp_path / 'c')


def loader(name, **extra):
    return dict(dataset=dict(ann_file=name, data_root='d', **extra))


def test_lists_that_flatter(tmp_path):
    train, test = loader('train.lst'), loader('test.lst')
    best = dict(checkpoint=dict(save_best='long_tail/mAP'))
    configs = dict(
        sound=dict(
            train_dataloader=train,
            val_dataloader=loader('val.lst'),
            test_dataloader=test,
            default_hooks=best),
        overfit=dict(train_dataloader=train, test_dataloader=train),
        splits=dict(
            train_dataloader=dict(dataset=dict(split='train')),
            test_dataloader=dict(dataset=dict(split='test'))),
        held_out=dict(
            train_dataloader=loader('t.lst', subset='train'),
            test_dataloader=loader('t.lst', subset='held_out')),
        chosen=dict(
            val_dataloader=test, test_dataloader=test, default_hooks=best),
        last=dict(
            val_dataloader=test,
            test_dataloader=test,
            default_hooks=dict(checkpoint=dict(save_best=None))))
    for name, config in configs.items():
        write_run(tmp_path / name, config=config)
    assert about('training list',
                 tmp_path) == ['The test list is the training list: overfit.']
    text, = about('was chosen', tmp_path)
    assert text.endswith(': chosen.')


def test_seeds(tmp_path):
    write_methods(tmp_path, strengths=dict(a=8., b=9.))
    write_run(tmp_path / 'b/seed3', 3, 0.)
    (tmp_path / 'b/seed4').mkdir()
    assert about('same seeds', tmp_path) == [
        'The methods do not have the same seeds (3 to 4 runs); a test uses '
        'those that two methods have in common.'
    ]
    assert about('not finished', tmp_path) == ['b: not finished: seed4.']
    text, = about('half of the median', tmp_path)
    assert text.startswith('b: seed 3 has an mAP of ')
    write_run(tmp_path / 'a/seed3', 2, 8.)
    text, = about('exactly the same metrics', tmp_path)
    assert text.startswith('a: 2 seeds')


def test_origin(tmp_path):
    write_methods(tmp_path, strengths=dict(a=8., b=9.))
    path = tmp_path / 'b/seed1/provenance.json'
    origin = json.loads(path.read_text())
    origin.update(commit='def-dirty')
    origin['versions']['torch'] = '2.0'
    path.write_text(json.dumps(origin))
    assert len(found(tmp_path)) == 3
    assert about('abc1234, def-dirty', tmp_path)
    assert about('uncommitted', tmp_path) and about('versions', tmp_path)


def test_several_labels(tmp_path):
    scores, target = draw(0, 6., several=True)
    write_results(tmp_path / 'a', scores, target)
    assert about('never predicts', tmp_path / 'a') == []
    scores[:, 3] = 0
    write_results(tmp_path / 'b', scores, target)
    text, = about('never predicts', tmp_path / 'b')
    assert text.endswith(': clap.')
    assert len(COUNTS) == 6
