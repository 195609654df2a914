"""Fixtures: a real API server, and how much of the matrix of faults is to be gone through."""

from __future__ import annotations

import pytest

from tests.support.fake import api, gateway

__all__ = ["api", "gateway"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this stage."""
    group = parser.getgroup("faults")
    group.addoption("--every-fault", action="store_true", help="go through the whole matrix instead of a sample")
    group.addoption("--fault-seed", type=int, default=1, help="which sample is taken")


@pytest.fixture
def every(request: pytest.FixtureRequest) -> bool:
    """Whether everything is to be tried, however long it takes."""
    chosen: bool = request.config.getoption("--every-fault")
    return chosen


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Chooses the sample."""
    chosen: int = request.config.getoption("--fault-seed")
    return chosen
