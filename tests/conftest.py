"""What all tests share: figures that a test has measured are printed at the end of the run."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

# On a busy machine the speed of a test says nothing about it. CI repeats the same examples, so that what it says is
# about the change; everywhere else new ones are looked for.
settings.register_profile(
    "dixi", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.register_profile("long", settings.get_profile("dixi"), max_examples=2000, derandomize=False)
settings.register_profile("deep", settings.get_profile("long"), max_examples=20_000)
settings.load_profile("dixi")

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[object], None]:
    """Note a figure of this test, to be printed under "figures" when the run ends."""

    def add(figure: object) -> None:
        request.config.stash.setdefault(FIGURES, []).append(f"{request.node.name}: {figure}")

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures."""
    figures = terminalreporter.config.stash.get(FIGURES, [])
    if figures:
        terminalreporter.section("figures")
    for figure in figures:
        terminalreporter.write_line(figure)
