import torch
from mmaction.registry import MODELS

C, H, D = 6, 2, 4


def build():
    return MODELS.build(
        dict(
            type='MSANeck',
            in_channels=C,
            num_heads=H,
            head_channels=D,
            dropout_ratio=.3)).eval().double()


def by_loops(neck, frames):
    out = torch.zeros_like(frames)
    for t, frame in enumerate(frames):
        parts = []
        for h in range(H):
            rows = slice(h * D, (h + 1) * D)
            q = neck.query.weight[rows] @ frame
            k = frames @ neck.key.weight[rows].T
            v = frames @ neck.value.weight[rows].T
            parts.append(torch.softmax(k @ q / D**.5, 0) @ v)
        mixed = neck.proj.weight @ torch.cat(parts) + frame
        mixed = (mixed - mixed.mean()) / (mixed.var(unbiased=False) +
                                          1e-6).sqrt()
        out[t] = mixed * neck.norm.weight + neck.norm.bias
    return out


def test_against_loops():
    neck = build()
    torch.nn.init.normal_(neck.norm.weight)
    frames = torch.randn(3, 7, C).double()
    expected = torch.stack([by_loops(neck, video) for video in frames])
    torch.testing.assert_close(neck(frames), expected, rtol=1e-10, atol=1e-12)


def test_padding_is_neither_attended_nor_classified():
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=dict(type='IdentityBackbone'),
            neck=dict(
                type='ParallelNeck',
                in_channels=C,
                necks=dict(
                    attention=dict(
                        type='MSANeck', num_heads=H, head_channels=D))),
            cls_head=dict(type='LongTailHead', num_classes=3),
            data_preprocessor=dict(type='FeatureDataPreprocessor'))).eval()
    videos = [torch.randn(n, C) for n in (9, 4)]
    data = model.data_preprocessor(dict(inputs=videos))
    together = model(**data, mode='tensor')
    for i, video in enumerate(videos):
        alone = model(video[None], mode='tensor')
        torch.testing.assert_close(together[i:i + 1], alone)


def test_is_refused_beside_a_pooling_neck():
    import pytest
    with pytest.raises(ValueError, match='only some .* keep the frames'):
        MODELS.build(
            dict(
                type='ParallelNeck',
                in_channels=C,
                necks=dict(a=dict(type='MSANeck'), b=dict(type='PSANeck'))))
