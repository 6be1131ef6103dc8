"""Texts of users, such as names of videos and classes, in each format.

JSON, csv and :func:`one_line` keep each text exactly, also names of files that
are no valid UTF-8, which Python holds as surrogates. Markdown and LaTeX cannot
contain control characters and undecodable bytes: they are written as in a
string of Python.
"""
import csv
import io
import json
import math
import re
import unicodedata
from typing import Any, Sequence

# joiners of scripts and emojis, and spaces that have a width
SHOWN = '\u200c\u200d\u00a0\u3000'
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
UNDECODED = re.compile(r'(\\*)([\ud800-\udfff]|ud[89a-f][0-9a-f]{2})')


def one_line(text: str) -> str:
    r"""Text for a terminal or a log, without line breaks.

    Control characters, marks that reorder the text and undecodable bytes are
    written as in a string of Python, and a backslash is doubled.

    Example:
        >>> print(one_line('a\nb'), one_line('\x1b[31m'), one_line('c:\\d'))
        a\nb \x1b[31m c:\\d
    """
    return ''.join(
        char if char != '\\' and (char.isprintable() or char in SHOWN) else
        char.encode('unicode_escape').decode() for char in text)


def visible(text: str) -> str:
    r"""Text for a page of HTML, which is still to be escaped: as
    :func:`one_line`, but line breaks, tabs and backslashes stay.

    Example:
        >>> print(visible('c:\\d'), visible('\u202egpj'), visible('\udcff'))
        c:\d \u202egpj \udcff
    """
    return ''.join(char if char.isprintable() or char in SHOWN or char in
                   '\n\t' else char.encode('unicode_escape').decode()
                   for char in text)


def width(text: str) -> int:
    """Columns of a text on a terminal: East Asian characters have two.

    Example:
        >>> width('run'), width('走る'), width('e\u0301')
        (3, 4, 1)
    """
    return sum(0 if unicodedata.category(char) in (
        'Mn', 'Me',
        'Cf') else 2 if unicodedata.east_asian_width(char) in 'WF' else 1
               for char in text)


def pad(text: str, columns: int) -> str:
    """Text with spaces up to a number of columns of a terminal."""
    return text + ' ' * (columns - width(text))


def json_text(value: Any) -> str:
    r"""JSON of a value; NaN and infinite numbers, which JSON lacks, are null.

    Example:
        >>> print(json_text({'走る': float('nan'), 'b': '\udcff'}))
        {
          "走る": null,
          "b": "\udcff"
        }
    """
    text = json.dumps(_finite(value), indent=2, ensure_ascii=False)
    return ''.join(
        char if char.isprintable() or char == '\n' else json.dumps(char)[1:-1]
        for char in text)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    is_number = isinstance(value, float) and math.isfinite(value)
    return value if is_number or not isinstance(value, float) else None


def csv_line(cells: Sequence) -> str:
    r"""Line of a csv with its line break; None is an empty cell.

    A spreadsheet would calculate a text that starts with ``= + - @``, a tab
    or a line break: such a text gets an apostrophe in front, and one more if
    it starts with apostrophes already. An undecodable byte is written as
    ``\udcXX``, so that the csv is valid UTF-8. :func:`from_csv` undoes both.

    Example:
        >>> print(csv_line(['=a', 'b,c', -0.5, None]), end='')
        '=a,"b,c",-0.5,
    """
    file = io.StringIO(newline='')
    # a writer quotes the characters of its line terminator
    csv.writer(
        file, lineterminator='\r\n').writerow([
            _csv_cell(cell) if isinstance(cell, str) else cell
            for cell in cells
        ])
    return file.getvalue()[:-2] + '\n'


def _csv_cell(text: str) -> str:
    text = UNDECODED.sub(_escape_undecoded, text)
    return f"'{text}" if FORMULA.match(text) else text


def _escape_undecoded(match: re.Match) -> str:
    code = match[2] if len(match[2]) > 1 else f'\\u{ord(match[2]):x}'
    return match[1] * 2 + code


def from_csv(cell: str) -> str:
    r"""Text of a cell that :func:`csv_line` wrote.

    Example:
        >>> from_csv("'=a"), from_csv("'a"), from_csv('\\udcff') == '\udcff'
        ('=a', "'a", True)
    """
    if cell.startswith("'") and FORMULA.match(cell):
        cell = cell[1:]
    return re.sub(r'(\\+)u(d[89a-f][0-9a-f]{2})', _unescape_undecoded, cell)


def _unescape_undecoded(match: re.Match) -> str:
    slashes = len(match[1])
    byte = chr(int(match[2], 16)) if slashes % 2 else f'u{match[2]}'
    return '\\' * (slashes // 2) + byte


def markdown(text: str) -> str:
    r"""Text for a cell or a line of Markdown.

    Example:
        >>> print(markdown('a|b'), markdown('move_tsm'), markdown('*new*'))
        a\|b move_tsm \*new\*
    """
    text = re.sub(r'[\\`*\[\]<>&|~$]', r'\\\g<0>', text)
    text = re.sub(r'(?<![^\W_])_|_(?![^\W_])', r'\\_', text)
    text = re.sub(r'^(\d*)([-+#=.)])', r'\1\\\2', text)  # lists and headings
    text = re.sub(r'^ | $', '&#32;', text)
    return ''.join(map(_markdown_char, text))


def _markdown_char(char: str) -> str:
    if char.isprintable() or char in SHOWN:
        return char
    if char in '\t\n\r' or unicodedata.category(char) in ('Cf', 'Zl', 'Zp'):
        return f'&#{ord(char)};'
    # not allowed in HTML
    return '\\' + char.encode('unicode_escape').decode()


LATEX = {
    **{
        char: f'\\{char}'
        for char in '&%$#_{}'
    },
    '\\': r'\textbackslash{}',
    '~': r'\textasciitilde{}',
    '^': r'\textasciicircum{}',
    '<': r'\textless{}',
    '>': r'\textgreater{}',
    '|': r'\textbar{}',
    '"': r'\char34{}',
    **{
        char: f'{{{char}}}'
        for char in '[]*`'
    },  # options, ligatures
}


def latex(text: str) -> str:
    r"""Text for LaTeX; control characters are those of :func:`one_line`.

    Example:
        >>> print(latex('50% of a_b'), latex('{x}'))
        50\% of a\_b \{x\}
    """
    text = ''.join(char if char.isprintable() else one_line(char)
                   for char in text)
    text = ''.join(LATEX.get(char, char) for char in text)
    return re.sub(r"([-'])(?=\1)", r'\1{}', text)  # ligatures


def plot_label(text: str) -> str:
    r"""Text for matplotlib, which reads ``$...$`` as a formula.

    Example:
        >>> print(plot_label('5$ to 9$'))
        5\$ to 9\$
    """
    text = one_line(text).replace('$', r'\$')
    return f' {text}' if text.startswith('_') else text  # no legend has _a
