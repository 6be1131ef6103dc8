import pytest
import torch

from projects_move.apis.extraction.embedder import Embedder
from projects_move.apis.extraction.row_batches import Part
from tests.apis.extraction.videos import build_recognizer
from tests.tiny import sample


class Owner:
    sample = sample(0)


def parts_of(*sizes):
    images = torch.randint(0, 256, (sum(sizes), 3, 32, 40), dtype=torch.uint8)
    return [Part(Owner, part) for part in images.split(sizes)]


def expected(model, images):
    data = model.data_preprocessor(
        dict(inputs=[images], data_samples=[Owner.sample]))
    with torch.no_grad():
        return model.extract_frames(data['inputs'])[0]


def test_rows_of_each_part():
    model, batches = build_recognizer(), [parts_of(2, 3), parts_of(1)]
    found = list(Embedder(model).embed(batches))
    parts = [part for batch in batches for part in batch]
    assert [part for part, _ in found] == parts
    for part, rows in found:
        assert not rows.requires_grad and rows.dtype == torch.float32
        torch.testing.assert_close(rows, expected(model, part.images))


def test_next_batch_is_loaded_while_one_is_computed():
    """The features of a batch come after the next one has started."""
    log = []

    def batches():
        for i in range(3):
            log.append(f'load {i}')
            yield parts_of(2)

    for i, _ in enumerate(Embedder(build_recognizer()).embed(batches())):
        log.append(f'use {i}')
    assert log == ['load 0', 'load 1', 'use 0', 'load 2', 'use 1', 'use 2']


def test_precision():
    model, (part, ) = build_recognizer(neck=None, cls_head=None), parts_of(4)
    assert Embedder(model).precision == 'float32'
    model.frame_channels = 6
    model.backbone = torch.nn.Sequential(
        torch.nn.Conv2d(3, 6, 5), torch.nn.AdaptiveAvgPool2d(1),
        torch.nn.Flatten())
    exact = dict(Embedder(model).embed([[part]]))[part]
    (_, rows), = Embedder(model, 'bfloat16').embed([[part]])
    assert rows.dtype == torch.float32
    assert not torch.equal(rows, exact)
    torch.testing.assert_close(rows, exact, rtol=.02, atol=.01)


def test_error_is_that_of_its_part():
    model, parts = build_recognizer(), parts_of(2, 3, 1)
    extract_frames = model.extract_frames

    def refuse(inputs):
        if inputs.shape[1] not in (2, 1):
            raise RuntimeError('out of memory')
        return extract_frames(inputs)

    model.extract_frames = refuse
    found = [rows for _, rows in Embedder(model).embed([parts])]
    assert str(found[1]) == 'out of memory'
    for part, rows in zip(parts[::2], found[::2]):
        torch.testing.assert_close(rows, expected(model, part.images))


@pytest.mark.gpu
@pytest.mark.skipif(
    not torch.cuda.is_available(), reason='needs a CUDA device')
@pytest.mark.parametrize('precision, tolerance', [('float32', 1e-4),
                                                  ('bfloat16', .05),
                                                  ('float16', .01)])
def test_rows_of_a_gpu(precision, tolerance):
    """Also on a GPU that is not the current one."""
    model = build_recognizer(
        backbone=dict(type='MobileNetV2'), neck=None, cls_head=None)
    parts = [parts_of(2, 3), parts_of(8), parts_of(1)]
    exact = torch.cat(
        [expected(model, part.images) for batch in parts for part in batch])
    model.to(f'cuda:{torch.cuda.device_count() - 1}')
    found = [rows for _, rows in Embedder(model, precision).embed(parts)]
    assert all(rows.device.type == 'cpu' for rows in found)
    error = (torch.cat(found) - exact).norm() / exact.norm()
    assert error < tolerance, error
