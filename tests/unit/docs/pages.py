"""The documentation as a test reads it: pages, their code, links and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = tuple(sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]))
WRITTEN = tuple(page for page in PAGES if page.parent.name != "reference")
"""Those that are not made from the code."""

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name_page(page: Path) -> str:
    """The path of a page, as a test is named after it."""
    return str(page.relative_to(ROOT))


def list_blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks in that language."""
    return [text for found, text in _FENCE.findall(page.read_text()) if found == language]


def list_spans(page: Path) -> list[str]:
    """What is set in code style within sentences and tables."""
    return _SPAN.findall(_FENCE.sub("", page.read_text()))


def list_commands(page: Path) -> list[str]:
    """The lines of indented blocks, without a prompt."""
    lines = _FENCE.sub("", page.read_text()).splitlines()
    return [line.strip().removeprefix("$ ") for line in lines if line.startswith("    ")]


def list_links(page: Path) -> list[str]:
    """Where its links lead."""
    return _LINK.findall(_FENCE.sub("", page.read_text()))


def list_anchors(page: Path) -> Iterator[str]:
    """The anchors of its headings, as GitHub makes them."""
    for heading in _HEADING.findall(_FENCE.sub("", page.read_text())):
        yield re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
