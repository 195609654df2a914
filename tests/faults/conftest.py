"""Fixtures: a real API server, and how much of the matrix of faults is to be gone through."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fake import api, gateway
from tests.support.faults import Fault

__all__ = ["api", "gateway"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this stage."""
    group = parser.getgroup("faults")
    group.addoption("--every-fault", action="store_true", help="go through the whole matrix instead of a sample")
    group.addoption("--only-fault", action="append", help="try this fault alone, such as 503; may be repeated")
    group.addoption("--fault-seed", type=int, default=1, help="which sample is taken")
    group.addoption("--fault-runs", type=Path, help="folder for one line a run and the logs of operators")


@pytest.fixture
def every(request: pytest.FixtureRequest) -> bool:
    """Whether everything is to be tried, however long it takes."""
    chosen: bool = request.config.getoption("--every-fault")
    return chosen


@pytest.fixture
def chosen(request: pytest.FixtureRequest) -> tuple[Fault, ...]:
    """The faults to try."""
    names = request.config.getoption("--only-fault")
    return tuple(Fault(name) for name in names or Fault)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Chooses the sample."""
    chosen: int = request.config.getoption("--fault-seed")
    return chosen


@pytest.fixture
def runs(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """File that gets one line a run."""
    folder: Path = request.config.getoption("--fault-runs") or tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{request.node.name}.tsv"
