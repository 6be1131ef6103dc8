import pytest
from mmengine.config import Config

from projects_move.apis.configs.cfg_options import (merge_options,
                                                    parse_cfg_options)
from projects_move.errors import InputError


@pytest.mark.parametrize('pair, value', [
    ('a=1', 1), ('a=-1', -1), ('a=1e-3', .001), ('a=1.', 1.), ('a=true', True),
    ('a=None', None), ('a=', ''), ('a=x=y', 'x=y'), ('a="my data/b"',
                                                     'my data/b'),
    ('a=[1, 2]', [1, 2]), ('a=(1,b)', (1, 'b')), ('a=1,2', [1, 2]),
    ('a=[(1,2),[x]]', [(1, 2), ['x']]), ('a=runs_2020_01', 'runs_2020_01'),
    ('a=[]', []), ('a=0x10', '0x10'), ('a=1_a', '1_a')
])  # yapf: disable
def test_values(pair, value):
    assert parse_cfg_options([pair]) == dict(a=value)


@pytest.mark.parametrize('pair, message', [
    ('a', "expected KEY=VALUE, found 'a'"),
    ('=1', "expected KEY=VALUE, found '=1'"),
    ('a=[1,(2]', 'Imbalanced brackets'),
    ('a=0_16', "a decimal number or a text, found '0_16'"),
    ('a=[1,1_0]', "found '1_0'"),
    ('a=\u0663', "found '\u0663'"),
    ('a=1_0.5', "found '1_0.5'"),
    ('a=[long jump,run]', 'holds no text with spaces'),
])
def test_values_that_would_change(pair, message):
    with pytest.raises(InputError, match=message):
        parse_cfg_options([pair])


@pytest.mark.parametrize('options, message', [
    ({
        'modle.a': 1
    }, "no 'modle' to set 'modle.a'; similar keys: model"),
    ({
        'model.a.b.c': 1
    }, 'do not fit the config'),
    ({
        'steps.7.a': 1
    }, 'Index 7 exceeds the length'),
    ({
        'steps.0': 5
    }, 'do not fit the config'),
    ({
        'steps.x': 5
    }, 'do not fit the config'),
])
def test_overrides_that_do_not_fit(options, message):
    cfg = Config(dict(model=dict(a=dict(b=3)), steps=[dict(a=1)]))
    with pytest.raises(InputError, match=message):
        merge_options(cfg, options)


def test_overrides():
    cfg = Config(dict(model=dict(a=dict(b=3)), steps=[dict(a=1)]))
    merge_options(cfg, {'model.a.b': 4, 'steps.0.a': 2, 'load_from': 'x',
                        'model.new': 5})  # yapf: disable
    assert cfg.model.a.b == 4 and cfg.steps[0].a == 2
    assert cfg.load_from == 'x' and cfg.model.new == 5
