"""Ends tasks for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

_ASK_AGAIN_SECONDS = 0.2


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel until every task has ended; what they raise is dropped.

    Once is not enough: until Python 3.12 ``asyncio.wait_for``, which the Redis client uses, returns a result that comes
    together with a cancellation and loses the cancellation.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=_ASK_AGAIN_SECONDS)
        await asyncio.gather(*ended, return_exceptions=True)
