"""Every DixiInstall in a page or in the examples can be installed as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dixi_operator.api.checks import check_spec, read_install
from dixi_operator.api.names import KIND
from dixi_operator.plan import build_plan
from dixi_operator.preflight import check_plan
from tests.unit.docs.pages import PAGES, ROOT, list_blocks, name_page
from tests.unit.operator.components.contexts import FACTS, place

EXAMPLES = tuple(sorted((ROOT / "examples").glob("*.yaml")))


def list_installs(path: Path) -> Iterator[dict[str, Any]]:
    """The installs in a page, or in a file of YAML."""
    texts = list_blocks(path, "yaml") if path.suffix == ".md" else [path.read_text()]
    for document in (document for text in texts for document in yaml.safe_load_all(text)):
        if isinstance(document, dict) and document.get("kind") == KIND:
            yield document


@pytest.mark.parametrize("path", [path for path in (*PAGES, *EXAMPLES) if list(list_installs(path))], ids=name_page)
def test_every_install_can_be_carried_out(path: Path) -> None:
    for document in list_installs(path):
        install = read_install(document)
        assert check_spec(install) == []
        assert check_plan(install, FACTS) == []
        assert build_plan(place(install)).waves


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_block_of_yaml_is_yaml(page: Path) -> None:
    for text in list_blocks(page, "yaml"):
        assert all(isinstance(document, dict) for document in yaml.safe_load_all(text))


def test_the_readme_and_the_examples_have_installs() -> None:
    assert list(list_installs(ROOT / "README.md"))
    assert sum(len(list(list_installs(path))) for path in EXAMPLES) >= 2
