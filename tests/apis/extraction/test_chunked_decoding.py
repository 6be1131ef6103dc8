import pytest
import torch

import tests.apis.extraction.crash  # noqa: F401  registers Crash
from projects_move.apis.extraction.chunked_decoding import ChunkedVideos
from tests.apis.extraction.videos import (PIPELINE, build_worker, data_infos,
                                          run_worker, videos_of)


def test_long_videos_are_decoded_in_chunks(folder):
    videos = videos_of(data_infos(folder, 'v0', 'v1', 'text', 'v2'))
    chunks = list(ChunkedVideos(videos, PIPELINE, chunk_size=3))
    assert [
        (chunk.name, chunk.is_last, bool(chunk.problem)) for chunk in chunks
    ] == [('v0', False, False), ('v0', False, False), ('v0', True, False),
          ('v1', False, False), ('v1', False, False), ('v1', True, False),
          ('text', True, True), ('v2', False, False), ('v2', False, False),
          ('v2', True, False)]
    assert [len(chunk.packed['inputs']) for chunk in chunks[:3]] == [3, 3, 1]
    with pytest.raises(ValueError, match='expected one decoder'):
        ChunkedVideos(videos, PIPELINE[:2], 3)


@pytest.mark.parametrize('num_frames, prefetch', [(1, 128), (16, 8), (60, 2),
                                                  (150, 2), (None, 2)])
def test_two_batches_are_decoded_in_advance(folder, num_frames, prefetch):
    sampler = dict(PIPELINE[1], num_frames=num_frames)
    pipeline = [PIPELINE[0], sampler, *PIPELINE[2:]]
    if num_frames is None:
        pipeline[1] = dict(type='SampleVideoFrames', mode='all')
    videos = videos_of(data_infos(folder, 'v0'))
    assert ChunkedVideos(videos, pipeline, 64).prefetch == prefetch


def run(folder, num_workers, *names, tries=2, **crash):
    """Names and problems of an extraction, in their order."""
    steps = [dict(type='Crash', **crash)] if crash else []
    worker = build_worker(
        folder / 'out',
        pipeline=[PIPELINE[0], *steps, *PIPELINE[1:]],
        num_workers=num_workers,
        batch_size=3,
        tries=tries)
    return run_worker(worker, data_infos(folder, *names))


def test_video_that_crashes_its_decoder_fails_alone(folder):
    problems = run(folder, 2, name='v1')
    assert len(problems) == 5
    assert {name for name in problems if not problems[name]} == {'v0', 'v2'}
    assert 'v1.mp4: decoder crashed: RuntimeError: DataLoader worker' in \
        problems['v1']
    assert problems['absent'] == f'no video file {folder}/absent.mp4'
    assert {path.name
            for path in (folder / 'out').glob('*.npy')
            } == {'v0.npy', 'v2.npy'}


def test_crash_that_does_not_repeat_costs_nothing(folder):
    marker = folder / 'crashed'
    problems = run(folder, 1, name='v1', marker=str(marker))
    assert marker.exists()
    assert {name
            for name in problems if not problems[name]} == {'v0', 'v1', 'v2'}


def test_crash_while_a_chunk_is_requested(folder, monkeypatch):
    """The connection ends before PyTorch sees that the process has ended."""
    loader = torch.utils.data.dataloader._MultiProcessingDataLoaderIter
    get, errors = loader._try_get_data, [EOFError(), ConnectionResetError()]

    def fail(self, *args, **kwargs):
        if errors:
            raise errors.pop()
        return get(self, *args, **kwargs)

    monkeypatch.setattr(loader, '_try_get_data', fail)
    problems = run(folder, 1, 'v0', 'v1', 'v2')
    assert list(problems.values()).count('') == 2 and len(problems) == 3
    assert 'v0.mp4: decoder crashed: EOFError' in problems['v0']
