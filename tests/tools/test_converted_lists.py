"""Lists of benchmarks, converted from files in the form of their authors."""
import json
from functools import partial

import pytest
from mmaction.registry import DATASETS
from preparation import gen2balance, ssv2_lt
from preparation.converted_lists import (PublishedClasses, converted_benchmark,
                                         names_digest)
from preparation.published_list import PublishedList, counts_digest

from projects_move.datasets.lists.annotations import Annotations, fingerprint
from tests.config_runs import load
from tests.in_process import run_tool
from tools.data import prepare_k100_lt, prepare_ssv2_lt, prepare_ucf_lt

CONFIG = 'benchmarks/move_convnext-tiny_adam-100e_{}-feature.py'
NAMES = ['Archery', 'playing tennis', 'put-on']
# video, class of Gen2Balance's training list
TRAIN = [('v_a_g01_c01', 0), ('-bwYZwnwb8E', 1), ('v_b', 0), ('7', 2)]
TRAIN_FIGURES = (4, 3, 2, 1)  # videos, classes, largest, smallest
COUNTS = (2, 1, 1)


def training_data(name, out):
    """Training set of the shipped config, without a step that reads files."""
    cfg = dict(load(CONFIG.format(name)).train_dataloader.dataset)
    return DATASETS.build(dict(cfg, data_root=str(out), pipeline=[]))


@pytest.fixture
def gen2bal(tmp_path):
    folder = tmp_path / 'annotations'
    for part in ('real', 'misc'):
        (folder / part).mkdir(parents=True)
    (folder / 'misc/label_id_to_label.json').write_text(
        json.dumps({
            str(i): name
            for i, name in enumerate(NAMES)
        }))
    write_real(folder, TRAIN)
    return folder


def write_real(folder, train):
    (folder / 'real/train.csv').write_text(''.join(
        f'UCF/videos_mp4/{name}.mp4 {label}\n' for name, label in train))
    (folder / 'real/test.csv').write_text('UCF/videos_mp4/v_t.mp4 2\n')


@pytest.fixture
def ucf_lt(monkeypatch):
    """Function that gives UCF-LT the figures of the small list."""
    digest = fingerprint(
        Annotations([name for name, _ in TRAIN],
                    [[label] for _, label in TRAIN], []))
    monkeypatch.setattr(
        gen2balance, 'UCF_LT',
        converted_benchmark(
            'UCF-LT', gen2balance.read_official,
            PublishedClasses(3, names_digest(NAMES)),
            dict(
                train=PublishedList(*TRAIN_FIGURES, counts_digest(COUNTS),
                                    digest),
                test=PublishedList(1, 1, 1, 1))))


def test_ucf_lt(gen2bal, ucf_lt, tmp_path):
    raw = tmp_path / 'UCF-101' / 'Archery'
    raw.mkdir(parents=True)
    (raw / 'v_a_g01_c01.avi').write_bytes(b'not decoded')
    out = tmp_path / 'out'
    run = partial(run_tool, prepare_ucf_lt.main, '--out', out)
    text, problem = run('--labels', gen2bal, '--videos', tmp_path / 'UCF-101')
    assert problem is None
    assert 'train: 4 videos, the official list' in text
    assert 'test: 1 videos, the published number of videos' in text
    assert 'videos, train: 1 of 4 files exist' in text
    assert (out / 'videos/v_a_g01_c01.mp4').resolve().suffix == '.avi'
    assert (out / 'labels/train.lst').read_text() == (
        'v_a_g01_c01 0\n-bwYZwnwb8E 1\nv_b 0\n7 2\n')
    assert (out / 'labels/classes.txt').read_text().split('\n')[:3] == NAMES
    assert (out / 'missing/videos_train.lst').read_text() == 'v_a_g01_c01 0\n'

    data = training_data('ucf-lt', out)
    assert data.class_counts[:3].tolist() == list(COUNTS)
    assert data.get_data_info(3)['feature_path'] == str(out / 'features/7.npy')

    # a list that was changed later is refused, too
    (out / 'labels/train.lst').write_text('v_a_g01_c01 0\n')
    assert 'expected 4 videos, found 1' in run()[1]


