"""Both contestants are given the same objects."""

from __future__ import annotations

import json
from pathlib import Path

from tests.perf.installs import NAME_MARK, NAMESPACE_MARK, UID_MARK, build_install, render, render_template

RIVAL = Path(__file__).resolve().parents[2] / "perf" / "rival" / "main.go"


def test_the_template_with_an_installs_values_is_what_the_operator_renders_but_for_the_secrets() -> None:
    install = build_install("wall")
    install["metadata"]["uid"] = "some-uid"
    text = json.dumps(render_template())
    for mark, value in {NAME_MARK: "wall", NAMESPACE_MARK: "wall", UID_MARK: "some-uid"}.items():
        text = text.replace(mark, value)
    without_values = [{**item, "stringData": None} for item in json.loads(text)]
    assert without_values == [{**item, "stringData": None} for item in render(install)]


def test_the_namespace_comes_first_as_the_rival_relies_on() -> None:
    assert render_template()[0]["kind"] == "Namespace"


def test_the_rival_knows_the_marks() -> None:
    source = RIVAL.read_text()
    assert all(f'"{mark}"' in source for mark in (NAME_MARK, NAMESPACE_MARK, UID_MARK))
