"""How Sphinx builds the documentation: `make docs`. Nothing in the pages is loaded from another server."""

from posecheck.core import __version__

project = "posecheck"
release = __version__
html_title = f"posecheck {__version__}"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_copy_source = False
html_show_sourcelink = False
suppress_warnings = ["misc.highlighting_failure"]

# Headings can be linked to, as on the pages of a code host.
myst_heading_anchors = 3
# Links to files beside the documentation lead to the file, not to a page.
myst_all_links_external = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
napoleon_use_ivar = True
napoleon_use_rtype = False
# Single backticks in docstrings mark code.
default_role = "code"
