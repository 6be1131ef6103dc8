"""Settings of Sphinx. Build the site with tools/build_docs.sh."""
import warnings

with warnings.catch_warnings():
    warnings.simplefilter('ignore')  # noise of the framework at import
    import projects_move

project = 'projects_move'
copyright = 'the authors of projects_move, Apache-2.0'
version = release = projects_move.__version__

extensions = ['myst_parser', 'sphinx.ext.autodoc', 'sphinx.ext.napoleon']
exclude_patterns = ['_build']
html_theme = 'furo'
html_title = f'projects_move {release}'
html_theme_options = dict(sidebar_hide_name=False)
html_copy_source = False

# Links to a heading, as GitHub writes them: page.md#a-heading
myst_heading_anchors = 3
# The repository's own files are linked by paths that GitHub resolves, too
suppress_warnings = ['config.cache']

autodoc_default_options = {'members': True, 'undoc-members': False}
autodoc_member_order = 'bysource'
autodoc_typehints = 'signature'
autodoc_typehints_format = 'short'
autodoc_class_signature = 'mixed'
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 72
napoleon_numpy_docstring = False

# Every reference must resolve, except to names of other packages: the build
# needs no network, so it reads no inventory of theirs.
nitpicky = True
nitpick_ignore_regex = [
    ('py:.*', r'(?!projects_move).*'),
]
