"""Confidence and features of a model, and the idea of MOVE."""
import numpy as np
import pytest
import torch

from projects_move.apis.analysis.augmented_features import (augmented_features,
                                                            spread_classes)
from projects_move.apis.analysis.interpolation_confidence import (
    interpolation_confidence, other_of_class)
from projects_move.apis.analysis.model_pictures import (draw_confidence,
                                                        draw_features,
                                                        require_same_classes)
from projects_move.apis.analysis.split_features import (AnalysedModel,
                                                        SplitFeatures)
from projects_move.apis.analysis.toy_boundary import toy_boundary
from projects_move.apis.analysis.toy_picture import draw_toy
from projects_move.apis.prediction.inferencer import LongTailInferencer
from projects_move.errors import InputError
from tests.analysed_models import COUNTS, MOVE, save_model
from tests.config_runs import CONFIGS
from tests.tiny_data import LABELS

BASELINE = CONFIGS['fsdd/baseline-agg_logmel_adam-50e_fsdd-feature.py']
MULTI = CONFIGS['shuttle/move_strokes_adam-50e_shuttle-feature.py']


def analysed(folder, *args, **kwargs):
    save_model(folder, *args, **kwargs)
    return AnalysedModel(LongTailInferencer(folder / 'a.pth', device='cpu'))


def test_scores_are_the_predictions(tmp_path):
    model = analysed(tmp_path)
    inferencer = LongTailInferencer(tmp_path / 'a.pth', device='cpu')
    features = model.features('test')
    found = model.scores(features)
    expected = [
        inferencer(tmp_path / 'feat' / f'v{i}.npy')[0].scores
        for i in range(12)
    ]
    np.testing.assert_allclose(found, np.stack(expected), atol=1e-6)
    assert features.target.argmax(1).tolist() == list(LABELS)
    assert model.class_counts.tolist() == COUNTS
    assert model.groups[:3] == ['head'] * 3 and model.groups[9] == 'tail'


def test_confidence_of_one_class_mixes_its_own_videos(tmp_path):
    """If all videos of a class are equal, so are their mixtures."""
    model = analysed(tmp_path)
    target = torch.eye(10)[torch.tensor([0, 0, 0, 1, 1, 2])]
    inputs = torch.randn(10, 1, model.model.neck.out_channels)
    features = SplitFeatures(inputs[target.argmax(1)], target, {})
    found = interpolation_confidence(model, features, 3)
    np.testing.assert_allclose(
        found.original[:2], found.interpolated[:2], atol=1e-6)
    assert np.isnan(found.interpolated[2]) and found.original[2] > 0
    assert np.isnan(found.original[3:]).all()


def test_confidence_equals_an_integral(tmp_path):
    """Of the ratio, for a class of two videos; another label changes
    nothing."""
    model = analysed(tmp_path)
    first, second = inputs = torch.randn(2, 1, model.model.neck.out_channels)
    target = torch.zeros(2, 10)
    target[:, 4] = target[1, 7] = 1
    features = SplitFeatures(3 * inputs, target, {})
    found = interpolation_confidence(model, features, 100)
    ratio = torch.linspace(0, 1, 401)[:, None, None]
    mixed = ratio * 3 * first + (1 - ratio) * 3 * second
    scores = model.scores(SplitFeatures(mixed, target, {}))[:, 4]
    assert found.interpolated[4] == pytest.approx(
        scores.mean().item(), abs=.03)
    assert np.ptp(scores.numpy()) > .05
    assert np.isnan(found.interpolated[7])
    again = interpolation_confidence(model, features, 100)
    np.testing.assert_array_equal(found.interpolated, again.interpolated)


def test_partners():
    generator = torch.Generator().manual_seed(0)
    for count in (2, 3, 8):
        for _ in range(20):
            partner = other_of_class(count, generator)
            assert sorted(partner.tolist()) == list(range(count))
            assert (partner != torch.arange(count)).all()


