import pytest
import torch

from projects_move.apis.extraction.assembly import (ImageChunk, VideoAssembly,
                                                    chunk_images)
from projects_move.apis.extraction.row_batches import Part, fill_batches


@pytest.mark.parametrize('num_crops, flip, segments', [(1, False, 1),
                                                       (3, True, 1),
                                                       (2, False, 4),
                                                       (2, True, 4)])
@pytest.mark.parametrize('batch_size', [1, 4, 7, 100])
def test_videos_are_assembled(num_crops, flip, segments, batch_size):
    """Two videos of 5 and 3 frames, the first in chunks of 3 and 2."""
    assembly, found = VideoAssembly(), {}
    parts, frames = [], {}
    for name, sizes in dict(a=(3, 2), b=(3, )).items():
        # frames, crops, pixels: distinct values
        video = torch.rand(sum(sizes), num_crops, 2)
        frames[name] = video
        for i, chunk in enumerate(video.split(sizes)):
            images = chunk_images(
                chunk.transpose(0, 1).flatten(0, 1), num_crops, flip, segments)
            owner = ImageChunk(name, None, i == len(sizes) - 1,
                               num_crops * (1 + flip), len(chunk))
            parts.append(Part(owner, images))
            assert len(images) % segments == 0
    for batch in fill_batches(parts, batch_size):
        for part in batch:
            video = assembly.add(part, part.images)  # the identity embeds
            if video is not None:
                found[part.owner.name] = video
    assert list(found) == ['a', 'b']
    for name, video in frames.items():
        if flip:
            video = torch.cat([video, video.flip(-1)], dim=1)
        torch.testing.assert_close(found[name], video.flatten(0, 1))


def test_dropped_video_leaves_nothing():
    assembly = VideoAssembly()
    chunk = ImageChunk('a', None, False, 1, 2)
    assembly.add(Part(chunk, torch.ones(2, 1)), torch.ones(2, 1))
    assembly.add(Part(chunk, torch.ones(1, 1), False), torch.ones(1, 1))
    assembly.drop('a')
    last = Part(chunk._replace(is_last=True), torch.zeros(2, 1))
    assert assembly.add(last, last.images).tolist() == [[0], [0]]
