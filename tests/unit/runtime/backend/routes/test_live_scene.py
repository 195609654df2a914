from __future__ import annotations

import httpx

from dixi_runtime.backend.live_scene.objects import new_box
from dixi_runtime.backend.services import Services

LIVE = "/api/projection/live"
BOX = new_box((1.0, 2.0), 0, 5).as_json()


async def test_a_scene_can_be_shown_selected_in_and_taken_back(services: Services, client: httpx.AsyncClient) -> None:
    assert (await client.get(LIVE)).json()["objects"] == []
    shown = await client.put(LIVE, json={"objects": [BOX]})
    assert shown.json()["objects"] == [BOX]
    assert (await client.post(f"{LIVE}/selection", json={"id": BOX["id"]})).json()["selected"] == BOX["id"]
    assert (await client.post(f"{LIVE}/selection", json={"id": None})).json()["selected"] is None
    assert (await client.post(f"{LIVE}/undo")).json()["objects"] == []
    assert (await client.post(f"{LIVE}/undo")).json()["undoable"] == 0


async def test_every_client_that_asks_for_it_hears_of_a_change(services: Services, client: httpx.AsyncClient) -> None:
    heard: list[str] = []
    services.events.listeners.append(lambda message, source: heard.append(message["type"]))
    await client.put(LIVE, json={"objects": [BOX]})
    assert heard == ["scene"]


async def test_what_is_no_scene_is_refused_and_changes_nothing(services: Services, client: httpx.AsyncClient) -> None:
    for objects in ([{**BOX, "position": [99, 0, 0]}], [{"id": "x"}], [BOX] * 51, "all"):
        refused = await client.put(LIVE, json={"objects": objects})
        assert refused.status_code == 400
        assert refused.json()["error"] == "Validation failed"
    assert services.director.scene.objects == ()


async def test_an_object_that_is_not_there_cannot_be_selected(services: Services, client: httpx.AsyncClient) -> None:
    refused = await client.post(f"{LIVE}/selection", json={"id": "gone"})
    assert refused.status_code == 404
    assert "'gone'" in refused.json()["details"]
