"""Round trips of texts through independent readers of each format."""
import csv
import io
import json
import re
from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest
from markdown_it import MarkdownIt

from projects_move.utils import escape

TEXTS = [
    'run', 'move_tsm', '_a_ __b__', '*a* **b**', 'a|b', 'a\\|b', 'c:\\new\\',
    '`a`', '[a](b)', '![a](b)', '<b>&amp;</b>', '<!-- a', '&#65;', '~~a~~',
    '$a$ $$b$$', '"a" \'b\'', 'a,b;c\td', 'a\nb', 'a\r\nb', 'a\rb', '\n', '#a',
    '# a', '- a', '-a', '--a---', '+1', '1. a', '1) a', '=SUM(A1)', '@a',
    "'=a", "''=a", "'a", '\ta', '\r=a', '＝a', ' a ', '  a  b', '', '走る',
    'e\u0301', '\u202ea\u2066', 'a\u2028b', 'می\u200cروم', 'a\x1b[31mb',
    'a\x9bb', 'a\udcffb', 'a\\udcffb', '\\\udcff', '\\\\udcff', '\ud800',
    '{a}^%', 'a\x00b', '===', '```', '\\textbf{a}', '[a]', '?`', "''"
]  # yapf: disable
ALPHABET = [
    *'ab01|\\`*_{}[]<>()#+-.!~&$%^@=\'",;: \t\n\r?xudcf', 'ü', '走', '\x1b',
    '\x9b', '\u202e', '\u2028', '\udcff', '\udc80', '\u200d'
]


def random_texts(count=400):
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield ''.join(rng.choice(ALPHABET, rng.integers(1, 12)))


ALL = [*TEXTS, *random_texts()]


def without_controls(text):
    """Text as Markdown and LaTeX show it."""
    return ''.join(
        char if char.isprintable() or char in '\t\n\r\u2028\u202e\u2066'
        or char in escape.SHOWN else char.encode('unicode_escape').decode()
        for char in text)


def test_one_line_is_safe_and_exact():
    lines = [escape.one_line(text) for text in ALL]
    for text, line in zip(ALL, lines):
        assert len((line + 'x').splitlines()) == 1
        assert not re.search('[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]',
                             line)
        read = re.sub(r'\\(\\|n|r|t|x..|u....)',
                      lambda match: eval(f"'{match[0]}'"), line)
        assert read == text


@pytest.mark.parametrize('text, columns', [('abc', 3), ('走る', 4), ('ｱ', 1),
                                           ('e\u0301', 1), ('Ａ', 2)])
def test_width(text, columns):
    assert escape.width(text) == columns
    assert escape.pad(text, 9) == text + ' ' * (9 - columns)


def test_json():
    text = escape.json_text({text: [text] for text in ALL})
    assert json.loads(text.encode('utf-8')) == {text: [text] for text in ALL}
    assert not re.search('[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]', text)
    numbers = [float('nan'), float('inf'), .5, 2, True, None, '𝄞\U000e0001']
    read = json.loads(
        escape.json_text(dict(a=numbers, b=(-float('inf'), ))),
        parse_constant=pytest.fail)
    assert read == dict(a=[None, None, *numbers[2:]], b=[None])


def test_csv():
    text = ''.join(
        escape.csv_line([a, i, b, -.5, None])
        for i, (a, b) in enumerate(zip(ALL, reversed(ALL))))
    read = list(csv.reader(io.StringIO(text.encode().decode(), newline='')))
    assert len(read) == len(ALL)
    for i, row in enumerate(read):
        assert row[1] == str(i) and row[3:] == ['-0.5', '']
        assert [escape.from_csv(cell)
                for cell in (row[0], row[2])] == [ALL[i], ALL[-1 - i]]
        for cell in row[0], row[2]:
            assert not cell.startswith(tuple('=+-@\t\r\n＝'))


class Cells(HTMLParser):
    """Texts of the cells of a page."""

    def __init__(self, page):
        super().__init__()
        self.cells, self.tags, self.in_cell = [], set(), False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.in_cell = tag == 'td'
        if self.in_cell:
            self.cells.append('')

    def handle_endtag(self, tag):
        self.in_cell = False

    def handle_data(self, data):
        if self.in_cell:
            self.cells[-1] += data


def test_markdown_cells():
    rows = ''.join(f'| {escape.markdown(text)} | end |\n' for text in ALL)
    page = MarkdownIt('commonmark').enable(['table', 'strikethrough'
                                            ]).render(f'|a|b|\n|-|-|\n{rows}')
    found = Cells(page)
    assert found.tags == {'table', 'thead', 'tbody', 'tr', 'th', 'td'}
    assert len(found.cells) == 2 * len(ALL)
    for text, cell in zip(ALL, found.cells[::2]):
        expected = without_controls(text)
        # the parser of the page reads \r as \n
        assert cell.replace('\r', '\n') == expected.replace('\r', '\n')


def test_markdown_lines():
    for text in ALL:
        page = MarkdownIt('commonmark').render(f'- {escape.markdown(text)}')
        tags = set(re.findall(r'<(\w+)', page))
        assert tags == {'ul', 'li'}, text


LATEX = re.compile(
    r'\\textbackslash\{\}|\\textasci\w+\{\}|\\text(?:less|greater|bar)\{\}|'
    r'\\char34\{\}|\\[&%$#_{}]|\{[\[\]*`]\}|[^\\{}&%$#_~^<>|"\[\]*`]|\{\}')


def test_latex():
    """Only commands of the list, and no ligature, are in the text."""
    names = {
        r'\textbackslash{}': '\\',
        r'\textasciitilde{}': '~',
        r'\textasciicircum{}': '^',
        r'\textless{}': '<',
        r'\textgreater{}': '>',
        r'\textbar{}': '|',
        r'\char34{}': '"',
        '{}': ''
    }
    for text in ALL:
        written = escape.latex(text)
        tokens = LATEX.findall(written)
        assert ''.join(tokens) == written
        assert not re.search("--|''|[\n\r\x1b]", written)
        read = ''.join(
            names.get(
                token,
                token.strip('{}') if token[0] ==
                '{' else token.lstrip('\\') if len(token) > 1 else token)
            for token in tokens)
        shown = ''.join(char if char.isprintable() or char in escape.SHOWN else
                        char.encode('unicode_escape').decode()
                        for char in text)
        assert read == shown


@pytest.mark.filterwarnings('ignore:Glyph')
@pytest.mark.filterwarnings('ignore:Matplotlib currently does not support')
def test_plot_labels_are_no_formulas():
    matplotlib.use('Agg')
    from matplotlib import pyplot as plt
    figure, axes = plt.subplots()
    for text in TEXTS:
        label = axes.text(0, 0, escape.plot_label(text))
        assert not label.get_text() or label._preprocess_math(
            label.get_text())[1] is False
    figure.canvas.draw()
    plt.close(figure)
