"""The page in a headless Chromium, as a reader opens it from disk."""
import pytest

from projects_move.visualization.report import find_methods, write_report
from tests.browser import Browser, find_chromium
from tests.visualization.report.tiny_runs import write_methods

pytestmark = pytest.mark.skipif(
    find_chromium() is None,
    reason='there is no Chromium; on Debian: apt-get install chromium')

HACK = '</script><script>window.hacked = 1</script>'
NAMES = (HACK, '<img src=x onerror="window.hacked=1">', 'a & <b>b</b>',
         '走る\u2028{{ 7 * 7 }}', 'gpj\u202e\udcff', 'Ärger "x" \'y\'')
SHOWN = (*NAMES[:3], '走る\\u2028{{ 7 * 7 }}', 'gpj\\u202e\\udcff', NAMES[5])

CELLS = '''[...document.querySelectorAll('#class-table tbody tr')].map(
    (row) => row.cells[%d].textContent)'''
SEARCH = '''document.getElementById('search').value = %r;
    document.getElementById('search').dispatchEvent(new Event('input'));'''
PRESS = "document.querySelectorAll('#class-table th button')[%d].click();"


@pytest.fixture(scope='module')
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp('profile')) as browser:
        yield browser


@pytest.fixture(scope='module')
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp('page')
    write_methods(folder / 'runs', names=NAMES, groups='thirds')
    for name, new in (('weak', HACK.replace('/', '')), ('strong', 'b & c')):
        (folder / 'runs' / name).rename(folder / 'runs' / new)
    out = folder / 'a b.html'
    assert write_report(find_methods([str(folder / 'runs')]), out, HACK) == []
    return out


@pytest.fixture
def opened(browser, page):
    """The page in a browser that may not complain."""
    browser.complaints.clear()
    browser.requests.clear()
    browser.show(1280)
    browser.open(page)
    yield browser
    assert browser.evaluate('window.hacked') is None
    assert browser.complaints == []
    assert set(browser.requests) == {page.absolute().as_uri()}


def test_sorts(opened):
    training = [int(each) for each in opened.evaluate(CELLS % 3)]
    assert training == sorted(training, reverse=True) and len(training) == 6
    assert sorted(opened.evaluate(CELLS % 0)) == sorted(SHOWN)
    for column, key in ((5, lambda each: float(each.split()[0])), (1, int)):
        opened.evaluate(PRESS % column)
        falling = [key(each) for each in opened.evaluate(CELLS % column)]
        assert falling == sorted(falling, reverse=True)
        opened.evaluate(PRESS % column)
        assert [key(each)
                for each in opened.evaluate(CELLS % column)] == falling[::-1]
    state = "document.querySelectorAll('#class-table th')[1].ariaSort"
    assert opened.evaluate(state) == 'ascending'


@pytest.mark.parametrize('text, expected', [
    ('<B>', [2]),
    ('ärger', [5]),
    ('script', [0]),
    ('none of them', []),
    ('', [0, 1, 2, 3, 4, 5]),
])
def test_searches(opened, text, expected):
    opened.evaluate(SEARCH % text)
    assert set(opened.evaluate(CELLS % 0)) == {SHOWN[i] for i in expected}
    shown = opened.evaluate("document.getElementById('shown').textContent")
    assert shown == f'{len(expected)} of 6 classes'


def test_differences_follow_the_choice(opened):
    before = [float(each) for each in opened.evaluate(CELLS % 7)]
    first, second = ([
        float(each.split()[0]) for each in opened.evaluate(CELLS % column)
    ] for column in (5, 6))
    assert sum(before) > 0  # the better method comes first
    for got, a, b in zip(before, first, second):
        assert abs(got) == pytest.approx(abs(a - b), abs=.0011)
    opened.evaluate(
        '''for (const [id, value] of [['first', 0], ['second', 1]]) {
        const each = document.getElementById(id);
        each.value = each.value === '0' ? 1 : 0;
        each.dispatchEvent(new Event('change'));
    }''')
    after = [float(each) for each in opened.evaluate(CELLS % 7)]
    assert after == [-each for each in before]


def test_charts_are_drawn_and_methods_hidden(opened):
    opened.show(1280, 6000)  # all of the page is in view
    drawn = '''new Promise((done) => {
        const look = () => document.querySelectorAll('.chart').length ===
            document.querySelectorAll('.chart .main-svg:first-child').length
            ? done(document.querySelectorAll('.chart').length)
            : setTimeout(look, 20);
        look();
    })'''
    assert opened.evaluate(drawn) >= 6
    bars = "document.querySelectorAll('#chart-map .barlayer .trace').length"
    assert opened.evaluate(bars) == 2
    opened.evaluate("document.querySelector('#legend input').click()")
    assert opened.evaluate(bars) == 1


@pytest.mark.parametrize('width', [390, 1280])
@pytest.mark.parametrize('dark', [False, True])
def test_fits_the_window_in_both_themes(opened, page, width, dark):
    opened.show(width, dark=dark)
    opened.open(page)
    assert opened.evaluate(
        'document.documentElement.scrollWidth <= innerWidth')
    luminance = opened.evaluate('''getComputedStyle(document.documentElement)
        .backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)''')
    assert (max(luminance) < 60) == dark and (min(luminance) > 200) != dark


def test_prints_all_charts(opened, tmp_path):
    opened.print_pdf(tmp_path / 'a.pdf')
    assert (tmp_path / 'a.pdf').read_bytes()[:4] == b'%PDF'
    assert opened.evaluate('''[...document.querySelectorAll('.chart')].every(
        (each) => each.querySelector('.main-svg'))''')
