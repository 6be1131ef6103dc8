import os
import pickle

import pytest
import torch
from mmaction.registry import MODELS

from projects_move.apis.checkpoint_conversion import convert
from projects_move.errors import InputError
from tests import golden
from tests.in_process import run_tool
from tools import convert_checkpoint as tool


def released(scale=None):
    """The golden initial weights, as the released code saves a checkpoint."""
    tensors = golden.load('move_train_4steps_official')
    return {
        part: golden.state(tensors, f'init.{prefix}.', str)
        for part, prefix in (('state_dict', 'classifier'), ('MHA', 'psa'),
                             ('vlad', 'netvlad'))
    }, tensors


def build(head='MOVEHead'):
    return MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=dict(type='IdentityBackbone'),
            neck=dict(
                type='ParallelNeck',
                in_channels=32,
                necks=dict(
                    attention=dict(
                        type='PSANeck', num_heads=4, head_channels=8),
                    netvlad=dict(
                        type='NetVLADNeck', num_clusters=8, out_channels=16))),
            cls_head=dict(type=head, num_classes=40, in_channels=48),
            data_preprocessor=dict(type='FeatureDataPreprocessor'))).eval()


def run(*args):
    """Message that the tool stops with, or None."""
    return run_tool(tool.main, *args)[1]


def reference_logits(checkpoint, x):
    """Evaluation of the released code: attention, NetVLAD, classifier."""
    att, vlad, cls = (checkpoint[k] for k in ('MHA', 'vlad', 'state_dict'))
    query = x.mean(1)
    q, k, v = ((t @ att[f'w_{n}s.weight'].T).unflatten(-1, (4, 8))
               for n, t in (('q', query), ('k', x), ('v', x)))
    weight = torch.einsum('bhd,bthd->bht', q, k).div(8**.5).softmax(-1)
    pooled = torch.einsum('bht,bthd->bhd', weight, v).flatten(1)
    attention = torch.nn.functional.layer_norm(
        pooled @ att['fc.weight'].T + query, (32, ), att['layer_norm.weight'],
        att['layer_norm.bias'], 1e-6)

    def norm(t, name):
        stats = [
            vlad[f'{name}.{key}']
            for key in ('running_mean', 'running_var', 'weight', 'bias')
        ]
        return torch.nn.functional.batch_norm(t, *stats)

    frames = norm(x.flatten(0, 1), 'bn1')
    rho = norm(frames @ vlad['vlad.activation_fc.weight'].T,
               'vlad.bn1').softmax(-1).unflatten(0, x.shape[:2])
    sums = torch.einsum('btk,btc->bkc', rho, frames.view_as(x))
    sums = (sums * vlad['vlad.gate_weight'].sigmoid()).transpose(1, 2)
    normal = torch.nn.functional.normalize
    code = normal(normal(sums, dim=1).reshape(len(x), -1), dim=1)
    code = norm(code @ vlad['hidden_fc.weight'].T, 'bn2').clamp(0, 6)
    z = torch.cat([attention, code], 1)
    hidden = (z @ cls['fc1.weight'].T + cls['fc1.bias']).relu()
    return hidden @ cls['project.weight'].T + cls['project.bias']


def test_converted_checkpoint_gives_the_released_logits(tmp_path):
    checkpoint, tensors = released()
    torch.save(checkpoint, tmp_path / 'in.pth.tar')
    assert run(tmp_path / 'in.pth.tar', tmp_path / 'out.pth') is None
    converted = torch.load(tmp_path / 'out.pth', weights_only=True)
    model = build()
    missing = model.load_state_dict(converted['state_dict'], strict=False)
    assert missing.missing_keys == ['class_counts']
    assert not missing.unexpected_keys
    with torch.no_grad():
        logits = model(tensors['x_eval'], mode='tensor')
    torch.testing.assert_close(
        logits,
        reference_logits(checkpoint, tensors['x_eval']),
        rtol=1e-5,
        atol=1e-5)


def test_baseline_reads_netvlad_first():
    checkpoint, tensors = released()
    move = convert(checkpoint)
    weight = checkpoint['state_dict']['fc1.weight']
    swapped = dict(
        checkpoint,
        state_dict=dict(
            checkpoint['state_dict'],
            **{'fc1.weight': torch.cat([weight[:, 32:], weight[:, :32]], 1)}))
    baseline = convert(swapped, 'baseline-agg')
    for name, value in move.items():
        torch.testing.assert_close(baseline[name], value)


def test_class_counts_are_saved_in_the_checkpoint(tmp_path):
    checkpoint, _ = released()
    torch.save(checkpoint, tmp_path / 'in.pth')
    lines = '\n'.join(f'name{i} {i} {i + 5}.0' for i in range(40))
    (tmp_path / 'counts.lst').write_text(lines + '\n')
    assert run(tmp_path / 'in.pth', tmp_path / 'out.pth', '--class-counts',
               tmp_path / 'counts.lst') is None
    converted = torch.load(tmp_path / 'out.pth', weights_only=True)
    assert converted['meta']['dataset_meta']['classes'][39] == 'name39'
    model = build()
    model.load_state_dict(converted['state_dict'], strict=False)
    assert model.class_counts.tolist() == list(range(5, 45))


@pytest.mark.filterwarnings('ignore:Detected pickle protocol')
def test_code_is_refused(tmp_path):

    class Evil:

        def __reduce__(self):
            return os.mkdir, (str(tmp_path / 'was here'), )

    with open(tmp_path / 'evil.pth', 'wb') as file:
        pickle.dump(dict(state_dict=Evil(), MHA={}, vlad={}), file)
    torch.save(
        dict(state_dict=Evil(), MHA={}, vlad={}), tmp_path / 'evil2.pth')
    for name in ('evil.pth', 'evil2.pth'):
        problem = run(tmp_path / name, tmp_path / 'out.pth')
        assert f'{name} is ' in problem and 'weights_only' not in problem
    assert 'is refused: it holds more than weights (' in problem
    assert not (tmp_path / 'was here').exists()
    assert not (tmp_path / 'out.pth').exists()


@pytest.mark.parametrize('change, message', [
    (lambda c: c.pop('vlad'), r"this one lacks \['vlad'\]"),
    (lambda c: c['MHA'].update(other=torch.ones(1)),
     "'MHA' of a released checkpoint has no tensor 'other'"),
    (lambda c: c['state_dict'].pop('project.bias'),
     'becomes cls_head.classifier.bias, this one has none'),
    (lambda c: c['state_dict'].update({'fc1.weight': torch.ones(2, 3)}),
     r'than 16 columns of fc1.weight, got the shape \(2, 3\)'),
])
def test_other_checkpoints(change, message):
    checkpoint, _ = released()
    change(checkpoint)
    with pytest.raises(InputError, match=message):
        convert(checkpoint, 'baseline-agg')
