"""Runs a test on each event loop on which the runtime may be: asyncio's own, and uvloop as in production."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import pytest
import uvloop

Factory = Callable[[], asyncio.AbstractEventLoop]


def on_both_loops(test: Callable[[], Coroutine[None, None, None]]) -> Callable[[Factory], None]:
    """A test for each loop, from an asynchronous one without fixtures."""

    @pytest.mark.parametrize("factory", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
    def run(factory: Factory) -> None:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(test())

    return run