def test_confidence_of_several_labels_and_models(tmp_path):
    models = {}
    for name, config in (('a', MULTI), ('b', MULTI)):
        (tmp_path / name).mkdir()
        models[name] = analysed(tmp_path / name, config)
    found = {
        name: interpolation_confidence(model, model.features('test'), 1)
        for name, model in models.items()
    }
    draw_confidence(models, found, [tmp_path / 'c.png'], 'slide')
    assert (tmp_path / 'c.png').exists()
    (tmp_path / 'other').mkdir()
    other = analysed(tmp_path / 'other', MOVE)
    with pytest.raises(InputError, match='other/a.pth: expected the classes'):
        require_same_classes(dict(models, c=other))


def test_features_before_and_after(tmp_path):
    model = analysed(tmp_path, methods=['no_interpolation'])
    found = augmented_features(model, (), 3)
    assert found.classes == [0, 1, 2, 3] and len(found.original) == 12
    assert found.original_classes.tolist() == list(LABELS)
    # without interpolation a video keeps its label
    assert found.augmented_classes.tolist() == 3 * list(LABELS)
    draws = found.augmented.reshape(3, 12, 2)
    assert (np.ptp(draws, 0) > 1e-6).all()
    again = augmented_features(model, (), 3)
    np.testing.assert_allclose(found.augmented, again.augmented, atol=1e-9)
    features = model.features('train').inputs[:, 0].double().numpy()
    np.testing.assert_allclose(
        found.original, found.components.project(features), atol=1e-4)
    two = augmented_features(model, [2, 0], 1)
    assert two.original_classes.tolist() == [1] * 5 + [0, 1, 0]
    draw_features(found, model.names, model.class_counts, [tmp_path / 'f.svg'],
                  'page')


def test_spread_of_classes():
    assert spread_classes(np.array([1, 9, 5, 0, 7, 3, 2]), 3) == [1, 2, 0]
    assert spread_classes(np.array([0, 4]), 3) == [1]


@pytest.mark.parametrize('config, reason', [
    (BASELINE, 'LongTailHead neither extrapolates nor mixes'),
    (CONFIGS['fsdd/baseline_logmel_adam-50e_fsdd-feature.py'],
     'LongTailHead neither'),
])
def test_models_without_augmentation(tmp_path, config, reason):
    with pytest.raises(InputError, match=f'a.pth: {reason}'):
        augmented_features(analysed(tmp_path, config))


def test_mixup_without_neck(tmp_path):
    config = CONFIGS['fsdd/baseline_logmel_adam-50e_fsdd-feature.py']
    model = analysed(tmp_path, config, ['mixup'])
    with pytest.raises(InputError, match='no neck that aggregates'):
        augmented_features(model)


def test_counts_of_the_training_list(tmp_path):
    """For checkpoints without counts."""
    save_model(tmp_path)
    saved = torch.load(tmp_path / 'a.pth', weights_only=True)
    del saved['state_dict']['class_counts']
    torch.save(saved, tmp_path / 'a.pth')
    model = AnalysedModel(LongTailInferencer(tmp_path / 'a.pth'))
    assert model.class_counts.tolist() == COUNTS
    assert len(augmented_features(model, (), 1).augmented) > 0


def test_split_that_the_config_lacks(tmp_path):
    model = analysed(tmp_path)
    model.config.val_dataloader = None
    with pytest.raises(InputError, match='has no val_dataloader'):
        model.features('val')


def test_idea_of_move(tmp_path):
    """The rare class gains, the frequent one loses less."""
    result = toy_boundary(1)
    (frequent, rare), (frequent_after, rare_after) = result.accuracy
    assert rare_after - rare > frequent - frequent_after > -.02
    rare_videos = result.classes == 1
    batch = result.batch
    step = (batch.extrapolated - batch.views[:, 1])[rare_videos]
    along = (batch.views[:, 0] - batch.views[:, 1])[rare_videos]
    ratio = (step * along).sum(1) / (along * along).sum(1)
    assert ((1 <= ratio) & (ratio <= 2)).all()
    draw_toy(result, [tmp_path / 'toy.svg'], 'column')
