from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dixi_runtime.backend.strict_json import MAX_VALUES, DuplicateKeyError, MalformedError, parse

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_any_document_is_read_as_it_was_written(value: object, spaced: bool) -> None:
    raw = json.dumps(value).encode() if spaced else orjson.dumps(value)
    assert parse(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{bad",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b'"\xff"',
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"{} {}",
        b"[" * 100_000,
        b"[" * 300 + b"]" * 300,
    ],
)
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedError):
        parse(raw)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b'{"type":"fist","type":"fist"}', "type"),
        (b'{"position": {"x": 1, "y": 2, "x": 3}}', "x"),
        (b'[{"a":1},{"b":1,"b":2}]', "b"),
        (b'{"\\u0061":1,"a":2}', "a"),
    ],
)
def test_a_key_that_occurs_twice_is_named(raw: bytes, key: str) -> None:
    with pytest.raises(DuplicateKeyError) as caught:
        parse(raw)
    assert caught.value.key == key


def test_what_is_read_can_be_written_again_inside_an_answer() -> None:
    deepest = next(levels for levels in range(400, 0, -1) if _is_taken(b"[" * levels + b"]" * levels))
    assert deepest > 200
    orjson.dumps({"message": "x", "data": {"data": [parse(b"[" * deepest + b"]" * deepest)]}})


def test_a_flood_of_values_is_refused_before_it_takes_memory() -> None:
    assert len(parse(b"[" + b"0," * (MAX_VALUES - 2) + b"0]")) == MAX_VALUES - 1
    with pytest.raises(MalformedError, match="more than 500000 values"):
        parse(b"[" + b"{}," * MAX_VALUES + b"0]")


def _is_taken(raw: bytes) -> bool:
    try:
        parse(raw)
    except MalformedError:
        return False
    return True
