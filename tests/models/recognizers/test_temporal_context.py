"""A recognizer whose aggregators get frames in their context."""
import torch
from mmaction.registry import MODELS

from tests.models.necks.test_temporal_conv_encoder import MOVE, C, D, padded
from tests.tiny import masked_samples


def model(**kwargs):
    torch.manual_seed(0)
    return MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=dict(type='IdentityBackbone'),
            neck=dict(
                type='ParallelNeck',
                in_channels=C,
                encoder=dict(type='TemporalConvEncoder', out_channels=D),
                necks=MOVE),
            cls_head=dict(type='MOVEHead', num_classes=5, hidden_channels=7),
            data_preprocessor=dict(type='FeatureDataPreprocessor'),
            **kwargs))


def ragged_batch(recognizer):
    videos, _, _ = padded([5, 1, 9, 2])
    samples = [
        masked_samples([i], 2, len(video), 5)[0]
        for i, video in enumerate(videos)
    ]
    inputs = [video.detach().half() for video in videos]
    return recognizer.data_preprocessor(
        dict(inputs=inputs, data_samples=samples), True)


def test_bfloat16():
    recognizer = model()
    recognizer.cls_head.set_class_counts(torch.tensor([9, 3, 1, 4, 2]))
    data = ragged_batch(recognizer)
    with torch.autocast('cpu', torch.bfloat16):
        loss = recognizer(**data, mode='loss')['loss_cls']
    loss.backward()
    assert loss.isfinite()
    for name, value in recognizer.neck.encoder.named_parameters():
        assert value.grad.isfinite().all() and value.grad.any(), name
    recognizer.eval()
    valid, x = data['valid'], data['inputs']
    with torch.no_grad():
        expected = recognizer.neck.encode(x, valid)
        with torch.autocast('cpu', torch.bfloat16):
            out = recognizer.neck.encode(x, valid)
    torch.testing.assert_close(out.float(), expected, atol=.05, rtol=.05)


def test_draws_of_encoded_frames():
    """A test that draws all frames is the plain one; a draw of some selects
    among frames that are encoded in the context of all."""
    plain = model().eval()
    every = model(test_draws=dict(num_draws=3, num_frames=9)).eval()
    data = ragged_batch(plain)
    one, other = ([
        each.pred_score.clone() for each in recognizer(**data, mode='predict')
    ] for recognizer in (plain, every))
    torch.testing.assert_close(one, other)
    some = model(test_draws=dict(num_draws=3, num_frames=2)).eval()
    seen = []
    some.neck.encoder.register_forward_hook(
        lambda module, args, out: seen.append(args))
    third = [each.pred_score for each in some(**data, mode='predict')]
    assert torch.equal(seen[0][1], data['valid'])
    torch.testing.assert_close(third[1], one[1])  # a single frame
    assert not torch.allclose(third[2], one[2], rtol=1e-6)
