"""Settings of Sphinx. tools/build_docs.sh builds the site."""
import re
import sys
import warnings
from pathlib import Path

from sphinx.util.nodes import make_refnode

with warnings.catch_warnings():
    warnings.simplefilter('ignore')  # noise of the framework at import
    import projects_move

DOCS = Path(__file__).resolve().parent

project = 'projects_move'
copyright = 'the authors of projects_move, Apache-2.0'
version = release = projects_move.__version__
extensions = ['myst_parser', 'sphinx.ext.autodoc', 'sphinx.ext.napoleon']
exclude_patterns = ['_build']
html_theme = 'furo'
html_title = f'projects_move {release}'
html_copy_source = False
# anchors of headings, in the same form as on GitHub
myst_heading_anchors = 3

autodoc_default_options = {'members': True}
autodoc_member_order = 'bysource'
autodoc_typehints_format = 'short'
autodoc_inherit_docstrings = False
python_maximum_signature_line_length = 72
napoleon_use_ivar = True
napoleon_use_rtype = False

# Every reference must resolve, except names of other packages: the build does
# not read their inventories, so that it needs no network.
nitpicky = True
nitpick_ignore_regex = [
    (r'py:.*', r'(torch|numpy|mmengine|mmaction|mmcv|matplotlib)\..*'),
    (r'py:.*', r'(typing|pathlib|collections|argparse|jaxtyping)\..*'),
    (r'py:.*', r'ndarray|Tensor'),  # in the shapes of signatures
]

_LINK = re.compile(r'(?<!!)\[([^\]]+)\]\(([^)#:]+)(#[^)]*)?\)')


def unlink_source_files(folder: Path, text: str) -> str:
    """Replace links to files outside the site by their text.

    GitHub resolves such links, the site does not.
    """

    def replace(match: re.Match) -> str:
        target = (folder / match[2]).resolve()
        inside = target.suffix == '.md' and DOCS in target.parents
        return match[0] if inside or not target.exists() else match[1]

    return _LINK.sub(replace, text)


def on_read(app, name: str, content: list) -> None:
    folder = Path(app.env.doc2path(name)).parent
    content[0] = unlink_source_files(folder, content[0])


def on_include(app, path: Path, parent: str, content: list) -> None:
    folder = (DOCS / path).resolve().parent
    content[0] = unlink_source_files(folder, content[0])


def on_docstring(app, what, name, obj, options, lines: list) -> None:
    """Escape a letter and dot as in "num_heads: H.", else item H of a list."""
    lines[:] = [
        re.sub(r'(: |^ +)([A-Za-z]\.)', r'\1\\\2', line) for line in lines
    ]


def on_missing_reference(app, env, node, contnode):
    """Resolve a name of the package that is written without its module.

    The name of an internal class, without entry on the site, is plain text. A
    name that the package does not have is an error.
    """
    name = node.get('reftarget', '').rpartition('.')[2]
    if node.get('refdomain') != 'py' or not name:
        return None
    domain = env.get_domain('py')
    found = [full for full in domain.objects if full.endswith(f'.{name}')]
    if len(found) == 1:
        page = domain.objects[found[0]].docname
        return make_refnode(app.builder, node['refdoc'], page, found[0],
                            contnode)
    known = any(
        hasattr(module, name) for key, module in list(sys.modules.items())
        if key.startswith('projects_move'))
    return contnode if known else None


def setup(app) -> None:
    app.connect('source-read', on_read)
    app.connect('include-read', on_include)
    app.connect('autodoc-process-docstring', on_docstring, priority=400)
    app.connect('missing-reference', on_missing_reference)
