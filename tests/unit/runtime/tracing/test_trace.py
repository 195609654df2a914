from __future__ import annotations

import pytest

from dixi_runtime.tracing.trace import read_trace

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def make_id(length: int) -> str:
    return "made"


@pytest.mark.parametrize(
    ("given", "parent"),
    [
        (PARENT, PARENT),
        ("ff" + PARENT[2:], ""),
        (PARENT.replace("0af7651916cd43dd8448eb211c80319c", "0" * 32), ""),
        (PARENT.upper(), ""),
        ("", ""),
        ("00-short", ""),
    ],
)
def test_a_trace_goes_on_only_when_it_is_one(given: str, parent: str) -> None:
    assert read_trace([(b"traceparent", given.encode()), (b"tracestate", b"a=1")], make_id).parent == parent


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1", "abc-1"), ("", "made"), ("a b", "made"), ("x" * 65, "made"), ("a\nb", "made")]
)
def test_a_request_id_is_kept_when_it_is_harmless(given: str, kept: str) -> None:
    assert read_trace([(b"x-request-id", given.encode())], make_id).request_id == kept
