"""How ``tox -e docs`` builds these pages; nothing is fetched, neither then nor by a reader."""

from regression_model import __version__

project = "evergreen-regression"
author = copyright = "the authors of evergreen-regression"  # noqa: A001 - Sphinx's name
version = release = __version__

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc"]
nitpicky = True  # each reference must lead somewhere

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # the docstrings say them
autodoc_preserve_defaults = True  # as written, and no paths of this machine
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

html_theme = "pydata_sphinx_theme"
html_title = f"{project} {version}"
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_sidebars = {"tutorial": [], "index": []}  # they stand alone
html_theme_options = {
    "footer_start": [],
    "footer_end": [],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
}
