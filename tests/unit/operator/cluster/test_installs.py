"""Of each install the newest version is known, until it is in doubt."""

from __future__ import annotations

from typing import Any

from dixi_operator.cluster.installs import Installs


def install(version: int, **parts: Any) -> dict[str, Any]:
    return {"metadata": {"name": "wall", "resourceVersion": str(version)}, **parts}


def test_what_was_put_is_found_whole() -> None:
    installs = Installs()
    installs.put(install(1, spec={"profile": "dev"}, status={"conditions": [{"type": "Ready"}]}))
    assert installs.find("wall") == install(1, spec={"profile": "dev"}, status={"conditions": [{"type": "Ready"}]})
    assert installs.find("another") is None


def test_an_older_version_that_comes_late_changes_nothing() -> None:
    installs = Installs()
    installs.put(install(9, spec={"profile": "large"}))
    installs.put(install(8, spec={"profile": "dev"}))
    assert installs.find("wall") == install(9, spec={"profile": "large"})


def test_what_is_in_doubt_has_to_be_asked_for() -> None:
    installs = Installs()
    installs.put(install(9))
    installs.discard("wall")
    installs.discard("wall")
    assert installs.find("wall") is None
    installs.put(install(8))
    assert installs.find("wall") == install(8)
