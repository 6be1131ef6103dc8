import torch
from mmengine.registry import FUNCTIONS

import projects_move  # noqa: F401
from tests.tiny import sample, view_masks


def test_only_the_first_video_is_sampled():
    collate = FUNCTIONS.get('first_video_masks_collate')
    rows = []
    for i in range(3):
        masks = dict(
            frame_mask=view_masks(2, 7, i), key_mask=view_masks(1, 7, i + 3))
        if i < 2:
            masks['query_mask'] = view_masks(2, 7, i + 5)
        rows.append(
            dict(inputs=torch.randn(7, 4), data_samples=sample(i, 5, **masks)))
    batch = collate(rows)
    assert [x.shape for x in batch['inputs']] == [(7, 4)] * 3
    first, second, third = batch['data_samples']
    assert torch.equal(first.frame_mask, view_masks(2, 7, 0))
    assert torch.equal(first.query_mask, view_masks(2, 7, 5))
    for one in (second, third):
        assert one.frame_mask.all() and one.frame_mask.shape == (2, 7)
        assert one.key_mask.all() and one.key_mask.shape == (1, 7)
    assert second.query_mask.nonzero().tolist() == [[0, 0], [1, 1]]
    assert third.get('query_mask') is None
