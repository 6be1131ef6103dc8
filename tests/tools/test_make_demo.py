import csv
import json
from collections import Counter

import cv2
import numpy as np
import pytest

from projects_move.datasets.videos.video_reader import VideoReader
from tests.in_process import run_tool
from tools.data import make_demo
from tools.data.demo.files import is_complete
from tools.data.demo.label_sets import class_sizes, draw_label_sets

TINY = ('--head=6', '--tail=2', '--eval=1', '--size=64', '--frames', '16',
        '21', '--fps=10', '--num-workers=1')


def run(out, *args):
    return run_tool(make_demo.main, f'--out={out}', *TINY, *args)


def read_list(path):
    return {
        name: [int(label) for label in labels.split(',')]
        for name, labels in (line.split()
                             for line in path.read_text().splitlines())
    }


def decode(path):
    capture = cv2.VideoCapture(str(path))
    frames = []
    while True:
        ok, frame = capture.read()
        if not ok:
            return np.array(frames)
        frames.append(frame)


@pytest.fixture(scope='module')
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp('demo')
    assert run(out)[1] is None
    return out


def test_lists_name_exactly_the_videos(demo):
    names = [
        name for split in ('train', 'val', 'test')
        for name in read_list(demo / f'{split}.lst')
    ]
    assert len(names) == len(set(names))
    assert {path.name
            for path in (demo / 'videos').iterdir()
            } == {f'{name}.mp4'
                  for name in names}


def test_class_sizes_are_as_documented(demo):
    classes = (demo / 'classes.txt').read_text().splitlines()
    assert len(classes) == len(set(classes)) == 15

    def sizes(split):
        labels = read_list(demo / f'{split}.lst').values()
        return Counter(label for clip in labels for label in clip)

    expected = [round(6 * (2 / 6)**(rank / 14)) for rank in range(15)]
    assert sorted(sizes('train').values(), reverse=True) == expected
    assert sizes('val') == sizes('test') == {k: 1 for k in range(15)}


def test_default_sizes_fall_from_80_to_4():
    counts = class_sizes(15, 80, 4, np.random.default_rng(3))
    assert sorted(counts)[::-1] == [
        80, 65, 52, 42, 34, 27, 22, 18, 14, 12, 9, 8, 6, 5, 4
    ]
    other = class_sizes(15, 80, 4, np.random.default_rng(4))
    assert counts.tolist() != other.tolist()  # random ranks


def test_one_clip_in_ten_has_two_different_labels():
    counts = np.array([30, 11, 3])
    sets = draw_label_sets(counts, 0.1, np.random.default_rng(0))
    pairs = [labels for labels in sets if len(labels) == 2]
    assert len(sets) == 40 and len(pairs) == 4
    assert all(first != second for first, second in pairs)
    used = Counter(label for labels in sets for label in labels)
    assert [used[k] for k in range(3)] == [30, 11, 3]


def test_no_pairs_of_a_single_class():
    sets = draw_label_sets(np.array([9, 1]), 1.0, np.random.default_rng(0))
    assert sorted(map(sorted, sets)) == [[0]] * 8 + [[0, 1]]


def test_actions_fill_a_part_of_each_clip(demo):
    parts = {}
    with (demo / 'actions.csv').open() as file:
        for row in csv.DictReader(file):
            parts.setdefault(row['name'], []).append(
                [int(row[key]) for key in ('label', 'start', 'stop')])
    labels = {}
    for split in ('train', 'val', 'test'):
        labels.update(read_list(demo / f'{split}.lst'))
    assert any(len(clip) == 2 for clip in labels.values())
    assert parts.keys() == labels.keys()
    for name, rows in parts.items():
        assert [row[0] for row in rows] == labels[name]
        length = len(decode(demo / 'videos' / f'{name}.mp4'))
        assert 16 <= length <= 21
        stops = [0] + [row[2] for row in rows]
        assert all(before <= row[1] < row[2] <= length
                   for before, row in zip(stops, rows))
        filled = sum(row[2] - row[1] for row in rows)
        assert 0.2 < filled / length < 0.6


def test_readers_agree_on_the_frames(demo):
    path = demo / 'videos' / 'train_0001.mp4'
    frames = decode(path)
    assert frames.shape[1:] == (64, 64, 3)
    assert frames.std() > 10 and np.abs(np.diff(frames, axis=0)).mean() > 0.5
    video = VideoReader(str(path))
    other = np.array(video.read(range(len(video))))[..., ::-1]
    assert len(video) == len(frames) and video.rate == 10
    assert np.abs(other.astype(int) - frames).mean() < 3


def test_set_depends_on_the_seed_and_not_on_the_number_of_workers(
        demo, tmp_path):
    assert run(tmp_path / 'same', '--num-workers=2')[1] is None
    assert run(tmp_path / 'other', '--seed=1')[1] is None
    ours = sorted(p for p in demo.rglob('*') if p.is_file())
    for path in ours:
        twin = tmp_path / 'same' / path.relative_to(demo)
        assert twin.read_bytes() == path.read_bytes(), path
    for name in ('train.lst', 'videos/val_0000.mp4'):
        assert (demo / name).read_bytes() != (tmp_path / 'other' /
                                              name).read_bytes()


def test_second_run_renders_missing_and_damaged_clips(demo):
    videos = demo / 'videos'
    missing, short, empty, intact = (
        videos / f'train_000{k}.mp4' for k in range(4))
    before = {path: path.read_bytes() for path in videos.iterdir()}
    mtime = intact.stat().st_mtime_ns
    missing.unlink()
    short.write_bytes(before[short][:-100])
    empty.write_bytes(b'')
    (videos / '.train_0000.part.mp4').write_bytes(b'half written')
    text, problem = run(demo)
    assert problem is None
    assert f'{len(before) - 3} of them exist already' in text
    assert {path: path.read_bytes() for path in videos.iterdir()} == before
    assert intact.stat().st_mtime_ns == mtime


@pytest.mark.parametrize('cut', [1, 9, 100, 2000])
def test_truncated_file_is_not_complete(demo, tmp_path, cut):
    content = (demo / 'videos' / 'val_0000.mp4').read_bytes()
    path = tmp_path / 'clip.mp4'
    path.write_bytes(content)
    assert is_complete(path)
    path.write_bytes(content[:-cut])
    assert not is_complete(path)
    assert not is_complete(tmp_path / 'nothing.mp4')


def test_folder_with_other_settings_is_refused(demo):
    path = demo / 'demo.json'
    assert json.loads(path.read_text())['seed'] == 0
    before = path.read_bytes()
    assert 'seed 0 in the file, 5 in this call' in run(demo, '--seed=5')[1]
    assert path.read_bytes() == before


@pytest.mark.parametrize('wrong, reason', [
    (('--tail=7', ), '--head >= --tail'),
    (('--frames', '30', '20'), 'minimum <= maximum'),
    (('--size=49', ), 'even --size'),
    (('--two-label-share=1.5', ), '--two-label-share between 0 and 1'),
])
def test_wrong_settings_are_refused(tmp_path, wrong, reason):
    text, problem = run(tmp_path / 'demo', *wrong)
    assert problem == '2' and reason in text
    assert not (tmp_path / 'demo').exists()
