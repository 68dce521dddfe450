"""From sources and data to one HTML file that needs nothing else, and back to the data."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from typing import Any

MODULES = (
    "numbers", "matrices", "points", "requirement", "histogram", "nodes", "curves", "inputs",
    "trends",
    "proposal", "averages", "view", "model", "answers", "file", "link", "dom", "words", "chart",
    "waterfall", "triangle", "controls", "sections", "tables", "sharing", "page",
)  # fmt: skip
"""In an order in which each comes after those that it imports."""

IMPORT = re.compile(r"^import [^;]*;\n", re.M)
EXPORT = re.compile(r"^export (?=const|function|class|let|async)", re.M)
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.S)


def source(name: str) -> str:
    """Return the text of a source of the page."""
    return files("bioanchors.output.page").joinpath("js", name).read_text("utf-8")


def javascript() -> str:
    """Return the modules in one scope: imports of one another and ``export`` are taken out.

    Sound, since they have named exports of declarations only, and no name twice.
    """
    parts = [EXPORT.sub("", IMPORT.sub("", source(f"{module}.js"))) for module in MODULES]
    return '"use strict";\n' + "\n".join(parts)


def page_text(data: dict[str, Any]) -> str:
    """Return the page that holds data."""
    style, code = source("page.css"), javascript()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_digest(code)}",
            f"style-src {_digest(style)}",
            "img-src blob: data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{html.escape(data['title'])}</title>",
            f"<style>{style}</style></head>",
            source("page.html").rstrip(),
            f'<script type="application/json" id="data">{_inert(data)}</script>',
            f"<script>{code}</script>",
            "</body></html>",
            "",
        )
    )


def data_in(page: str) -> dict[str, Any] | None:
    """Return the data that a page holds, or None where it is no such page."""
    found = DATA.search(page)
    try:
        data = None if found is None else json.loads(found[1])
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _inert(data: dict[str, Any]) -> str:
    """Return JSON in which nothing ends a script or is a line break of JavaScript."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
