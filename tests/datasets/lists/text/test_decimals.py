import pytest

from projects_move.datasets.lists.annotations import read_list
from projects_move.datasets.lists.class_files import read_count_file
from projects_move.datasets.lists.text.decimals import (parse_count,
                                                        parse_seconds,
                                                        parse_whole)
from projects_move.errors import InputError

NO_NUMBERS = [
    '', '0_16', '1_0', '+1', '-1', '1e3', '0x1', 'nan', 'inf', '１', '١', '²',
    ' 1', '1 ', '1\n', '1.5', '9' * 19, '0.', '.0'
]


@pytest.mark.parametrize('text', NO_NUMBERS)
def test_what_python_takes_for_a_number_is_none(text):
    assert parse_whole(text) is None
    assert parse_count(text) is None
    assert parse_seconds(text) is None


@pytest.mark.parametrize('text', [
    text
    for text in NO_NUMBERS if text.strip() == text and text and ' ' not in text
])
def test_labels_and_counts_are_strict(write, text):
    for read, line in ((read_list, f'a {text}\nb {text}\n'),
                       (read_count_file, f'a 0 {text}\n'), (read_count_file,
                                                            f'a {text} 3\n')):
        with pytest.raises(InputError, match='line 1: '):
            read(write(line))


def test_leading_zeros_are_allowed_in_times_only():
    assert parse_seconds('000010.00') == 10
    assert parse_whole('01') is parse_count('01') is None
