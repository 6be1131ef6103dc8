"""Running a tool without the seconds that another Python takes to start."""
import contextlib
import io
from unittest import mock


def run_tool(main, *args):
    """Output of a tool's ``main``, and the message it stops with or None."""
    text, problem = io.StringIO(), None
    with mock.patch('sys.argv', ['tool', *map(str, args)]), \
            contextlib.redirect_stdout(text), \
            contextlib.redirect_stderr(text):
        try:
            main()
        except SystemExit as stopped:
            problem = str(stopped)
    return text.getvalue(), problem
