"""What the existing page needs to be usable, tried through the real routes and sockets."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.projection.calibration import CalibrationBody
from dixi_runtime.backend.projection.homography import CORNERS
from dixi_runtime.backend.projection.placement import Placement
from dixi_runtime.tasks import end
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices
from tests.unit.runtime.backend.projection.corners import CALIBRATION
from tests.unit.runtime.serving import running

HAND = {"detected": True, "gesture": "peace", "position": {"x": 0.1, "y": 0.2, "z": 0.0}, "confidence": 0.9}
FACE = {"detected": True, "bounding_box": {"x_min": 0.1, "y_min": 0.1, "x_max": 0.2, "y_max": 0.2}}
BODY = {"detected": True, "landmarks": [{"x": 0.5, "y": 0.5, "z": 0.0}] * 33}
POLL_SECONDS = 2.0


def frame(timestamp: int, hand: dict[str, Any] | None, **parts: Any) -> dict[str, Any]:
    return {
        "face": None,
        "body": None,
        "eyes": None,
        "timestamp": timestamp,
        "hands": {"left": None, "right": hand},
        **parts,
    }


async def shown(client: httpx.AsyncClient) -> str | None:
    """The right hand's gesture by what the page polls."""
    hand = (await client.get("/api/tracking")).json()["hands"]["right"]
    return None if hand is None else str(hand["gesture"])


async def test_a_hand_survives_two_polls_while_it_is_there_and_is_gone_at_once_when_it_leaves(
    client: httpx.AsyncClient, clock: ManualClock
) -> None:
    for step in range(round(2 * POLL_SECONDS / 0.3)):
        await client.post("/api/tracking/process", json=frame(step, HAND))
        clock.advance(0.3)
        assert await shown(client) == "peace"
    await client.post("/api/tracking/process", json=frame(99, None))
    assert await shown(client) is None


async def test_a_hand_of_which_nothing_more_comes_is_gone_within_a_second_and_a_half(
    client: httpx.AsyncClient, clock: ManualClock
) -> None:
    await client.post("/api/tracking/process", json=frame(1, HAND))
    clock.advance(1.5)
    assert await shown(client) is None


async def next_of(connection: ClientConnection, kind: str) -> Any:
    async with asyncio.timeout(20):
        while True:
            message = orjson.loads(await connection.recv())
            if message["type"] == kind:
                return message["data"]


async def test_a_face_with_a_body_harms_no_page_and_reaches_whoever_asks_for_all_of_it(
    services_with: OpenServices,
) -> None:
    services = await services_with()
    async with (
        running(create_app(services)) as address,
        connect(f"ws://{address}/ws") as page,
        connect(f"ws://{address}/ws?profile=full") as curious,
    ):
        for connection in (page, curious):
            await connection.recv()
        services.ingest.publish("tracking", frame(1, HAND, face=FACE, body=BODY), "camera")
        for_page, for_curious = await next_of(page, "tracking"), await next_of(curious, "tracking")
    assert "landmarks" not in for_page["body"]
    assert for_page["face"] == FACE
    assert len(for_curious["body"]["landmarks"]) == 33


async def test_pages_hear_within_a_second_and_a_half_that_a_silent_camera_shows_nobody(
    services_with: OpenServices, clock: ManualClock
) -> None:
    services = await services_with()
    task = asyncio.create_task(services.events.run())
    async with running(create_app(services)) as address, connect(f"ws://{address}/ws") as page:
        await page.recv()
        services.ingest.publish("tracking", frame(1, HAND), "camera")
        assert (await next_of(page, "tracking"))["hands"]["right"]["gesture"] == "peace"
        started = time.monotonic()
        clock.advance(1.1)
        assert (await next_of(page, "tracking"))["hands"]["right"] is None
        assert time.monotonic() - started < 1.5
    await end([task])


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_a_pinch_anywhere_in_the_calibrated_quad_is_under_the_projected_fingertip(u: float, v: float) -> None:
    """(u, v) is where on the projection the finger is; the camera sees it somewhere in the quad."""
    calibration = CalibrationBody.model_validate(CALIBRATION).stored("2026-01-01T00:00:00Z")
    camera = np.linalg.inv(np.array(calibration["matrix"])) @ np.array([u, v, 1.0])
    tip = {"x": camera[0] / camera[2], "y": camera[1] / camera[2], "z": 0.0}
    landmarks = [{"x": 0.5, "y": 0.9, "z": 0.0}] * 8 + [tip] * 13
    placed = Placement(calibration["matrix"], "unit").hand({**HAND, "gesture": "pinch", "landmarks": landmarks})
    assert placed["position"]["x"] == pytest.approx(u, abs=1e-4)
    assert placed["position"]["y"] == pytest.approx(v, abs=1e-4)


async def test_the_demo_calibration_is_answered_with_its_points_and_a_matrix(client: httpx.AsyncClient) -> None:
    await client.post("/api/projection/mapping", json=CALIBRATION)
    found = (await client.get("/api/projection/mapping")).json()
    assert found["calibrated"] is True
    assert found["points"] == CALIBRATION["points"]
    placement = Placement(found["matrix"])
    for point in found["points"]:
        corner = placement.project((point["cameraX"], point["cameraY"]))
        assert corner == pytest.approx(CORNERS[point["id"]], abs=1e-6)
