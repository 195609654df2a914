import asyncio

from dixi_runtime.tasks import end


async def test_a_task_that_loses_a_cancellation_ends_all_the_same() -> None:
    lost = 0
    started = asyncio.Event()

    async def stubborn() -> None:
        nonlocal lost
        while True:
            try:
                started.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                lost += 1
                if lost == 2:
                    raise

    task = asyncio.create_task(stubborn())
    await started.wait()
    await end([task])
    assert task.cancelled()
    assert lost == 2


async def test_what_a_task_raises_is_dropped() -> None:
    async def failing() -> None:
        raise ValueError("bad")

    await end([asyncio.create_task(failing())])
