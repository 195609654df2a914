from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.projection.scenes import MAX_SCENE_BYTES
from dixi_runtime.backend.projection.state import MAX_CONTENT_BYTES
from dixi_runtime.backend.services import Services
from tests.unit.runtime.backend.conftest import OpenServices, asking
from tests.unit.runtime.backend.projection.corners import CALIBRATION
from tests.unit.runtime.backend.watcher import Watcher

DEGENERATE = "The four corners are degenerate: three of them lie on a line, or two in one place"
CONCAVE = "The four corners must form a convex quadrilateral, in the order topLeft, topRight, bottomRight, bottomLeft"
MAPPING = "/api/projection/mapping"
BOX = {"id": "a", "type": "box", "position": [0, 0, -2], "color": "#ff8800", "metadata": {"createdAt": 1}}


def corners(**moved: tuple[float, float]) -> dict[str, object]:
    points = []
    for point in CALIBRATION["points"]:
        x, y = moved.get(point["id"], (point["cameraX"], point["cameraY"]))
        points.append({"id": point["id"], "cameraX": x, "cameraY": y})
    return {"points": points}


async def test_the_status_tells_how_many_watch(client: httpx.AsyncClient, services: Services) -> None:
    Watcher(services.hub)
    assert (await client.get("/api/projection/status")).json() == {
        "active": True,
        "renderAPI": "webgl",
        "gpuAcceleration": True,
        "connectedClients": 1,
        "replicas": 1,
    }


async def test_a_calibration_is_kept_with_its_matrix_and_sent_to_everybody(
    client: httpx.AsyncClient, services: Services
) -> None:
    watcher = Watcher(services.hub)
    assert (await client.get(MAPPING)).json() == {"calibrated": False}
    posted = (await client.post(MAPPING, json=CALIBRATION)).json()
    assert posted["points"] == CALIBRATION["points"]
    assert posted["createdAt"] == CALIBRATION["createdAt"]
    assert [len(row) for row in posted["matrix"]] == [3, 3, 3]
    assert (await client.get(MAPPING)).json() == posted
    update = watcher.messages()[0]["data"]
    assert update["type"] == "mapping_update"
    assert update["calibrationData"]["points"] == CALIBRATION["points"]


async def test_a_calibration_without_a_time_gets_ours(client: httpx.AsyncClient) -> None:
    assert (await client.post(MAPPING, json=corners())).json()["createdAt"] == "2027-01-15T08:00:00.000Z"


async def test_a_calibration_can_be_reset(client: httpx.AsyncClient) -> None:
    await client.post(MAPPING, json=CALIBRATION)
    assert (await client.delete(MAPPING)).json() == {"calibrated": False}
    assert (await client.get(MAPPING)).json() == {"calibrated": False}


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        (
            {"points": CALIBRATION["points"][:2]},
            ["Exactly 4 calibration points are required", "Missing required point IDs: bottomRight, bottomLeft"],
        ),
        (
            {"points": [*CALIBRATION["points"][:3], CALIBRATION["points"][0]]},
            ["Missing required point IDs: bottomRight"],
        ),
        (
            corners(bottomRight=(0.2, 0.1)),
            [DEGENERATE],
        ),
        (
            corners(bottomRight=(0.3, 0.3)),
            [CONCAVE],
        ),
        ({}, ["Field required"]),
    ],
)
async def test_what_is_no_calibration_is_refused_with_every_reason(
    client: httpx.AsyncClient, body: dict[str, object], messages: list[str]
) -> None:
    response = await client.post(MAPPING, json=body)
    assert response.status_code == 400
    assert response.json()["error"] == "Validation failed"
    assert [row["msg"] for row in response.json()["details"]] == messages
    assert {row["path"] for row in response.json()["details"]} == {"points"}
    assert (await client.get(MAPPING)).json() == {"calibrated": False}


async def test_a_wrong_corner_is_named_by_its_place_in_the_list(client: httpx.AsyncClient) -> None:
    response = await client.post(MAPPING, json=corners(topRight=(1.5, 0.2)))
    (row,) = response.json()["details"]
    assert (row["path"], row["value"]) == ("points[1].cameraX", 1.5)


async def test_content_is_sent_to_everybody(client: httpx.AsyncClient, services: Services) -> None:
    watcher = Watcher(services.hub)
    response = await client.post("/api/projection/content", json={"content": {"text": "hello"}, "style": {"size": 2}})
    assert response.json() == {
        "message": "Content updated",
        "content": {"content": {"text": "hello"}, "style": {"size": 2}},
    }
    data = watcher.messages()[0]["data"]
    assert (data["type"], data["content"]) == ("content_update", {"text": "hello"})
    assert (await client.post("/api/projection/content", json={})).status_code == 400


