from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dixi_operator.backup.documents import dump_documents

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.text(), values, max_size=4), max_size=3))
def test_what_is_written_reads_back_the_same(manifests: list[dict[str, Any]]) -> None:
    assert list(yaml.safe_load_all(dump_documents(manifests))) == manifests


@pytest.mark.parametrize("text", ["1e3", "0o7", "0x1F", "+1", ".5", "1_000", "12:30", "y", "N", "2026-11-25"])
def test_a_string_that_another_reader_takes_for_something_else_is_quoted(text: str) -> None:
    assert dump_documents([{"value": text}]) == f"---\nvalue: '{text}'\n"


@pytest.mark.parametrize("text", ["true", "null", "~", "no", "", " x", "a: b", "# x"])
def test_what_yaml_itself_takes_for_something_else_is_quoted_too(text: str) -> None:
    assert dump_documents([{"value": text}]) == f"---\nvalue: '{text}'\n"


def test_lines_stay_lines() -> None:
    assert dump_documents([{"config": "a\nb\n"}]) == "---\nconfig: |\n  a\n  b\n"


def test_shared_parts_are_written_out() -> None:
    labels = {"app": "dixi"}
    assert dump_documents([{"a": labels, "b": labels}]) == "---\na:\n  app: dixi\nb:\n  app: dixi\n"


class Level(StrEnum):
    INFO = "info"


def test_a_member_of_an_enumeration_is_its_text() -> None:
    assert dump_documents([{"level": Level.INFO, "name": "x"}]) == "---\nlevel: info\nname: x\n"