@pytest.mark.parametrize('train, problem', [
    (TRAIN[1:], 'expected 4 videos, found 3; expected 2 videos of the largest '
     'class, found 1'),
    (TRAIN[:3] + [('7', 1)], 'expected 3 classes with a video, found 2'),
    ([(name, (label + 1) % 3)
      for name, label in TRAIN], 'the number of videos of each class differs'),
    ([('other', 0), *TRAIN[1:]], 'the names of videos, their labels or their'),
    (TRAIN[::-1], 'the names of videos, their labels or their order'),
    (TRAIN[:3] + [('v_t', 2)], 'the names of videos'),
    (TRAIN[:3] + [('../v_b', 0)], "line 4: video 'v_b' is already in line 3"),
    (TRAIN[:3] + [('v_c', 3)], 'line 4: label 3'),
])
def test_another_list_is_refused(gen2bal, ucf_lt, tmp_path, train, problem):
    write_real(gen2bal, train)
    found = run_tool(prepare_ucf_lt.main, '--labels', gen2bal, '--out',
                     tmp_path / 'out')[1]
    assert found.startswith('error: ') and problem in found
    assert not (tmp_path / 'out').exists()


def test_other_classes_are_refused(gen2bal, ucf_lt, tmp_path):
    path = gen2bal / 'misc/label_id_to_label.json'
    path.write_text(path.read_text().replace('Archery', 'Bowling'))
    assert 'UCF-LT: the names of the classes' in run_tool(
        prepare_ucf_lt.main, '--labels', gen2bal, '--out', tmp_path)[1]


@pytest.mark.parametrize('tool, number', [(prepare_ucf_lt, 101),
                                          (prepare_k100_lt, 100)])
def test_shipped_figures_refuse_a_small_list(gen2bal, tmp_path, tool, number):
    assert run_tool(
        tool.main, '--labels', gen2bal, '--out',
        tmp_path)[1].endswith(f'-LT: expected {number} classes, found 3')


TEMPLATES = ['Putting [something] on [a table]', 'Bending [something]', 'Hum']
SSV2_NAMES = ['Putting something on a table', 'Bending something', 'Hum']


@pytest.fixture
def ssv2(tmp_path):
    """Function that writes the lists and gives the arguments."""

    def write(**lists):
        (tmp_path / 'labels.json').write_text(
            json.dumps({
                name: str(i)
                for i, name in enumerate(SSV2_NAMES)
            }))
        arguments = ['--classes', tmp_path / 'labels.json']
        for split, videos in lists.items():
            path = tmp_path / f'{split}.json'
            path.write_text(
                json.dumps([
                    dict(id=name, label='x', template=TEMPLATES[label])
                    for name, label in videos
                ]))
            arguments += [f'--{split}', path]
        return arguments

    return write


SSV2 = dict(
    train=[('78687', 2), ('1', 0), ('2', 2), ('3', 1)],
    val=[('4', 0)],
    test=[('5', 1), ('6', 2)])


def test_ssv2_lt(ssv2, tmp_path, monkeypatch):
    monkeypatch.setattr(
        ssv2_lt, 'SSV2_LT',
        converted_benchmark(
            'SSv2-LT', ssv2_lt.read_official, PublishedClasses(3),
            dict(
                train=PublishedList(*TRAIN_FIGURES, counts_digest([1, 1, 2])),
                val=None,
                test=None)))
    out = tmp_path / 'out'
    run = partial(run_tool, prepare_ssv2_lt.main, '--out', out)
    text, problem = run(*ssv2(**SSV2))
    assert problem is None
    assert 'train: 4 videos, the published number of videos of each' in text
    assert 'test: 2 videos, not compared, its figures are not' in text
    assert (out / 'labels/train.lst').read_text() == '78687 2\n1 0\n2 2\n3 1\n'
    assert (out /
            'labels/classes.txt').read_text().split('\n')[0] == SSV2_NAMES[0]
    data = training_data('ssv2-lt', out)
    assert data.class_counts[:3].tolist() == [1, 1, 2]

    problem = run(*ssv2(**dict(SSV2, test=[('5', 1), ('78687', 2)])))[1]
    assert "video '78687' is in train and in test (entry 2)" in problem
    assert "expected all files, --val, --test not given" in run(*ssv2(
        train=SSV2['train']))[0]


def test_shipped_figures_of_ssv2_lt(ssv2, tmp_path):
    assert run_tool(prepare_ssv2_lt.main, '--out', tmp_path, *ssv2(
        **SSV2))[1] == 'error: SSv2-LT: expected 174 classes, found 3'
