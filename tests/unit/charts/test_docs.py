"""What the pages about installing and upgrading say can be done."""

from __future__ import annotations

import re

import pytest
import yaml

from hack.chart.values import SCHEMA, list_values
from tests.unit.charts.conftest import CHART, Render, pick
from tests.unit.charts.pages import find_blocks

DOCS = CHART.parents[1] / "docs"
PAGES = ("install.md", "upgrade.md")


def read_page(name: str) -> str:
    return (DOCS / name).read_text()


def find_values(page: str) -> set[tuple[str, ...]]:
    """Values that a page names, as code, with or without what they are set to."""
    spans = re.findall(r"`([a-zA-Z.]+)(?:: [^`]*)?`", page)
    paths = (tuple(span.split(".")) for span in spans)
    return {path for path in paths if len(path) > 1 and path[0] in SCHEMA["properties"]}


@pytest.mark.parametrize("page", PAGES)
def test_every_value_that_a_page_names_exists(page: str) -> None:
    named = find_values(read_page(page))
    assert named != set()
    assert named <= list_values().keys()


def test_the_values_of_the_example_are_accepted(render: Render) -> None:
    (example,) = find_blocks(read_page("install.md"), "values")
    manifests = render(yaml.safe_load(example))
    assert pick(manifests, "ServiceMonitor")
    (container,) = pick(manifests, "Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "REGISTRY/dixi-operator:1.0.0"


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_yaml_is_yaml(page: str) -> None:
    for block in re.findall(r"^```yaml[^\n]*\n(.*?)^```$", read_page(page), re.MULTILINE | re.DOTALL):
        assert isinstance(yaml.safe_load(block), dict)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page: str) -> None:
    for target in re.findall(r"\]\(([^):#]+)\)", read_page(page)):
        assert (DOCS / target).exists(), target


def test_what_is_said_of_uninstalling_covers_every_choice() -> None:
    choices = list_values()["uninstall", "onInstalls"]["enum"]
    assert all(f"| `{choice}` |" in read_page("upgrade.md") for choice in choices)
