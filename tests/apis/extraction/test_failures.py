"""A video that fails is named, and the others are extracted."""
import errno
import os
from pathlib import Path

import numpy as np
import pytest

from projects_move.apis.extraction import feature_extractor
from projects_move.apis.extraction.feature_extractor import FeatureExtractor
from tests.apis.extraction.videos import PIPELINE, build_recognizer
from tests.hostile_videos import write_video

LONGEST = 251  # bytes of a name, with .npy or .mp4 the limit of 255


@pytest.fixture
def video(tmp_path):
    write_video(tmp_path / 'video.mp4', 9)
    return str(tmp_path / 'video.mp4')


@pytest.fixture
def run(tmp_path, video):
    """Problems of an extraction of one video under several names."""
    out = tmp_path / 'out'
    extractor = FeatureExtractor(
        build_recognizer(), out, manifest=dict(backbone='a'))

    def run(*names):
        infos = [dict(video_id=name, filename=video, start_index=0,
                      modality='RGB') for name in names]  # yapf: disable
        return dict(extractor.run(extractor.missing(infos), PIPELINE))

    return run


def files(folder):
    return {
        os.fsencode(path.relative_to(folder))
        for path in folder.rglob('*') if path.is_file()
    } - {b'manifest.json'}


def test_names(tmp_path, run):
    good = [
        'v0', 'x' * 250, 'y' * LONGEST, 'ü' * 125, 'a', 'a/b', 'a.npy/c',
        'v\udcff', 'd/' * 100 + 'e', ' ', '..a', 'a..b/c'
    ]
    bad = [
        'x' * 252, 'x' * 255, 'x' * 999, 'a/b/' + 'y' * 300, 'd/' * 3000 + 'e',
        '../v', 'a/../../v', '/tmp/v', 'null\0byte'
    ]
    names = [name for pair in zip(good, bad)
             for name in pair] + good[len(bad):]
    names.remove('a.npy/c')  # its folder has the name of the file of a
    found = run(*names, 'a.npy/c')
    assert {name for name in found if found[name]} == {*bad, 'a.npy/c'}
    for name in bad:
        assert ('File name too long' in found[name]
                or 'does not lie below data_prefix' in found[name]
                or 'null' in found[name])
    good.remove('a.npy/c')
    assert files(tmp_path /
                 'out') == {os.fsencode(f'{name}.npy')
                            for name in good}
    assert files(tmp_path) == {b'video.mp4', b'out/manifest.json'} | {
        os.fsencode(f'out/{name}.npy')
        for name in good
    }
    assert set(run(*good, *bad)) == set(bad)  # the others are done


def test_folder_in_the_place_of_a_file(tmp_path, run):
    (tmp_path / 'out' / 'a.npy').mkdir(parents=True)
    found = run('a', 'b')
    assert 'IsADirectoryError' in found['a'] and found['b'] == ''
    assert files(tmp_path / 'out') == {b'b.npy'}


def test_disk_that_is_full_for_a_moment(tmp_path, run, monkeypatch):
    save, calls = np.save, []

    def full_once(file, *args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            file.write(b'half')
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        save(file, *args, **kwargs)

    monkeypatch.setattr(np, 'save', full_once)
    found = run('a', 'b', 'c')
    assert found == {
        'a': '',
        'b': 'OSError: [Errno 28] No space left on device',
        'c': ''
    }
    assert files(tmp_path / 'out') == {b'a.npy', b'c.npy'}
    assert run('a', 'b', 'c') == {'b': ''}


def test_manifest_that_cannot_be_written_at_first(tmp_path, run, monkeypatch):
    write, calls = feature_extractor.write_manifest, []

    def full_once(*args):
        calls.append(1)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(*args)

    monkeypatch.setattr(feature_extractor, 'write_manifest', full_once)
    assert [bool(text) for text in run('a', 'b').values()] == [True, False]
    assert (tmp_path / 'out' / 'manifest.json').is_file()


def test_video_that_the_model_refuses(tmp_path, video):
    """Its other chunks are skipped."""
    model = build_recognizer()
    extract_frames, seen = model.extract_frames, []

    def refuse(inputs):
        seen.append(1)
        if len(seen) == 2:
            raise RuntimeError('out of memory')
        return extract_frames(inputs)

    model.extract_frames = refuse
    extractor = FeatureExtractor(model, tmp_path / 'out', chunk=3)
    infos = [dict(video_id=name, filename=video, start_index=0, modality='RGB')
             for name in ('a', 'b')]  # yapf: disable
    assert dict(extractor.run(infos, PIPELINE)) == {
        'a': 'RuntimeError: out of memory',
        'b': ''
    }
    assert len(seen) == 2 + 3 and Path(tmp_path / 'out' / 'b.npy').exists()
