"""Work that is for somebody, and pointless once they have left."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from dixi_runtime.tasks import end

if TYPE_CHECKING:
    from starlette.types import Receive

Result = TypeVar("Result")


async def while_here(receive: Receive, work: Coroutine[Any, Any, Result]) -> Result | None:
    """The result of ``work``; None when the client left first, and then the work was cancelled and has ended.

    To be used when the whole body has been received.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_leave(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        await end((working, leaving))


async def _leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
