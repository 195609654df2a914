"""Waits, inside a running event loop, for what comes about by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SECONDS = 20.0


async def until(look: Callable[[], object], what: str) -> None:
    """Return once ``look`` gives something truthy; fails with ``what`` after 20 s."""
    try:
        async with asyncio.timeout(SECONDS):
            while not look():  # noqa: ASYNC110 - what is waited for belongs to other programs and sets no event of ours
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"not within {SECONDS:g} s: {what}") from None
