"""Contract of every registered class: name, docstring, arguments, copies."""
import copy
import inspect
import re

import pytest
import torch
from mmaction.registry import MODELS

from tests.contracts.components import (ARGS, CLASSES, ENDINGS, OWN_NAMES,
                                        build, kind_of, parametrize)
from tests.pickling import pickle_roundtrip


def test_registries_hold_what_the_table_lists():
    assert {name for name, _ in CLASSES.values()} == set(ARGS)


@parametrize(CLASSES)
def test_name_docstring_and_repr(cls, tmp_path):
    name, _ = CLASSES[cls]
    kind = kind_of(cls)
    assert name == cls.__name__
    assert name.endswith(ENDINGS.get(kind, kind)) or name in OWN_NAMES
    assert cls.__doc__ and cls.__doc__ is not cls.__mro__[1].__doc__
    first = cls.__doc__.strip().splitlines()[0]
    assert first[0].isupper() or not first[0].isalpha()
    thing = build(cls, tmp_path)
    assert type(thing) is cls
    assert name in repr(thing)


@parametrize(CLASSES)
def test_arguments_are_explained(cls):
    """Every argument of its own stands in the docstring, or in that of the
    class it is handed on to."""
    if '__init__' not in vars(cls):
        return
    names = set(inspect.signature(cls.__init__).parameters)
    names -= {
        'self', 'args', 'init_cfg', 'collect_device', 'prefix', 'metainfo',
        'data_root', 'backbone'
    }
    docs = ''.join(parent.__doc__ or '' for parent in cls.__mro__
                   if parent.__module__.startswith('projects_move.'))
    missing = {name for name in names if name not in docs}
    assert not missing


def defaults(cls):
    parameters = inspect.signature(cls.__init__).parameters
    return {name: repr(value.default) for name, value in parameters.items()}


@parametrize(CLASSES)
def test_default_arguments_are_left_alone(cls, tmp_path):
    before = defaults(cls)
    build(cls, tmp_path)
    assert defaults(cls) == before


def without_address(thing):
    return re.sub(' at 0x[0-9a-f]+', '', repr(thing))


@parametrize(CLASSES)
def test_copies(cls, tmp_path):
    thing = build(cls, tmp_path)
    if kind_of(cls) == 'OptimWrapper':
        return  # it holds the very parameters of a model
    for other in (copy.deepcopy(thing), pickle_roundtrip(thing)):
        assert type(other) is cls
        assert without_address(other) == without_address(thing)
        if isinstance(thing, torch.nn.Module):
            state = other.state_dict()
            for key, value in thing.state_dict().items():
                assert torch.equal(state[key], value), key


def test_class_without_an_entry_fails(monkeypatch, tmp_path):

    class Unheard(torch.nn.Module):
        pass

    Unheard.__module__ = 'projects_move.models.necks.unheard'
    monkeypatch.setitem(CLASSES, Unheard, ('Unheard', MODELS))
    with pytest.raises(AssertionError, match='arguments of Unheard to ARGS'):
        build(Unheard, tmp_path)
    assert not 'Unheard'.endswith(kind_of(Unheard))
    Unheard.__module__ = 'projects_move.elsewhere'
    with pytest.raises(AssertionError, match='no folder of KINDS'):
        kind_of(Unheard)
