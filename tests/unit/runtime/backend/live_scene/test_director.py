from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from dixi_runtime.backend.live_scene.director import Director
from dixi_runtime.backend.live_scene.objects import new_box
from dixi_runtime.backend.live_scene.scene import LiveScene
from dixi_runtime.backend.services import Services
from dixi_runtime.backend.state.store import StoreUnavailableError
from dixi_runtime.tasks import end
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices
from tests.unit.runtime.backend.live_scene.test_hands import hand
from tests.unit.runtime.backend.projection.corners import CALIBRATION
from tests.unit.runtime.waiting import until


class Seats:
    """An audience that notes what it is told."""

    def __init__(self) -> None:
        self.watched = True
        self.here: list[dict[str, Any]] = []
        self.all: list[dict[str, Any]] = []

    def is_watched(self) -> bool:
        return self.watched

    def tell_here(self, kind: str, data: dict[str, Any]) -> None:
        self.here.append({"type": kind, "data": data})

    def tell_all(self, kind: str, data: dict[str, Any]) -> None:
        self.all.append({"type": kind, "data": data})


class Shelf:
    """Keeps scenes, or says that it cannot."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.is_away = False

    async def keep(self, scene: dict[str, Any]) -> None:
        if self.is_away:
            self.is_away = False
            raise StoreUnavailableError("away")
        self.kept.append(scene)


def frame(gesture: str = "pinch", timestamp: int = 1_800_000_000_500) -> dict[str, Any]:
    return {"type": "tracking", "data": {"hands": {"right": hand(gesture)}, "timestamp": timestamp}}


@pytest.fixture
def seats() -> Seats:
    return Seats()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def director(seats: Seats, shelf: Shelf, clock: ManualClock) -> Director:
    return Director(seats, clock, shelf.keep, settle_seconds=0.0, retry_seconds=0.0)


async def test_a_pinch_in_a_frame_shows_a_box_on_the_pages_here(director: Director, seats: Seats) -> None:
    director.listen(frame(), "camera")
    assert seats.here[-1]["data"]["objects"][0]["id"] == "box_1800000000500"


async def test_while_no_page_watches_nothing_is_built(director: Director, seats: Seats) -> None:
    seats.watched = False
    director.listen(frame(), "camera")
    assert director.scene == LiveScene()


@pytest.mark.parametrize("told", [None, "soon", True, float("nan"), 5, 10**30])
async def test_a_camera_whose_clock_is_wrong_is_not_believed(director: Director, clock: ManualClock, told: Any) -> None:
    director.listen(frame(timestamp=told), "camera")
    assert director.scene.objects[0].created == clock.now * 1000


async def test_two_replicas_that_hear_the_same_frames_build_the_same(seats: Seats, shelf: Shelf) -> None:
    clocks = (ManualClock(), ManualClock())
    clocks[1].advance(0.3)
    directors = [Director(seats, late, shelf.keep) for late in clocks]
    for number in range(20):
        for director in directors:
            director.listen(frame(timestamp=1_800_000_000_000 + number * 33), "camera")
    assert directors[0].scene == directors[1].scene


async def test_another_replicas_newer_scene_is_taken_over(director: Director) -> None:
    there = LiveScene().begin_step().add(new_box((1.0, 1.0), 0, 9))
    director.listen({"type": "scene", "data": there.as_json()}, "")
    assert director.scene.objects == there.objects
    director.listen({"type": "scene", "data": {"objects": "nonsense"}}, "")
    assert director.scene.objects == there.objects


async def test_pointing_at_nothing_asks_about_that_point(director: Director) -> None:
    asked: list[tuple[float, float]] = []
    director.ask_about = asked.append
    director.listen(frame("point"), "camera")
    assert asked == [(2.5, 0.0)]


async def test_what_changed_is_kept_and_told_to_all_and_tried_again_where_that_fails(
    director: Director, seats: Seats, shelf: Shelf
) -> None:
    shelf.is_away = True
    running = asyncio.create_task(director.run())
    director.listen(frame(), "camera")
    await until(lambda: bool(shelf.kept), what="the scene to be kept")
    assert not shelf.is_away
    assert shelf.kept[-1] == director.scene.as_json()
    assert seats.all[-1]["data"] == director.scene.as_json()
    await end([running])


async def test_a_scene_that_was_kept_is_shown_again(director: Director, seats: Seats) -> None:
    before = LiveScene().begin_step().add(new_box((1.0, 1.0), 0, 9))
    director.restore(before.as_json())
    assert director.scene.objects == before.objects
    assert seats.here[-1]["data"]["revision"] == before.revision
    director.restore(None)
    director.restore({"objects": "spoilt"})
    assert director.scene.objects == before.objects


async def test_a_box_survives_a_restart_of_the_backend(
    services_with: OpenServices, tmp_path: Any, clock: ManualClock
) -> None:
    first = await services_with(state_file=tmp_path / "state.json")
    first.director.show((new_box((1.0, 1.0), 0, 9),))
    await first.projection.set_live_scene(first.director.scene.as_json())
    second = await services_with(state_file=tmp_path / "state.json")
    assert [found.id for found in second.director.scene.objects] == ["box_9"]


async def test_with_a_calibration_the_box_is_where_the_finger_is_on_the_wall(
    services: Services, client: httpx.AsyncClient, seats: Seats, clock: ManualClock, shelf: Shelf
) -> None:
    director = Director(seats, clock, shelf.keep)
    services.events.listeners.append(director.listen)
    await client.post("/api/projection/mapping", json=CALIBRATION)
    corner = hand(tip=(0.2, 0.1), position={"x": 0.0, "y": 0.0})
    services.ingest.publish("tracking", {"hands": {"right": corner}, "timestamp": 7}, "a")
    assert director.scene.objects[0].position[:2] == pytest.approx((-5.0, 5.0), abs=1e-3)
