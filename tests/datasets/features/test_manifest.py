import numpy as np
import pytest

from projects_move.datasets.features.manifest import (check_manifest,
                                                      compare_origins,
                                                      holds_features,
                                                      read_manifest,
                                                      write_manifest)


def made_by(pretrained=None, **kwargs):
    """A backbone of two pathways that name their weights."""
    pathway = dict(type='resnet3d', pretrained=pretrained)
    return dict(
        dict(
            backbone=dict(
                type='ResNet3dSlowFast',
                pretrained=pretrained,
                init_cfg=dict(checkpoint=pretrained),
                slow_pathway=pathway),
            weights_sha256='a1'), **kwargs)


def test_another_maker_is_refused(tmp_path):
    write_manifest(tmp_path, dict(backbone='a', versions=dict(torch='1')))
    np.save(tmp_path / 'v.npy', np.ones((2, 2)))
    write_manifest(tmp_path, dict(backbone='a', versions=dict(torch='2')))
    for refuse in check_manifest, write_manifest:
        with pytest.raises(ValueError, match="another backbone: 'a', not 'b'"):
            refuse(tmp_path, dict(backbone='b', versions={}))
    assert read_manifest(tmp_path)['versions'] == dict(torch='1')


def test_without_features_a_manifest_binds_nobody(tmp_path):
    write_manifest(tmp_path, dict(pipeline='0 frames'))
    (tmp_path / '.v.npy').touch()
    assert not holds_features(tmp_path)
    assert not holds_features(tmp_path / 'none')
    check_manifest(tmp_path, dict(pipeline='4 frames'))
    assert read_manifest(tmp_path) == dict(pipeline='0 frames')
    write_manifest(tmp_path, dict(pipeline='4 frames'))
    assert read_manifest(tmp_path) == dict(pipeline='4 frames')


def test_where_weights_lie_is_no_difference(tmp_path):
    write_manifest(tmp_path, made_by('old/r50.pth'))
    np.save(tmp_path / 'v.npy', np.ones((2, 2)))
    check_manifest(tmp_path, made_by('new/r50.pth'))
    origins = [
        dict(made_by(*path), data_preprocessor=None)
        for path in (('old/r50.pth', ), ('new/r50.pth', ), ())
    ]
    for origin in origins:
        compare_origins(origins[0], 'here', origin, 'there')
    with pytest.raises(ValueError, match='another weights_sha256'):
        check_manifest(tmp_path, made_by('old/r50.pth', weights_sha256='b2'))
    deeper = made_by('old/r50.pth')
    deeper['backbone']['slow_pathway']['depth'] = 101
    with pytest.raises(ValueError, match='another backbone'):
        check_manifest(tmp_path, deeper)
