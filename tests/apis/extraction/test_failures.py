"""A video that fails is named, and the others are extracted."""
import errno
import os
import time

import numpy as np
import pytest
import torch

import tests.apis.extraction.crash  # noqa: F401  registers Crash
from projects_move.apis.extraction import worker as worker_module
from projects_move.apis.extraction.chunked_decoding import ChunkedVideos
from projects_move.datasets.features.packed_store import PackedStore
from tests.apis.extraction.videos import (PIPELINE, build_worker, run_worker,
                                          videos_of)
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
    worker = build_worker(out)

    def run(*names):
        missing = worker.output.missing(videos_of(infos(video, names)))
        return dict(worker.run(missing))

    return run


def infos(video, names):
    return [
        dict(video_id=name, filename=video, start_index=0, modality='RGB')
        for name in names
    ]


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
        'b': 'OSError: [Errno 28] No space left on device: '
        f"'{tmp_path / 'out' / 'b.npy'}'",
        'c': ''
    }
    assert files(tmp_path / 'out') == {b'a.npy', b'c.npy'}
    assert run('a', 'b', 'c') == {'b': ''}


def test_manifest_that_cannot_be_written_at_first(tmp_path, run, monkeypatch):
    write, calls = worker_module.write_manifest, []

    def full_once(*args):
        calls.append(1)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(*args)

    monkeypatch.setattr(worker_module, 'write_manifest', full_once)
    assert [bool(text) for text in run('a', 'b').values()] == [True, False]
    assert (tmp_path / 'out' / 'manifest.json').is_file()


@pytest.mark.parametrize('batch_size', [3, 9, 64])
def test_video_that_the_model_refuses(tmp_path, batch_size):
    """The other videos of its batch are extracted, also of another size."""
    write_video(tmp_path / 'a.mp4', 9)
    write_video(tmp_path / 'b.mp4', 12)
    write_video(tmp_path / 'c.mp4', 15)
    write_video(tmp_path / 'd.mp4', 15, height=96)
    listed = [
        info for name in 'abcd'
        for info in infos(str(tmp_path / f'{name}.mp4'), name)
    ]
    worker = build_worker(tmp_path / 'out', batch_size=batch_size)
    model = worker.embedder.model
    chunk, = ChunkedVideos(videos_of(listed[1:2]), PIPELINE, 7)
    refused, = model.data_preprocessor(
        dict(
            inputs=[chunk.packed['inputs'][4:5]],
            data_samples=[chunk.packed['data_samples']]))['inputs'][0]
    extract_frames = model.extract_frames

    def refuse(inputs):
        if inputs.shape[-1] == refused.shape[-1] and any(
                torch.equal(image, refused) for image in inputs[0]):
            raise RuntimeError('out of memory')
        return extract_frames(inputs)

    model.extract_frames = refuse
    assert run_worker(worker, listed) == {
        'a': '',
        'b': 'RuntimeError: out of memory',
        'c': '',
        'd': ''
    }
    assert files(tmp_path / 'out') == {b'a.npy', b'c.npy', b'd.npy'}


def test_videos_in_hand_at_a_crash_are_written_once(tmp_path, video):
    """Their writing is slower than the crash of the next video."""
    steps = [PIPELINE[0], dict(type='Crash', name='e'), *PIPELINE[1:]]
    worker = build_worker(
        tmp_path / 'out',
        pipeline=steps,
        packed=True,
        batch_size=7,
        num_workers=1)
    write, written = worker.output.write, []

    def write_slowly(name, features):
        time.sleep(.5)
        written.append(name)
        write(name, features)

    worker.output.write = write_slowly
    problems = run_worker(worker, infos(video, 'abcdef'))
    assert {name for name, problem in problems.items() if problem} == {'e'}
    assert sorted(written) == list('abcdf')
    assert list(PackedStore(tmp_path / 'out').names()) == list('abcdf')
