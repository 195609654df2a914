from __future__ import annotations

from typing import Any

import httpx
import pytest

from dixi_runtime.backend.projection.projectors import MAX_PROJECTORS
from dixi_runtime.backend.services import Services

PROJECTORS = "/api/projection/projectors"
HALF = {"region": {"x": 0.5, "y": 0, "width": 0.5, "height": 1}, "blend": {"left": 0.1}}


async def test_a_projector_that_was_never_set_up_shows_the_whole_wall(client: httpx.AsyncClient) -> None:
    shown = (await client.get(f"{PROJECTORS}/left")).json()
    assert shown["region"] == {"x": 0, "y": 0, "width": 1, "height": 1}
    assert shown["corners"]["bottomRight"] == {"x": 1, "y": 1}
    assert (await client.get(PROJECTORS)).json() == {"projectors": {}, "count": 0}


async def test_a_projector_is_set_up_listed_and_forgotten_and_its_page_hears_of_it(
    services: Services, client: httpx.AsyncClient
) -> None:
    heard: list[Any] = []
    services.events.listeners.append(lambda message, source: heard.append(message["data"]))
    kept = (await client.put(f"{PROJECTORS}/left", json=HALF)).json()
    assert kept["region"]["x"] == 0.5
    assert (await client.get(PROJECTORS)).json()["projectors"]["left"]["blend"]["left"] == 0.1
    await client.delete(f"{PROJECTORS}/left")
    assert (await client.get(PROJECTORS)).json()["count"] == 0
    assert [(data["type"], data["name"]) for data in heard] == [("projector_update", "left")] * 2


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"region": {"x": 0.6, "width": 0.5}}, "region"),
        ({"region": {"width": 0}}, "region.width"),
        ({"corners": {"topLeft": {"x": 1, "y": 1}}}, "corners"),
        ({"corners": {"topLeft": {"x": 9, "y": 0}}}, "corners.topLeft.x"),
        ({"blend": {"left": 0.9}}, "blend.left"),
        ({"blend": {"left": "wide"}}, "blend.left"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_cannot_be_shown_is_refused_with_its_place(client: httpx.AsyncClient, body: Any, path: str) -> None:
    refused = await client.put(f"{PROJECTORS}/left", json=body)
    assert refused.status_code == 400
    assert refused.json()["details"][0]["path"].startswith(path)


@pytest.mark.parametrize("name", ["a b", "x" * 41, "%2e%2e", "<script>"])
async def test_a_name_is_letters_digits_dashes_and_underscores(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.put(f"{PROJECTORS}/{name}", json={})).status_code == 400


async def test_there_is_an_end_to_projectors(client: httpx.AsyncClient) -> None:
    for number in range(MAX_PROJECTORS):
        assert (await client.put(f"{PROJECTORS}/p{number}", json={})).status_code == 200
    refused = await client.put(f"{PROJECTORS}/one-more", json={})
    assert refused.status_code == 409
    assert "delete one first" in refused.json()["details"]
    assert (await client.put(f"{PROJECTORS}/p3", json=HALF)).status_code == 200


async def test_a_page_that_comes_late_hears_that_the_pattern_is_shown(
    services: Services, client: httpx.AsyncClient
) -> None:
    await client.post("/api/projection/pattern", json={"pattern": "grid"})
    assert [message["data"]["pattern"] for message in services.events.snapshot()] == ["grid"]
    await client.post("/api/projection/pattern", json={"pattern": "off"})
    assert services.events.snapshot() == []
    assert (await client.post("/api/projection/pattern", json={"pattern": "blink"})).status_code == 400
