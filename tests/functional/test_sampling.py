import pytest
import torch

from projects_move import functional as F

COUNTS = torch.tensor([64, 16, 0, 4, 1])


@pytest.mark.parametrize('power', [0., .25, .5, 1.])
def test_probability_by_the_equation(power):
    weight = [n**power if n else 0 for n in COUNTS.tolist()]
    expected = [w / sum(weight) for w in weight]
    found = F.sampling_probability(COUNTS, power)
    assert found.tolist() == pytest.approx(expected)


def test_limits():
    assert F.sampling_probability(COUNTS,
                                  0.).tolist() == [.25, .25, 0] + [.25] * 2
    torch.testing.assert_close(
        F.sampling_probability(COUNTS, 1.), COUNTS / COUNTS.sum().double())
    equal = torch.full((3, ), 5)
    for power in (0., .3, 1.):
        assert F.sampling_probability(equal, power).tolist() == [1 / 3] * 3


def test_frequency_of_one_label_is_the_probability():
    classes = torch.tensor([0, 0, 0, 1, 3])
    probability = torch.tensor([.2, .3, 0., .5]).double()
    torch.testing.assert_close(
        F.sampled_frequency(probability, classes, torch.arange(5)),
        probability)


def test_frequency_of_several_labels_by_enumeration():
    labels = [[0], [0, 1], [0, 1, 3], [3], [0]]
    pairs = [(video, c) for video, row in enumerate(labels) for c in row]
    videos, classes = torch.tensor(pairs).T
    probability = F.sampling_probability(classes.bincount(), .5)
    expected = [0.] * 4
    for drawn in range(4):
        members = [row for row in labels if drawn in row]
        for row in members:
            for c in row:
                expected[c] += probability[drawn].item() / len(members)
    found = F.sampled_frequency(probability, classes, videos)
    assert found.tolist() == pytest.approx(expected)
    assert found.sum() > 1


def test_error_texts():
    with pytest.raises(ValueError, match=r'power must be in .0, 1., got -1'):
        F.sampling_probability(COUNTS, -1)
    with pytest.raises(ValueError, match='a video with a label, got none'):
        F.sampling_probability(torch.zeros(3))
