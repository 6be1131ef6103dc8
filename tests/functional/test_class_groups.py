import pytest
import torch

import projects_move.functional as F
from tests.golden import load

COUNTS = torch.tensor([501, 500, 101, 100, 7, 100, 900, 0, 300])


def names(groups, num_classes):
    """The one group of each class."""
    out = []
    for s in range(num_classes):
        mine = [name for name, mask in groups.items() if mask[s]]
        assert len(mine) == 1, f'class {s} is in {mine}'
        out.append(mine[0])
    return out


@pytest.mark.parametrize('head,tail', [(500, 100), (300, 40), (7, 7),
                                       (1000, 999), (-1, -1)])
def test_thresholds(head, tail):
    expected = [
        'head' if n > head else 'tail' if n <= tail else 'medium'
        for n in COUNTS.tolist()
    ]
    assert names(F.class_groups(COUNTS, head, tail), len(COUNTS)) == expected


def test_groups_follow_the_classes():
    order = torch.randperm(len(COUNTS))
    for groups in (F.class_groups, lambda q: F.class_groups(q, 300, 7)):
        for name, mask in groups(COUNTS).items():
            assert torch.equal(groups(COUNTS[order])[name], mask[order])


def test_thresholds_in_the_wrong_order():
    with pytest.raises(ValueError, match=r'\(50\) must not exceed .*\(40\)'):
        F.class_groups(COUNTS, 40, 50)


@pytest.mark.parametrize('num_classes', [1, 2, 3, 7, 8, 9, 40])
def test_thirds_equal_sorting(num_classes):
    torch.manual_seed(num_classes)
    counts = torch.randint(1, 12, (num_classes, ))  # many ties
    order = sorted(range(num_classes), key=lambda s: (-int(counts[s]), s))
    sizes = [(num_classes + 2) // 3, (num_classes + 1) // 3, num_classes // 3]
    ranked = [
        name for name, size in zip(('head', 'medium', 'tail'), sizes)
        for _ in range(size)
    ]
    got = names(F.class_thirds(counts), num_classes)
    assert [got[s] for s in order] == ranked


def test_thirds_of_equal_classes_keep_the_list():
    groups = F.class_thirds(torch.full((6, ), 4))
    assert names(groups, 6) == ['head'] * 2 + ['medium'] * 2 + ['tail'] * 2


def test_videolt_groups(shared):
    lines = (shared / 'labels' / 'videolt_train.lst').read_text().splitlines()
    labels = [int(s) for line in lines for s in line.split()[-1].split(',')]
    groups = F.class_groups(torch.tensor(labels).bincount(minlength=1004))
    sizes = {name: int(mask.sum()) for name, mask in groups.items()}
    assert sizes == dict(head=47, medium=617, tail=340)


def test_golden_groups():
    z = load('metrics')
    groups = F.class_groups(z['class_counts'], int(z['head_min_exclusive']),
                            int(z['tail_max_inclusive']))
    ap = F.average_precision(z['scores'], z['target']).nan_to_num(0)
    for name, mask in groups.items():
        assert float(ap[mask].mean()) == pytest.approx(
            float(z[f'mAP_{name}']), rel=1e-6)
