"""The page of the report, from its parts."""
from pathlib import Path
from typing import Any

from projects_move.errors import InputError
from projects_move.utils.escape import visible

FOLDER = Path(__file__).parent


def require_libraries() -> None:
    """Check that the libraries of the page are installed.

    Raises:
        InputError: With the command that installs them.
    """
    try:
        import jinja2  # noqa: F401
        import plotly  # noqa: F401
    except ImportError as error:
        raise InputError(
            "a report needs plotly and jinja2: pip install -e '.[report]' "
            f'or pip install plotly jinja2 ({error})') from None


def render(**parts: Any) -> str:
    """Page of HTML without references to other files.

    Each text is escaped, also in the data for the script: a class may be
    called ``</script>``.

    Args:
        parts: Variables of ``page.html``. ``data`` becomes JSON and holds no
            NaN.
    """
    import jinja2
    import markupsafe
    import plotly
    from plotly.offline import get_plotlyjs

    def finalize(value: Any) -> Any:
        is_text = isinstance(value, str)
        is_marked = isinstance(value, markupsafe.Markup)
        return visible(value) if is_text and not is_marked else value

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=finalize)
    environment.filters['decimal'] = '{:.3f}'.format
    environment.filters['thousands'] = '{:,}'.format
    environment.policies['json.dumps_kwargs'] = dict(
        allow_nan=False, separators=(',', ':'))
    return environment.get_template('page.html').render(
        css=(FOLDER / 'page.css').read_text('utf-8'),
        js=(FOLDER / 'page.js').read_text('utf-8'),
        plotly=get_plotlyjs(),
        plotly_version=plotly.__version__,
        **parts)
