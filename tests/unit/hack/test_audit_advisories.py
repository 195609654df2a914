"""Which advisories hold for a version."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from hack.audit.advisories import select_advisories

VERSIONS = st.builds("{}.{}.{}".format, *[st.integers(0, 9)] * 3)


def about(*events: dict[str, str], name: str = "dixi", versions: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    affected = {
        "package": {"name": name, "ecosystem": "PyPI"},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
        "versions": list(versions),
    }
    return {"id": "X-1", "affected": [affected], **more}


@pytest.mark.parametrize(
    ("version", "holds"),
    [("0.9", False), ("1.0", True), ("1.10", True), ("2.0rc1", True), ("2.0", False), ("3.1", True)],
)
def test_it_holds_from_where_it_came_in_until_it_was_fixed_and_again(version: str, holds: bool) -> None:
    advisory = about({"introduced": "1.0"}, {"fixed": "2.0"}, {"introduced": "3.0"})
    assert bool(select_advisories([advisory], "dixi", version)) is holds


@pytest.mark.parametrize(("version", "holds"), [("1.9", True), ("1.10", True), ("1.10.post1", False), ("2", False)])
def test_the_last_affected_version_is_affected(version: str, holds: bool) -> None:
    advisory = about({"introduced": "0"}, {"last_affected": "1.10"})
    assert bool(select_advisories([advisory], "dixi", version)) is holds


def test_a_version_that_is_listed_needs_no_range() -> None:
    assert select_advisories([about(versions=("1.2",))], "dixi", "1.2")
    assert not select_advisories([about(versions=("1.2",))], "dixi", "1.3")


def test_names_are_compared_as_pypi_does() -> None:
    advisory = about({"introduced": "0"}, name="Dixi_Wall.tools")
    assert select_advisories([advisory], "dixi-wall-tools", "1")
    assert not select_advisories([advisory], "dixi-wall", "1")


def test_what_was_withdrawn_holds_for_nothing() -> None:
    assert not select_advisories([about({"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z")], "dixi", "1")


@pytest.mark.parametrize(
    "events",
    [
        ({"introduced": "r17"}, {"fixed": "2.0"}),
        ({"introduced": "0"}, {"fixed": "r17"}),
        ({"introduced": "0"}, {"last_affected": "r17"}),
    ],
)
def test_a_bound_that_is_no_version_hides_nothing(events: tuple[dict[str, str], ...]) -> None:
    assert select_advisories([about(*events)], "dixi", "1.0")


@given(introduced=VERSIONS, fixed=VERSIONS, version=VERSIONS, turned=st.booleans())
def test_the_order_in_which_events_are_written_means_nothing(
    introduced: str, fixed: str, version: str, turned: bool
) -> None:
    events = [{"introduced": introduced}, {"fixed": fixed}]
    found = select_advisories([about(*(reversed(events) if turned else events))], "dixi", version)
    first, last, asked = Version(introduced), Version(fixed), Version(version)
    expected = first <= asked < last if first < last else asked >= first if first > last else None
    assert expected is None or bool(found) is expected
