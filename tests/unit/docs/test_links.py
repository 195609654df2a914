"""Every link leads somewhere, every page can be found, and every file that is named is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.docs.pages import (
    DOCS,
    PAGES,
    ROOT,
    WRITTEN,
    list_anchors,
    list_commands,
    list_links,
    list_spans,
    name_page,
)

IN_THE_TREE = re.compile(r"^(charts|crds|deploy|docs|examples|hack|operator|runtime|tests)/[\w./-]+$")

MADE = re.compile(r"^(?:time )?make ([a-z0-9-]+)")


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_relative_link_leads_to_a_file_and_a_heading_of_it(page: Path) -> None:
    for link in list_links(page):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in list_anchors(target), link


def test_every_page_is_linked_from_the_first() -> None:
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in list_links(DOCS / "README.md")}
    assert {page for page in PAGES if page.parent.name != ROOT.name and page.name != "README.md"} <= linked


@pytest.mark.parametrize("page", WRITTEN, ids=name_page)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    for named in filter(IN_THE_TREE.match, list_spans(page)):
        assert (ROOT / named).exists(), named


@pytest.mark.parametrize("page", WRITTEN, ids=name_page)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = [*list_spans(page), *list_commands(page)]
    assert {match[1] for text in texts if (match := MADE.match(text)) is not None} <= targets
