import numpy as np
import pytest

from projects_move.datasets.features.manifest import (check_manifest,
                                                      find_provenance,
                                                      holds_features,
                                                      read_manifest,
                                                      require_same_provenance,
                                                      write_manifest)


def made_by(pretrained=None, **kwargs):
    """A backbone of two pathways that name their weights."""
    pathway = dict(type='resnet3d', pretrained=pretrained)
    backbone = dict(
        type='ResNet3dSlowFast',
        pretrained=pretrained,
        init_cfg=dict(checkpoint=pretrained),
        slow_pathway=pathway)
    return dict(dict(backbone=backbone, weights_sha256='a1'), **kwargs)


def test_another_backbone_is_refused(tmp_path):
    write_manifest(tmp_path, dict(backbone='a', versions=dict(torch='1')))
    np.save(tmp_path / 'v.npy', np.ones((2, 2)))
    write_manifest(tmp_path, dict(backbone='a', versions=dict(torch='2')))
    for refuse in check_manifest, write_manifest:
        with pytest.raises(ValueError, match="another backbone: 'a', not 'b'"):
            refuse(tmp_path, dict(backbone='b', versions={}))
    assert read_manifest(tmp_path)['versions'] == dict(torch='1')


def test_manifest_without_features_is_replaced(tmp_path):
    write_manifest(tmp_path, dict(pipeline='0 frames'))
    (tmp_path / '.v.npy').touch()
    assert not holds_features(tmp_path)
    assert not holds_features(tmp_path / 'none')
    check_manifest(tmp_path, dict(pipeline='4 frames'))
    assert read_manifest(tmp_path) == dict(pipeline='0 frames')
    write_manifest(tmp_path, dict(pipeline='4 frames'))
    assert read_manifest(tmp_path) == dict(pipeline='4 frames')


def test_path_of_the_weights_is_no_difference(tmp_path):
    write_manifest(tmp_path, made_by('old/r50.pth'))
    np.save(tmp_path / 'v.npy', np.ones((2, 2)))
    check_manifest(tmp_path, made_by('new/r50.pth'))
    first = made_by('old/r50.pth', data_preprocessor=None)
    for path in 'old/r50.pth', 'new/r50.pth', None:
        other = made_by(path, data_preprocessor=None)
        require_same_provenance(first, 'here', other, 'there')
    with pytest.raises(ValueError, match='another weights_sha256'):
        check_manifest(tmp_path, made_by('old/r50.pth', weights_sha256='b2'))
    deeper = made_by('old/r50.pth')
    deeper['backbone']['slow_pathway']['depth'] = 101
    with pytest.raises(ValueError, match='another backbone'):
        check_manifest(tmp_path, deeper)


@pytest.mark.parametrize('text', ['[1]', 'no json', '{"name": "a page"}'])
def test_other_files_of_the_name(tmp_path, text):
    (tmp_path / 'manifest.json').write_text(text)
    assert find_provenance(tmp_path / 'a') == (None, str(tmp_path / 'a'))
    if text[0] != '{':
        with pytest.raises(ValueError, match='manifest.json: expected .*JSON'):
            read_manifest(tmp_path)
