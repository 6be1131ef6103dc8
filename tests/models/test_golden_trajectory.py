"""Four steps of the released training, through recognizer, necks and head."""
import pytest
import torch
from mmaction.registry import MODELS

from projects_move.models import MOVEHead
from tests.golden import (assert_close, load, relative_error,
                          rename_classifier, rename_netvlad, rename_psa, state)
from tests.tiny import sample


def build(z, counts, dtype):
    model = MODELS.build(
        dict(
            type='MOVERecognizer',
            backbone=dict(type='IdentityBackbone'),
            neck=dict(
                type='ParallelNeck',
                in_channels=32,
                necks=dict(
                    attention=dict(
                        type='PSANeck',
                        num_heads=4,
                        head_channels=8,
                        dropout_ratio=0.),
                    vlad=dict(
                        type='NetVLADNeck', num_clusters=8, out_channels=16))),
            cls_head=dict(
                type='MOVEHead',
                num_classes=40,
                in_channels=48,
                dropout_ratio=0.),
            data_preprocessor=dict(type='FeatureDataPreprocessor')))
    necks = model.neck.necks
    necks['attention'].load_state_dict(state(z, 'init.psa.', rename_psa))
    necks['vlad'].load_state_dict(state(z, 'init.netvlad.', rename_netvlad))
    model.cls_head.load_state_dict(
        state(z, 'init.classifier.', rename_classifier))
    model.cls_head.set_class_counts(counts)
    return model.to(dtype)


def samples(z, step):
    return [
        sample(
            z['target'][step, i],
            frame_mask=z['vlad'][step, i],
            query_mask=z['psa_q'][step, i],
            key_mask=z['psa_k'][step, i, None]) for i in range(6)
    ]


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64])
def test_four_steps(monkeypatch, dtype):
    z = load('move_train_4steps_official', dtype)
    counts = load('longtail_stats')['class_counts']
    model = build(z, counts, dtype)
    assert_close(model.cls_head.label_weight, z['label_weight'], 1e-6)
    optimizer = torch.optim.Adam(model.parameters(), lr=float(z['lr']))
    for step in range(4):
        draws = dict(
            omega=z['omega'][step],
            lam=z['lam'][step],
            partner=z['perm'][step])
        monkeypatch.setattr(MOVEHead, 'draw', lambda self, views: draws)
        model.train()
        losses = model.loss(z['x'][step], samples(z, step))
        assert list(losses) == ['loss_cls']
        assert_close(losses['loss_cls'], z['losses'][step], 1e-5,
                     f'step {step}')
        optimizer.zero_grad()
        losses['loss_cls'].backward()
        optimizer.step()

    monkeypatch.undo()
    model.eval()
    with torch.no_grad():
        logits = model(z['x_eval'])
        predicted = model.predict(z['x_eval'], [sample(0) for _ in range(6)])
    assert_close(logits, z['eval_logits_after'], 1e-5, 'evaluation')
    scores = torch.stack([one.pred_score for one in predicted])
    assert_close(scores, z['eval_logits_after'].sigmoid(), 1e-5, 'scores')


def test_draws_matter(monkeypatch):
    """The losses are pinned by the recorded draws, not by the data alone."""
    z = load('move_train_4steps_official')
    counts = load('longtail_stats')['class_counts']
    draws = dict(omega=z['omega'][0], lam=z['lam'][0], partner=z['perm'][0])
    monkeypatch.setattr(MOVEHead, 'draw', lambda self, views: draws)
    for field in ('frame_mask', 'query_mask', 'key_mask'):
        data_samples = samples(z, 0)
        for one in data_samples:
            one.set_field(one.get(field).roll(7, -1), field)
        loss = build(z, counts, torch.float32).loss(z['x'][0], data_samples)
        assert relative_error(loss['loss_cls'], z['losses'][0]) > 1e-5, field
