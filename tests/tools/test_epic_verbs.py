"""Lists of verbs from files in the form of EPIC-KITCHENS-100."""
import subprocess
from functools import partial

import numpy as np
import pytest
from mmaction.registry import DATASETS
from preparation import epic_verbs
from preparation.converted_lists import (PublishedClasses, converted_benchmark,
                                         names_digest)
from preparation.published_list import PublishedList, counts_digest

from tests.config_runs import load
from tests.in_process import run_tool
from tools.data import prepare_epic_verbs

NAMES = ['take', 'put-on', 'wash']
EPIC_HEADER = ('narration_id,participant_id,video_id,narration_timestamp,'
               'start_timestamp,stop_timestamp,start_frame,stop_frame,'
               'narration,verb,verb_class,noun,noun_class,all_nouns\n')
EPIC_ROW = ('{0},P01,P01_11,00:00:00.560,00:00:00.00,00:00:0{2}.89,1,113,'
            '"take plate, cup",take,{1},plate,2,"[\'plate\', \'cup\']"\n')


@pytest.fixture
def epic(tmp_path):
    folder = tmp_path / 'epic'
    folder.mkdir()
    (folder / 'EPIC_100_verb_classes.csv'
     ).write_text('id,key,instances,category\n' +
                  ''.join(f'{i},{name},"[\'{name}\', \'b\']",c\n'
                          for i, name in enumerate(NAMES)))
    rows = [('P01_11_0', 0), ('P01_11_1', 2), ('P01_11_2', 0), ('P01_11_3', 1)]
    (folder / 'EPIC_100_train.csv').write_text(EPIC_HEADER + ''.join(
        EPIC_ROW.format(name, label, i)
        for i, (name, label) in enumerate(rows)))
    (folder /
     'EPIC_100_validation.csv').write_text(EPIC_HEADER +
                                           EPIC_ROW.format('P02_03_9', 1, 5))
    return folder


@pytest.fixture
def epic_verbs_of_three(monkeypatch):
    monkeypatch.setattr(
        epic_verbs, '_CONVERTED',
        converted_benchmark(
            'EPIC', epic_verbs.read_official,
            PublishedClasses(3, names_digest(NAMES)),
            dict(
                train=PublishedList(4, 3, 2, 1, counts_digest([2, 1, 1])),
                val=PublishedList(1, 1, 1, 1))))
    monkeypatch.setattr(epic_verbs, 'BLOBS', {})
    monkeypatch.setattr(
        epic_verbs, 'EPIC_VERBS',
        epic_verbs._CONVERTED._replace(copy_lists=epic_verbs.copy_lists))


def test_epic_verbs(epic, epic_verbs_of_three, tmp_path):
    np.save(tmp_path / 'P02_03_9.npy', np.ones((2, 3)))
    out = tmp_path / 'out'
    text, problem = run_tool(prepare_epic_verbs.main, '--labels', epic,
                             '--out', out, '--features', 'mine', tmp_path)
    assert problem is None
    assert 'mine, val: 1 of 1 files exist' in text
    assert (out / 'labels/train.lst').read_text() == (
        'P01_11_0 0\nP01_11_1 2\nP01_11_2 0\nP01_11_3 1\n')
    segments = (out / 'labels/segments.csv').read_text().splitlines()
    assert segments[0].startswith('narration_id,video_id,start_timestamp')
    assert segments[2] == 'P01_11_1,P01_11,00:00:00.00,00:00:01.89,1,113'
    assert segments[5].startswith('P02_03_9,') and len(segments) == 6
    cfg = load('benchmarks/move_convnext-tiny_adam-100e_epic-verbs-feature.py')
    data = DATASETS.build(
        dict(cfg.train_dataloader.dataset, data_root=str(out), pipeline=[]))
    assert data.class_counts[:3].tolist() == [2, 1, 1]


def test_files_of_the_authors(epic, epic_verbs_of_three, tmp_path,
                              monkeypatch):
    path = epic / 'EPIC_100_train.csv'
    blob = subprocess.check_output(['git', 'hash-object', path], text=True)
    monkeypatch.setattr(epic_verbs, 'BLOBS', dict(train=blob.strip()))
    run = partial(run_tool, prepare_epic_verbs.main, '--labels', epic, '--out',
                  tmp_path / 'out')
    assert run()[1] is None
    path.write_bytes(path.read_bytes().replace(b'\n', b'\r\n'))
    assert run()[1] is None
    path.write_text(path.read_text().replace('P01_11_2', 'P01_11_9'))
    assert (f'{path} is not the file of the authors: expected the git blob '
            f'{blob.strip()}, found ') in run()[1]


@pytest.mark.parametrize('name, change, problem', [
    ('train', ('P01_11_1,', 'P01_11_0,'), 'already'),
    ('train', (',take,2,', ',take,3,'), 'line 3: label 3'),
    ('train', (',take,2,', ',take,,'), 'line 3'),
    ('train', ('verb_class', 'verbs'), 'verb_class'),
    ('train', ('start_frame', 'start'), 'expected the columns start_frame'),
    ('verb_classes', ('\n1,', '\n2,'), "line 3: expected the id 1, got '2'"),
    ('validation', ('P02_03_9', 'P01_11_0'), 'is in train and in val'),
    ('train', (',take,1,', ',take,2,'), 'expected 3 classes'),
])
def test_faulty_epic_files(epic, epic_verbs_of_three, tmp_path, name, change,
                           problem):
    path = epic / f'EPIC_100_{name}.csv'
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(*change))
    found = run_tool(prepare_epic_verbs.main, '--labels', epic, '--out',
                     tmp_path / 'out')[1]
    assert found.startswith('error: ') and problem in found
    assert not (tmp_path / 'out').exists()


def test_shipped_figures_of_epic(epic, tmp_path, monkeypatch):
    run = partial(run_tool, prepare_epic_verbs.main, '--labels', epic, '--out',
                  tmp_path)
    assert 'EPIC_100_train.csv is not the file of the authors' in run()[1]
    monkeypatch.setattr(epic_verbs, 'BLOBS', {})
    assert 'verbs: expected 97 classes, found 3' in run()[1]
    (epic / 'EPIC_100_verb_classes.csv').unlink()
    assert 'EPIC_100_verb_classes.csv does not exist' in run()[1]
