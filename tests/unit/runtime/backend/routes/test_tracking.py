import httpx

from dixi_runtime.backend.app import create_app
from tests.unit.runtime.backend.conftest import ManualClock, OpenServices, asking
from tests.unit.runtime.backend.stand_ins import VisionStandIn
from tests.unit.runtime.serving import running

FRAME = {
    "face": {"detected": True},
    "hands": {"left": None, "right": {"detected": True, "gesture": "fist", "position": {"x": 0.0, "y": 0.0, "z": 0.0}}},
    "body": {"detected": True, "landmarks": []},
    "eyes": None,
    "timestamp": 1,
}


async def test_a_posted_frame_is_the_current_one_for_a_second(client: httpx.AsyncClient, clock: ManualClock) -> None:
    posted = (await client.post("/api/tracking/process", json=FRAME)).json()
    assert posted == {"message": "Tracking processed successfully", "tracking": FRAME}
    middle = {"x": 0.5, "y": 0.5}
    hand = {"detected": True, "gesture": "fist", "position": {"x": 0.0, "y": 0.0, "z": 0.0}}
    seen = {**FRAME, "hands": {"left": None, "right": {**hand, "raw": middle, "screen": middle}}}
    assert (await client.get("/api/tracking?profile=full")).json() == seen
    assert (await client.get("/api/tracking")).json() == {**seen, "body": {"detected": True}}
    clock.advance(1.5)
    assert (await client.get("/api/tracking")).json() == {
        "face": None,
        "hands": {"left": None, "right": None},
        "body": None,
        "eyes": None,
        "timestamp": 1_800_000_001_500,
    }


async def test_a_posted_gesture_and_face_are_the_current_frame_when_no_frame_is(client: httpx.AsyncClient) -> None:
    await client.post("/api/gestures/process", json={"type": "peace", "position": {"x": 0.1, "y": 0.2}})
    await client.post("/api/faces/process", json={"detected": True})
    frame = (await client.get("/api/tracking")).json()
    assert frame["hands"]["right"]["gesture"] == "peace"
    assert frame["face"] == {"detected": True}


async def test_starting_and_stopping_go_to_vision(services_with: OpenServices) -> None:
    vision = VisionStandIn()
    async with running(vision.app) as address:
        services = await services_with(vision_service_url=f"http://{address}")
        async with asking(create_app(services)) as client:
            for path in ("/api/tracking/start", "/api/tracking/stop", "/api/faces/start", "/api/faces/stop"):
                assert (await client.post(path)).json()["data"]["status"] == "started"
            assert (await client.get("/api/faces")).status_code == 200
            assert (await client.get("/api/faces/status")).status_code == 200
    assert vision.asked == ["/tracking/start", "/tracking/stop", "/face/start", "/face/stop"]
