"""The faults are what they say; otherwise the matrix would prove nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from yarl import URL

from tests.faults.trial import compare
from tests.support.faults import CALL_FAULTS, WATCH_FAULTS, Fault
from tests.support.proxy import narrow

FIRST, SECOND, THIRD = (b'{"type":"ADDED","object":{"metadata":{"name":"%d"}}}\n' % number for number in range(3))
BOOKMARK = b'{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}\n'


async def run(fault: Fault, *lines: bytes) -> list[bytes]:
    """What a fault makes of the lines of a watch when it strikes at the first."""

    async def follow() -> AsyncIterator[bytes]:
        for line in lines[1:]:
            yield line

    return [line async for line in WATCH_FAULTS[fault](lines[0], follow())]


def test_a_fault_is_one_of_a_call_or_one_of_a_watch() -> None:
    assert {*CALL_FAULTS, *WATCH_FAULTS} == set(Fault)


async def test_a_truncated_line_is_the_last() -> None:
    (half,) = await run(Fault.TRUNCATED, FIRST, SECOND)
    assert FIRST.startswith(half)
    assert not half.endswith(b"\n")


async def test_garbage_replaces_one_line() -> None:
    garbage, *rest = await run(Fault.GARBAGE, FIRST, SECOND, THIRD)
    assert garbage != FIRST
    assert rest == [SECOND, THIRD]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.ENDED, []),
        (Fault.BLACK_HOLE, []),
        (Fault.DUPLICATED, [FIRST, FIRST, SECOND, SECOND]),
        (Fault.REORDERED, [SECOND, FIRST]),
    ],
)
async def test_what_becomes_of_two_lines(fault: Fault, expected: list[bytes]) -> None:
    assert await run(fault, FIRST, SECOND) == expected


async def test_no_event_is_moved_past_a_bookmark() -> None:
    assert await run(Fault.REORDERED, FIRST, SECOND, BOOKMARK, THIRD) == [SECOND, FIRST, BOOKMARK, THIRD]


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [
        ("/apis/dixi.io/v1alpha1/dixiinstalls?watch=true", "fieldSelector", "metadata.name=wall"),
        ("/api/v1/configmaps?labelSelector=a%3Db", "labelSelector", "a=b,app.kubernetes.io/instance=wall"),
    ],
)
def test_an_operator_sees_but_its_own_install(address: str, name: str, value: str) -> None:
    assert narrow(URL(address, encoded=True), "wall").query[name] == value


@pytest.mark.parametrize("address", ["/api/v1/nodes", "/apis/dixi.io/v1alpha1/dixiinstalls/wall", "/apis/apps/v1"])
def test_other_calls_go_where_they_were_sent(address: str) -> None:
    assert narrow(URL(address), "wall") == URL(address)


def test_a_difference_is_named_with_its_place() -> None:
    assert compare({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}) == ["/a/c: 3 instead of 2"]
    assert compare({"a": 1}, {"a": 1, "b": 2}) == ["/b: 2 instead of None"]
