import pytest
import torch
from mmaction.registry import MODELS

from tests.golden import assert_close
from tests.tiny import sample

C = 5


def build(**kwargs):
    return MODELS.build(dict(type='FeatureDataPreprocessor', **kwargs))


def videos(*lengths, dtype=torch.float32):
    torch.manual_seed(0)
    return [torch.randn(n, C).to(dtype) for n in lengths]


@pytest.mark.parametrize(
    'dtype', [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_equal_lengths_are_stacked(dtype):
    inputs = videos(4, 4, 4, dtype=dtype)
    data_samples = [sample(i) for i in range(3)]
    data = build()(dict(inputs=inputs, data_samples=data_samples))
    assert data['inputs'].dtype == torch.float32 and 'valid' not in data
    assert torch.equal(data['inputs'], torch.stack(inputs).float())
    assert data['data_samples'] is data_samples


def test_short_videos_are_padded():
    inputs = videos(4, 7, 1)
    data = build()(dict(inputs=inputs))
    assert data['inputs'].shape == (3, 7, C)
    assert data['valid'].sum(1).tolist() == [4, 7, 1]
    for row, valid, video in zip(data['inputs'], data['valid'], inputs):
        assert torch.equal(row[valid], video)
        assert valid[:len(video)].all() and (row[~valid] == 0).all()


@pytest.mark.parametrize('lengths', [(3, 5), (4, 4)])
def test_float_types_of_a_batch_are_kept(lengths):
    half, full = videos(*lengths)
    full *= 1e5  # beyond float16
    for inputs in ([half.half(), full], [full, half.half()]):
        out = build()(dict(inputs=inputs))['inputs']
        for row, one in zip(out, inputs):
            assert torch.equal(row[:len(one)], one.float())


def test_stacked_inputs_pass():
    x = torch.stack(videos(4, 4)).half()
    data = build()(dict(inputs=x))
    assert torch.equal(data['inputs'], x.float()) and 'valid' not in data


def test_normalises_each_channel():
    inputs = videos(4, 6)
    mean, std = torch.randn(C).tolist(), (torch.rand(C) + .5).tolist()
    module = build(mean=mean, std=std)
    data = module(dict(inputs=inputs))
    for row, valid, video in zip(data['inputs'], data['valid'], inputs):
        for c in range(C):
            expected = (video[:, c] - mean[c]) / std[c]
            assert_close(row[valid][:, c], expected, 1e-6)


def test_statistics_travel_in_the_checkpoint(tmp_path):
    assert build().state_dict() == {}
    module = build(mean=[1.] * C, std=[2., 3., 4., 5., 6.])
    torch.save(module.state_dict(), tmp_path / 'module.pth')
    other = build()
    other.load_state_dict(
        torch.load(tmp_path / 'module.pth', weights_only=True))
    batch = dict(inputs=videos(4, 6))
    assert torch.equal(other(batch)['inputs'], module(batch)['inputs'])
    again = build(mean=[0.] * C, std=[1.] * C)
    again.load_state_dict(module.state_dict())
    assert torch.equal(again(batch)['inputs'], module(batch)['inputs'])


def test_caller_keeps_its_batch():
    batch = dict(inputs=videos(4, 2))
    build()(batch)
    assert isinstance(batch['inputs'], list) and 'valid' not in batch


def test_error_texts():
    with pytest.raises(ValueError, match='expected both mean and std'):
        build(mean=[0.] * C)
    with pytest.raises(ValueError, match=r'\(5,\) and \(4,\)'):
        build(mean=[0.] * C, std=[1.] * 4)
    with pytest.raises(ValueError, match='positive, but .* for channel 1'):
        build(mean=[0.] * 3, std=[1., 0., 2.])
    with pytest.raises(ValueError, match='of 5 channels.*got 1'):
        build(mean=[0.] * C, std=[1.] * C)(dict(inputs=[torch.randn(4, 1)]))
    named = [sample(1, video_id=f'video_{i}') for i in range(3)]
    for bad, shape in ((torch.randn(4, C + 1), r'\(4, 6\)'),
                       (torch.randn(4), r'\(4,\)'), (torch.randn(0, C),
                                                     r'\(0, 5\)')):
        batch = [*videos(4, 4), bad]
        with pytest.raises(ValueError, match=f'got {shape} for video 2'):
            build()(dict(inputs=batch))
        with pytest.raises(ValueError, match=f'{shape} for video video_2'):
            build()(dict(inputs=batch, data_samples=named))
