"""Config in the text of a checkpoint, read as data.

MMEngine saves a config as a text of assignments, ``model = dict(type=...)``,
and reads it by running it. Here it is parsed, never run.
"""
import ast
import io
import keyword
import re
import tokenize
from typing import Any, Iterable

MAX_CHARACTERS = 2**20
MAX_DEPTH = 60
CONSTANTS = ('True', 'False', 'None')
FLOATS = dict(inf=float('inf'), nan=float('nan'))  # as MMEngine writes them
OPENING, CLOSING = tuple('([{'), tuple(')]}')
SIGNS = (*CLOSING, *'=,:')
BEFORE_VALUE = (*OPENING, *'=,:')
DICT = ('dict', '(')
FORMATTED = re.compile('[a-z]*[ft]', re.IGNORECASE)  # f'{code}'


def read_literal_config(text: str) -> dict:
    """Values of a text of assignments by their names.

    A value is a number, a text, bytes, ``True``, ``False``, ``None``, a list,
    tuple, set or dictionary of values, or ``dict(name=value, ...)``. The words
    and signs of the text are compared with this before Python parses it.

    Raises:
        ValueError: For any other text; it names the line.

    Example:
        >>> read_literal_config("model = dict(type='A', sizes=[1, -2.5])")
        {'model': {'type': 'A', 'sizes': [1, -2.5]}}
        >>> read_literal_config("import os")
        Traceback (most recent call last):
            ...
        ValueError: line 1: expected only literals, found 'import'
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f'expected up to {MAX_CHARACTERS} characters, found '
                         f'{len(text)}')
    try:
        _check_tokens(text)
        statements = ast.parse(text).body
    except (SyntaxError, tokenize.TokenError, UnicodeError, MemoryError,
            RecursionError) as error:
        reason = error.args[0] if error.args else type(error).__name__
        raise ValueError(f'expected only literals: {reason}') from error
    values = {}
    for statement in statements:
        target = statement.targets[0] if isinstance(
            statement, ast.Assign) and len(statement.targets) == 1 else None
        if not isinstance(target, ast.Name):
            raise _unexpected(statement)
        if target.id in values:
            raise ValueError(f'line {statement.lineno}: {target.id} has two '
                             'values')
        values[target.id] = _value(statement.value)
    return values


def _check_tokens(text: str) -> None:
    """Refuse words, signs and depths that no literal has.

    Without operators, indexing and calls of calls, the syntax tree is as deep
    as the brackets, so that no text overflows the stack of the parser.
    """
    depth, previous = 0, ''
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        word = token.string
        if token.type in (tokenize.NL, tokenize.COMMENT):
            continue
        if token.type == tokenize.NAME:
            is_literal = not keyword.iskeyword(word) or word in CONSTANTS
        elif word in OPENING:
            is_literal = previous in BEFORE_VALUE or (previous, word) == DICT
            depth += 1
        elif token.type == tokenize.OP:
            depth -= word in CLOSING
            is_literal = word in SIGNS or (word == '-'
                                           and previous in BEFORE_VALUE)
        else:
            is_literal = token.type != tokenize.ERRORTOKEN and not (
                token.type == tokenize.STRING and FORMATTED.match(word))
        if not is_literal or depth > MAX_DEPTH:
            raise ValueError(f'line {token.start[0]}: expected only literals, '
                             f'found {word!r}')
        previous = word


def _value(node: ast.expr) -> Any:
    """Value of a literal."""
    if isinstance(node, ast.Constant) and node.value is not Ellipsis:
        return node.value
    if isinstance(node, ast.Name) and node.id in FLOATS:
        return FLOATS[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = _value(node.operand)
        if type(number) in (int, float):
            return -number
    if isinstance(node, (ast.List, ast.Tuple)):
        items = [_value(item) for item in node.elts]
        return items if isinstance(node, ast.List) else tuple(items)
    if isinstance(node, ast.Set):
        return {_plain(item) for item in node.elts}
    if isinstance(node, ast.Dict) and None not in node.keys:
        return _dict(node, map(_plain, node.keys), node.values)
    if isinstance(node, ast.Call) and isinstance(
            node.func, ast.Name) and node.func.id == 'dict':
        if all(isinstance(arg, ast.Dict) for arg in node.args) and \
                len(node.args) + bool(node.keywords) <= 1:
            # MMEngine writes dict({...}) for keys that are no names
            return _value(node.args[0]) if node.args else _dict(
                node, [pair.arg for pair in node.keywords],
                [pair.value for pair in node.keywords])
    raise _unexpected(node)


def _dict(node: ast.expr, keys: Iterable, values: Iterable[ast.expr]) -> dict:
    """Dictionary without repeated keys."""
    found = {}
    for key, value in zip(keys, values):
        if key in found:
            raise ValueError(f'line {node.lineno}: {key!r} has two values')
        found[key] = _value(value)
    return found


def _plain(node: ast.expr) -> Any:
    """Key of a dictionary or item of a set."""
    value = _value(node)
    if not isinstance(value, (str, bytes, int, float, bool, type(None))):
        raise _unexpected(node)
    return value


def _unexpected(node: ast.AST) -> ValueError:
    return ValueError(f'line {node.lineno}: expected only literals, found '
                      f'{type(node).__name__}')
