"""Provenance of features that several processes write."""
import json

import pytest

from projects_move.datasets.features.manifest import read_manifest
from projects_move.datasets.features.packed_store import PackedStore
from projects_move.errors import InputError
from tests.apis.extraction.videos import (PIPELINE, build_worker, data_infos,
                                          run_worker, videos_of, write_videos)


def test_processes_with_other_settings_do_not_share_a_store(tmp_path):
    """Both begin before the other has committed its first videos."""
    write_videos(tmp_path)
    sampler = dict(type='SampleVideoFrames', num_frames=5)
    first = build_worker(tmp_path / 'out', packed=True)
    second = build_worker(
        tmp_path / 'out',
        pipeline=[PIPELINE[0], sampler, *PIPELINE[2:]],
        packed=True)
    steps = first.extract(videos_of(data_infos(tmp_path, 'v0')))
    assert list(steps) == [('v0', '')]
    second.output.prefix = '1-'
    assert run_worker(second, data_infos(tmp_path, 'v1')) == {'v1': ''}
    with pytest.raises(InputError, match='with another pipeline'):
        first.output.commit()
    assert list(PackedStore(tmp_path / 'out').names()) == ['v1']
    manifest = read_manifest(tmp_path / 'out')
    assert manifest['pipeline'] == second.manifest['pipeline']


def test_older_manifest_is_continued(folder):
    """Of before the entries precision, preprocessing and videos."""
    infos = data_infos(folder, 'v0', 'v1')
    run_worker(build_worker(folder / 'out'), infos[:1])
    path = folder / 'out' / 'manifest.json'
    manifest = json.loads(path.read_text())
    for key in ('precision', 'preprocessing', 'videos'):
        del manifest[key]
    path.write_text(json.dumps(manifest))
    assert run_worker(build_worker(folder / 'out'), infos[1:]) == {'v1': ''}
    with pytest.raises(ValueError, match='another precision'):
        build_worker(folder / 'out', precision='bfloat16')
