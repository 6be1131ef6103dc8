"""A balanced list that is held out before a list becomes long-tailed."""
import pytest

from tests.tools.test_make_long_tail import cut, run, write_balanced


@pytest.fixture
def balanced(tmp_path):
    return write_balanced(tmp_path)


def split(balanced, *args):
    """Lines of the new list and of the validation list."""
    validation = balanced.with_name('val.lst')
    sizes, lines, text = cut(balanced, '--validation', validation, *args)
    return sizes, lines, validation.read_text().splitlines(), text


def test_validation_is_disjoint_balanced_and_the_same_for_every_ratio(
        balanced):
    sizes, small, held, text = split(balanced, '--ratio', .1)
    assert sizes == [30, 13, 6, 3]  # of the 30 that remain of each class
    first = [line.split()[-1].split(',')[0] for line in held]
    assert [first.count(str(label)) for label in range(4)] == [10] * 4
    whole = balanced.read_text().splitlines()
    assert held == [line for line in whole if line in held]  # in their order
    assert 'val.lst: 40 of 160 videos, 4 of 5 classes' in text
    _, large, again, _ = split(balanced, '--ratio', .5)
    _, _, seeded, _ = split(balanced, '--ratio', .5, '--seed', 3)
    assert held == again == seeded
    assert set(small) < set(large) and not set(large) & set(held)
    remaining, rest, _, _ = split(balanced, '--ratio', 1)
    assert remaining == [30] * 4 and {*rest, *held} == {*whole}


@pytest.mark.parametrize('share, count', [(.1, 4), (.5, 20), (.99, 39)])
def test_share_that_is_held_out(balanced, share, count):
    sizes, _, held, _ = split(balanced, '--ratio', 1, '--held-out', share)
    assert len(held) == 4 * count and sizes == [40 - count] * 4


def test_lists_of_a_seed_are_nested_beside_a_validation_list(balanced):
    small, large = (
        split(balanced, '--ratio', ratio, '--seed', 3)[1]
        for ratio in (.05, .2))
    assert set(small) < set(large)


def test_class_with_one_video_stays_in_the_training(tmp_path):
    (tmp_path / 'train.lst').write_text('a 0\nb 0\nc 0\nd 0\ne 1\n')
    _, lines, held, text = split(tmp_path / 'train.lst', '--ratio', 1)
    assert 'e 1' in lines and len(held) == 1 and '1 of 2 classes' in text


def test_validation_list_is_not_overwritten(balanced):
    validation = balanced.with_name('val.lst')
    validation.write_text('precious')
    out = balanced.with_name('out.lst')
    problem = run(balanced, '--out', out, '--ratio', .5, '--validation',
                  validation)[1]
    assert problem == f'error: {validation} exists; --force overwrites it'
    assert validation.read_text() == 'precious' and not out.exists()
    assert split(balanced, '--ratio', .5)[2][0].startswith('clip ')


@pytest.mark.parametrize('share', ['0', '1', '1.5', '-0.1', 'nan'])
def test_share_outside_its_range(balanced, share):
    problem = run(balanced, '--out',
                  balanced.with_name('out.lst'), '--ratio', .5, '--validation',
                  balanced.with_name('val.lst'), f'--held-out={share}')[1]
    assert problem.startswith('error: --held-out must be in (0, 1), got ')
    assert [path.name for path in balanced.parent.iterdir()] == ['train.lst']


def test_options_of_validation_that_do_not_go_together(balanced):
    out = balanced.with_name('out.lst')
    args = (balanced, '--ratio', .5, '--force', '--out', out)
    assert run(*args, '--held-out',
               .2)[1] == 'error: --held-out needs --validation'
    folder = balanced.parent
    (folder / 'link.lst').symlink_to(out)
    before = balanced.read_text()
    for path, other in ((out, '--out'), (folder / '.' / 'out.lst', '--out'),
                        (folder / 'link.lst', '--out'), (balanced,
                                                         'the list')):
        problem = run(*args, '--validation', path)[1]
        assert f'--validation and {other} are the same file' in problem
    assert balanced.read_text() == before and not out.exists()
