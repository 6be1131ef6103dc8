"""Run a tool without a checkout: ``python -m projects_move train CONFIG``.

Tools are named by their paths below ``tools`` without ``.py``, such as
``train`` or ``data/make_dataset``.
"""
import runpy
import sys

from projects_move.apis.configs import TOOLS


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ''
    script = TOOLS / f'{name}.py'
    if not script.is_file():
        raise SystemExit('usage: python -m projects_move TOOL [ARGUMENTS]\n'
                         f'expected a tool in {TOOLS}, found {name!r}')
    sys.argv[:2] = [str(script)]
    sys.path[0] = str(script.parent)  # as for any script
    runpy.run_path(str(script), run_name='__main__')


if __name__ == '__main__':
    main()
