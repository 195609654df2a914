"""What the pages name exists in the code, and what the code makes public is on a page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from pydantic_settings import BaseSettings

import dixi_operator
import dixi_runtime
from dixi_operator import reporter
from dixi_operator.api import names
from dixi_operator.api.reasons import Reason
from dixi_operator.api.schema import build_schema
from dixi_operator.cluster.kinds import DEVICE_CLASS, EVENT, INSTALL, NODE, OWNED, QUOTA, RUNTIME_CLASS, STORAGE_CLASS
from dixi_operator.gpu.choice import Choice, Mode, Rollout
from dixi_operator.health.status import build_status
from dixi_operator.health.waves import WAITING_FOR
from hack.reference.conditions import CONDITIONS, EVENTS, render_conditions
from hack.reference.settings import SECTIONS
from hack.reference.verbs import list_verbs
from tests.unit.docs.pages import DOCS, PAGES, ROOT, WRITTEN, list_blocks, list_commands, list_spans, name_page
from tests.unit.operator.components.contexts import FACTS, make_context
from tests.unit.operator.health.live import observe

REFERENCE = DOCS / "reference"
SCHEMA = build_schema()
FIELD = re.compile(r"^(spec|status)(\.[A-Za-z0-9]+)+")
CAMEL = re.compile(r"^[A-Z][a-z]+(?:[A-Z][a-z]+)+(?=$|:)")
SERIES = re.compile(r"\bdixi_[a-z_]+\b")
VARIABLE = re.compile(r"\bDIXI_[A-Z_]+\b")
SPOKEN = re.compile(r"^(?:kubectl )?dixi ((?:[a-z-]+ ?)+)")
CLASSES = {"Counter": "_total", "Gauge": "", "Histogram": ""}
CLASSES |= {f"{kind}MetricFamily": suffix for kind, suffix in (("Counter", "_total"), ("Gauge", ""), ("Summary", ""))}
FOREIGN = frozenset(
    {
        *("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError"),
        *("CreateContainerError", "ContainerCreating", "CrashLoopBackOff", "PodTemplateSpec", "WaitForFirstConsumer"),
    }
)
"""Words of Kubernetes that the pages quote."""

OF_EXPLAIN = frozenset({"NotObserved"})
"""What only the command line can say: no operator has looked, so none has written a reason."""

OF_THE_TOOLS = frozenset({"DIXI_CACHE"})
"""Variables of make and of hack, which no program of ours reads."""


def find_field(schema: Any, path: list[str]) -> bool:
    """Whether the schema has a field of that path; below a patch anything may be."""
    for name in path:
        schema = schema.get("items", schema)
        if schema.get("x-kubernetes-preserve-unknown-fields"):
            return True
        schema = schema.get("properties", {}).get(name)
        if schema is None:
            return False
    return True


def list_choices(schema: Any) -> Iterator[str]:
    """Every value of every enum in a schema."""
    if isinstance(schema, dict):
        yield from schema.get("enum", ())
        for value in schema.values():
            yield from list_choices(value)


def list_series() -> Iterator[str]:
    """Every series that a module of ours declares."""
    for file in [*(ROOT / "operator").rglob("*.py"), *(ROOT / "runtime").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Name(id=kind), args=[ast.Constant(value=str(name)), *_]) if kind in CLASSES:
                    yield name + CLASSES[kind]


def list_settings() -> set[type[BaseSettings]]:
    """Every class of settings in the programs; those that only others build on are left out."""
    for package in (dixi_operator, dixi_runtime):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found: set[type[BaseSettings]] = set()
    ahead = [BaseSettings]
    while ahead:
        below = [item for item in ahead.pop().__subclasses__() if item.__module__.startswith("dixi_")]
        found |= {*below}
        ahead += below
    return found


def list_rows(page: str) -> set[str]:
    """The first cell of each row of the tables of a page."""
    return set(re.findall(r"^\| `([^`]+)` \|", (REFERENCE / page).read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_field_that_is_named_exists(page: Path) -> None:
    for span in list_spans(page):
        if (match := FIELD.match(span)) is not None:
            assert find_field(SCHEMA, match[0].split(".")), span


@pytest.mark.parametrize("page", WRITTEN, ids=name_page)
def test_every_name_in_camel_case_is_a_reason_a_condition_or_a_kind(page: Path) -> None:
    kinds = {kind.name for kind in (*OWNED, INSTALL, NODE, STORAGE_CLASS, EVENT, QUOTA, RUNTIME_CLASS, DEVICE_CLASS)}
    waves = {f"{wave.capitalize()}Ready" for wave in WAITING_FOR}
    known = {*Reason, *Rollout, *CONDITIONS, *waves, *kinds, *list_choices(SCHEMA), *FOREIGN, *OF_EXPLAIN}
    for span in list_spans(page):
        if (match := CAMEL.match(span)) is not None:
            assert match[0] in known, span


@pytest.mark.parametrize("page", WRITTEN, ids=name_page)
def test_every_verb_that_is_named_exists(page: Path) -> None:
    verbs = {words for words, _ in list_verbs()}
    for text in [*list_spans(page), *list_commands(page)]:
        if (match := SPOKEN.match(text)) is not None:
            words = match[1].split()
            assert any(f"dixi {' '.join(words[:count])}" in verbs for count in (1, 2)), text


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_variable_that_is_named_is_read_by_a_program(page: Path) -> None:
    known = VARIABLE.findall((REFERENCE / "settings.md").read_text())
    assert set(VARIABLE.findall(page.read_text())) <= {*known, *OF_THE_TOOLS}


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_series_that_is_named_is_measured(page: Path) -> None:
    modules = {"dixi_operator", "dixi_runtime"}
    assert set(SERIES.findall(page.read_text())) <= {*list_series(), *modules}


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_label_and_annotation_that_is_named_is_ours(page: Path) -> None:
    ours = {value for name, value in vars(names).items() if name.startswith(("ANNOTATION_", "LABEL_", "API_VERSION"))}
    assert set(re.findall(r"`(dixi\.io/[\w-]+)`", page.read_text())) <= ours


def test_every_series_is_described() -> None:
    assert list_rows("metrics.md") == set(list_series())


def test_every_class_of_settings_is_described() -> None:
    described = {settings for _, settings, _ in SECTIONS}
    bases = {base for settings in described for base in settings.__mro__}
    assert list_settings() <= bases
    assert described <= list_settings()


def test_every_reason_is_described() -> None:
    assert list_rows("reasons.md") == set(Reason)


def test_every_condition_is_described() -> None:
    context = make_context(backup={"destination": {"volume": {}}})
    status = build_status(
        context.install,
        revision="abc",
        waves=observe(context),
        findings=(),
        probe=None,
        facts=replace(FACTS, choices={"vision": Choice(mode=Mode.CPU, reason=Reason.NO_GPU, message="none")}),
        previous={},
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    described = re.findall(r"^\| `(\w+)` \|", render_conditions().partition("## Events")[0], re.MULTILINE)
    assert sorted(described) == sorted(condition["type"] for condition in status["conditions"])


def test_every_event_besides_those_about_ready_is_described() -> None:
    posted = {
        node.args[1].attr
        for node in ast.walk(ast.parse(Path(reporter.__file__).read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "_post_event"
        and isinstance(node.args[1], ast.Attribute)
    }
    assert {Reason[name] for name in posted} == set(EVENTS)


@pytest.mark.parametrize("part", ["spec", "status"])
def test_every_field_is_described(part: str) -> None:
    def walk(path: str, schema: Any) -> Iterator[str]:
        for name, inner in schema.get("properties", {}).items():
            yield f"{path}.{name}"
            yield from walk(f"{path}.{name}", inner)
            yield from walk(f"{path}.{name}[]", inner.get("items", {}))

    assert {*walk(part, SCHEMA["properties"][part])} == {
        row for row in list_rows("dixiinstall.md") if row.startswith(f"{part}.")
    }


def test_every_verb_is_described() -> None:
    sections = re.findall(r"^## (dixi .+)$", (REFERENCE / "cli.md").read_text(), re.MULTILINE)
    assert sections == [words for words, _ in list_verbs()]


def test_the_pages_have_what_these_tests_look_for() -> None:
    spans = [span for page in WRITTEN for span in list_spans(page)]
    commands = [command for page in WRITTEN for command in list_commands(page)]
    for pattern in (FIELD, CAMEL, SPOKEN):
        assert any(pattern.match(text) for text in [*spans, *commands]), pattern.pattern
    assert any(list_blocks(page, "yaml") for page in WRITTEN)
