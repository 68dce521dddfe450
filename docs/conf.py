"""Sphinx: ``sphinx-build -W docs docs/_build``."""

from __future__ import annotations

import shutil
from pathlib import Path

import bioanchors

HERE = Path(__file__).parent
# Sphinx reads what lies below its folder alone.
for notebook in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
    (HERE / "notebooks").mkdir(exist_ok=True)
    shutil.copy(notebook, HERE / "notebooks" / notebook.name)

# Pages of the presets, at the root of what is built.
PAGES = HERE / "_pages"
PAGES.mkdir(exist_ok=True)
for preset in ("cotra2020", "cotra2020-uncertain", "update-2026"):
    bioanchors.explore(preset, out=PAGES / f"page-{preset}.html")

project = "bioanchors"
author = "The bioanchors developers"
release = version = bioanchors.__version__
extensions = ["sphinx.ext.autodoc", "sphinx.ext.mathjax", "numpydoc", "myst_nb"]
exclude_patterns = ["_build", "_pages"]
html_extra_path = ["_pages"]
html_theme = "furo"
html_title = f"bioanchors {version}"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
# The notebooks run in the tests; here they are read.
nb_execution_mode = "off"
suppress_warnings = ["myst.xref_missing", "mystnb.unknown_mime_type"]