async def test_a_scene_is_kept_listed_read_and_deleted(client: httpx.AsyncClient) -> None:
    saved = (
        await client.post("/api/projection/scene", json={"scene": {"objects": [BOX], "mood": "calm"}, "name": "Mine"})
    ).json()
    path = f"/api/projection/scene/{saved['sceneId']}"
    assert saved["scene"]["objects"][0]["metadata"] == {"createdAt": 1}
    assert saved["scene"]["mood"] == "calm"
    listed = (await client.get("/api/projection/scenes")).json()
    assert (listed["count"], listed["scenes"][0]["name"], listed["scenes"][0]["objectCount"]) == (1, "Mine", 1)
    assert (await client.get(path)).json()["scene"] == saved["scene"]
    assert (await client.delete(path)).status_code == 200
    for response in (await client.get(path), await client.delete(path)):
        assert response.status_code == 404
        assert response.json()["error"] == "Scene not found"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "banana"}, "scene.objects[0].type"),
        ({"position": [11, 0, 0]}, "scene.objects[0].position[0]"),
        ({"scale": [0, 1, 1]}, "scene.objects[0].scale[0]"),
        ({"color": "url(//evil)"}, "scene.objects[0].color"),
    ],
)
async def test_an_object_out_of_bounds_is_named(
    client: httpx.AsyncClient, change: dict[str, object], path: str
) -> None:
    response = await client.post("/api/projection/scene", json={"scene": {"objects": [{**BOX, **change}]}})
    assert response.status_code == 400
    assert response.json()["details"][0]["path"] == path


async def test_a_backup_brings_everything_back(
    client: httpx.AsyncClient, services: Services, services_with: OpenServices
) -> None:
    await client.post(MAPPING, json=CALIBRATION)
    await client.post("/api/projection/content", json={"content": "hello"})
    await client.post("/api/projection/scene", json={"scene": {"objects": [BOX]}, "name": "Mine"})
    await client.put("/api/projection/projectors/left", json={"region": {"width": 0.5}})
    shown = (await client.put("/api/projection/live", json={"objects": [BOX]})).json()
    await services.projection.set_live_scene(shown)
    state = (await client.get("/api/projection/state")).json()
    assert state["live"]["objects"] == shown["objects"]
    assert state["projectors"]["left"]["region"]["width"] == 0.5
    async with asking(create_app(await services_with())) as other:
        assert (await other.put("/api/projection/state", json=state)).json() == state
        assert (await other.get("/api/projection/state")).json() == state
        assert (await other.get(MAPPING)).json() == (await client.get(MAPPING)).json()


@pytest.mark.parametrize("state", [{"version": 2}, {"mapping": {"points": []}}, {"scenes": [{"id": "../x"}]}, []])
async def test_what_is_no_backup_changes_nothing(client: httpx.AsyncClient, state: object) -> None:
    await client.post(MAPPING, json=CALIBRATION)
    assert (await client.put("/api/projection/state", json=state)).status_code == 400
    assert (await client.get(MAPPING)).json()["calibrated"] is True


async def test_a_calibration_survives_a_restart_in_the_state_file(services_with: OpenServices, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    async with asking(create_app(await services_with(state_file=file))) as client:
        posted = (await client.post(MAPPING, json=CALIBRATION)).json()
        await client.post("/api/projection/content", json={"content": "hello", "style": {"size": 2}})
    again = await services_with(state_file=file)
    async with asking(create_app(again)) as client:
        assert (await client.get(MAPPING)).json() == posted
    told = [message["data"] for message in again.events.snapshot()]
    assert [data["type"] for data in told] == ["mapping_update", "content_update"]
    assert (told[1]["content"], told[1]["style"]) == ("hello", {"size": 2})


async def test_content_and_scenes_have_a_largest_size(client: httpx.AsyncClient) -> None:
    large = "x" * MAX_CONTENT_BYTES
    content = await client.post("/api/projection/content", json={"content": large})
    scene = await client.post("/api/projection/scene", json={"scene": {"objects": [], "note": large}})
    for response, field in ((content, "content"), (scene, "scene")):
        assert response.status_code == 400
        assert response.json()["details"][0]["path"] == field
        assert "at most" in response.json()["details"][0]["msg"]


async def test_scenes_have_a_largest_size_together(client: httpx.AsyncClient) -> None:
    scene = {"objects": [], "note": "x" * (MAX_SCENE_BYTES - 1000)}
    answers = [await client.post("/api/projection/scene", json={"scene": scene}) for _ in range(33)]
    assert [answer.status_code for answer in answers] == [200] * 32 + [409]
    assert "8 MiB" in answers[-1].json()["details"]
