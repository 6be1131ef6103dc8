"""Tested methods in one table and one picture."""
import json

import pytest

from tests.in_process import run_tool
from tools.analysis import compare


def test_table_and_picture(tmp_path):
    for name, best in (('A', .5), ('B', .75)):
        (tmp_path / name).mkdir()
        (tmp_path / name / 'metrics.json').write_text(
            json.dumps(dict(mAP=best, mAP_tail=1 - best)))
        (tmp_path / name / 'per_class.csv'
         ).write_text(f'name,training_videos,ap\nrare,2,{best}\ncommon,9,\n')
    picture = tmp_path / 'picture.png'
    text, problem = run_tool(compare.main, f'first={tmp_path}/A',
                             f'other={tmp_path}/B', '--picture', picture)
    assert problem is None and picture.stat().st_size > 1000
    _, _, first, other, *_ = [line.split() for line in text.splitlines()]
    assert first[:8:2] == ['|', '|', '|', '|']
    assert first[1:4:2] == ['first', '0.500']
    assert other[1:4:2] == ['other', '**0.750**']
    assert '**0.500**' in first and '0.250' in other


@pytest.mark.parametrize('argument', ['name', 'name=absent'])
def test_error(argument):
    _, problem = run_tool(compare.main, argument)
    assert problem == ('expected NAME=DIR with a metrics.json in DIR, '
                       f'found {argument!r}')
