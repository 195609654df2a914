from __future__ import annotations

import asyncio

import pytest

from dixi_runtime.backend.analysis import COOLDOWN_SECONDS, Analysis, summarise
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.state.counters import MemoryCounters
from tests.unit.runtime.backend.conftest import ManualClock


class Model:
    """Remembers what it is asked; answers when told, or fails."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.fails = False
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def ask(self, question: str, kind: str) -> None:
        self.asked.put_nowait((question, kind))
        await self.may_answer.wait()
        if self.fails:
            raise ApiError(500, "AI service unavailable")

    async def next(self) -> tuple[str, str]:
        async with asyncio.timeout(10):
            return await self.asked.get()


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def analysis(model: Model, clock: ManualClock) -> Analysis:
    return Analysis(model.ask, MemoryCounters(clock), clock)


def show(analysis: Analysis, *kinds: str) -> None:
    for kind in kinds:
        analysis.listen({"type": "gesture", "data": {"type": kind}}, "camera")


def test_the_question_counts_the_gestures_that_have_a_name() -> None:
    question = summarise(["fist", "wave", "unknown", "fist"])
    assert question is not None
    assert "fist (2 times), wave (1 times)" in question
    assert "unknown" not in question
    assert summarise(["unknown"]) is None


async def test_asked_by_hand_it_wants_three_gestures(analysis: Analysis, model: Model) -> None:
    show(analysis, "fist", "wave")
    with pytest.raises(ApiError) as caught:
        await analysis.ask_now()
    assert (caught.value.status, caught.value.extra) == (400, {"currentBufferSize": 2})
    show(analysis, "fist")
    assert await analysis.ask_now() == 3
    assert (await model.next())[1] == "manual"
    await analysis.close()


async def test_while_it_asks_by_itself_nobody_asks_by_hand(analysis: Analysis) -> None:
    show(analysis, *["fist"] * 5)
    analysis.switch(True)
    with pytest.raises(ApiError) as caught:
        await analysis.ask_now()
    assert (caught.value.status, caught.value.extra) == (400, {"enabled": True})


async def test_two_analyses_lie_a_cooldown_apart(analysis: Analysis, clock: ManualClock, model: Model) -> None:
    show(analysis, *["fist"] * 3)
    model.may_answer.clear()
    await analysis.ask_now()
    await model.next()
    clock.advance(5)
    for answered in (False, True):
        with pytest.raises(ApiError) as caught:
            await analysis.ask_now()
        assert caught.value.status == 429
        assert caught.value.extra["retryAfter"] == (10 if answered else 15)
        model.may_answer.set()
        await asyncio.sleep(0)
    clock.advance(COOLDOWN_SECONDS)
    await analysis.ask_now()
    assert (await model.next())[1] == "manual"
    await analysis.close()


async def test_switched_on_it_asks_by_itself_once_there_are_five_gestures(analysis: Analysis, model: Model) -> None:
    task = asyncio.create_task(analysis.run())
    analysis.switch(True)
    show(analysis, "fist", "fist", "wave", "wave")
    await asyncio.sleep(0)
    assert model.asked.empty()
    show(analysis, "peace")
    question, kind = await model.next()
    assert kind == "continuous"
    assert "peace" in question
    task.cancel()


def test_it_is_switched_on_for_every_replica_that_hears_of_it(analysis: Analysis) -> None:
    for enabled in (True, False):
        analysis.listen({"type": "analysis", "data": {"enabled": enabled}}, "")
        assert analysis.enabled is enabled


async def test_a_model_that_is_away_ends_nothing(
    analysis: Analysis, model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    model.fails = True
    show(analysis, *["fist"] * 3)
    await analysis.ask_now()
    await model.next()
    await analysis.close()
    assert "AI service unavailable" in caplog.text


async def test_replicas_take_turns(model: Model, clock: ManualClock) -> None:
    counters = MemoryCounters(clock)
    one, two = Analysis(model.ask, counters, clock), Analysis(model.ask, counters, clock)
    for replica in (one, two):
        show(replica, *["fist"] * 3)
    await one.ask_now()
    with pytest.raises(ApiError) as caught:
        await two.ask_now()
    assert caught.value.status == 429
    await one.close()
