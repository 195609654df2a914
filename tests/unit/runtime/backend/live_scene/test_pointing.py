from __future__ import annotations

from typing import Any

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.live_scene.pointing import COOLDOWN_SECONDS, Pointing
from dixi_runtime.backend.state.counters import MemoryCounters
from tests.unit.runtime.backend.conftest import ManualClock
from tests.unit.runtime.waiting import until


class Model:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.is_down = False

    async def answer(self, query: str, context: dict[str, Any]) -> None:
        self.asked.append(context["gesture"]["coordinates"])
        if self.is_down:
            raise ApiError(503, "The model is away")


async def ask(pointing: Pointing, model: Model, *, times: int) -> None:
    pointing.ask_about((2.5, 2.5))
    await until(lambda: len(model.asked) == times and pointing.is_idle, what="the model to be asked")


async def test_a_point_is_asked_about_in_screen_coordinates(clock: ManualClock) -> None:
    model = Model()
    pointing = Pointing(model.answer, MemoryCounters(clock))
    await ask(pointing, model, times=1)
    assert model.asked == [{"x": 0.75, "y": 0.25}]
    await pointing.close()


async def test_of_all_replicas_one_asks_and_not_again_for_a_while(clock: ManualClock) -> None:
    model, counters = Model(), MemoryCounters(clock)
    replicas = [Pointing(model.answer, counters) for _ in range(2)]
    for replica in replicas:
        await ask(replica, model, times=1)
    clock.advance(COOLDOWN_SECONDS + 1)
    await ask(replicas[1], model, times=2)
    for replica in replicas:
        await replica.close()


async def test_a_model_that_is_away_stops_nothing(clock: ManualClock) -> None:
    model = Model()
    model.is_down = True
    pointing = Pointing(model.answer, MemoryCounters(clock))
    await ask(pointing, model, times=1)
    clock.advance(COOLDOWN_SECONDS + 1)
    await ask(pointing, model, times=2)
    await pointing.close()
