"""Questions over WebSocket, on a real connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect

from dixi_runtime.backend.ai.asker import read_question
from dixi_runtime.backend.app import create_app
from dixi_runtime.backend.services import Services
from dixi_runtime.tasks import end
from tests.unit.runtime.backend.conftest import NOBODY, OpenServices, RedisServer
from tests.unit.runtime.backend.stand_ins import OllamaStandIn
from tests.unit.runtime.serving import running
from tests.unit.runtime.waiting import until

ASK = {"type": "ask", "id": "q", "query": "Who are you?"}


class Page:
    """A page on the hub: what it says, and what it hears but for greetings."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def say(self, message: object) -> None:
        await self._socket.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            message: dict[str, Any] = json.loads(await self._socket.recv())
        return message

    async def hear_to_the_card(self) -> tuple[list[str], dict[str, Any]]:
        """The growing text, and the card that it ends as."""
        deltas: list[str] = []
        while True:
            message = await self.hear()
            if message["type"] != "ai_response":
                continue
            if not message["data"].get("streaming"):
                return deltas, message["data"]
            deltas.append(message["data"]["response"])

    async def leave(self) -> None:
        await self._socket.close()


@asynccontextmanager
async def page(address: str, query: str = "") -> AsyncIterator[Page]:
    async with connect(f"ws://{address}/ws{query}", proxy=None, compression=None) as socket:
        joined = Page(socket)
        assert (await joined.hear())["type"] == "connection"
        yield joined


@asynccontextmanager
async def wall(
    services_with: OpenServices, ollama: OllamaStandIn, **settings: object
) -> AsyncIterator[tuple[str, Services]]:
    async with running(ollama.app) as ollama_address:
        services = await services_with(ollama_base_url=f"http://{ollama_address}", **settings)
        async with running(create_app(services)) as address:
            yield address, services


async def test_an_answer_grows_on_every_page_and_ends_as_exactly_one_card(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with wall(services_with, ollama) as (address, _services), page(address) as asker, page(address) as other:
        await asker.say(ASK)
        ack = await asker.hear()
        assert (ack["type"], ack["originalType"], ack["id"]) == ("ack", "ask", "q")
        growing = [await one.hear() for one in (asker, other)]
        ollama.hold.set()
        ends = [await one.hear_to_the_card() for one in (asker, other)]
        await asker.say({"type": "ping"})
        assert (await asker.hear())["type"] == "pong"
    for first, (deltas, card) in zip(growing, ends, strict=True):
        assert first["data"]["streaming"] is True
        whole = card["response"]
        assert whole == "Hello there. 👋"
        assert whole.startswith("".join([first["data"]["response"], *deltas]).rstrip())
        assert first["data"]["id"] == card["id"] == ack["answerId"]
        assert card["query"] == "Who are you?"
        assert card["metadata"]["tokens"] == 7


async def test_a_page_that_leaves_ends_its_question_and_the_growing_text_becomes_a_card(
    services_with: OpenServices,
) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with wall(services_with, ollama) as (address, services), page(address) as other:
        async with page(address) as asker:
            await asker.say(ASK)
            await until(lambda: ollama.running, "Ollama generates")
            assert (await other.hear())["data"]["streaming"] is True
            await asker.leave()
        deltas, card = await other.hear_to_the_card()
        await until(lambda: ollama.given_up == 1, "Ollama has been left")
        assert (deltas, card["response"], card["metadata"]) == ([], "Hello", {"interrupted": True})
    counted = services.metrics.registry.get_sample_value("dixi_ai_questions_total", {"outcome": "cancelled"})
    assert counted == 1


async def test_a_question_can_be_taken_back(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with wall(services_with, ollama) as (address, _), page(address) as asker:
        await asker.say(ASK)
        await until(lambda: ollama.running, "Ollama generates")
        await asker.say({"type": "cancel", "id": "q"})
        _, card = await asker.hear_to_the_card()
        assert card["metadata"] == {"interrupted": True}
        await until(lambda: ollama.given_up == 1, "Ollama has been left")
        ollama.hold.set()
        await asker.say(ASK)
        _, card = await asker.hear_to_the_card()
        assert card["response"] == "Hello there. 👋"


async def test_a_client_asks_one_question_at_a_time(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with wall(services_with, ollama) as (address, _), page(address, "?x=1") as asker:
        await asker.say({"type": "subscribe", "channels": []})
        await asker.say(ASK)
        await asker.say({**ASK, "id": "r"})
        heard = [await asker.hear() for _ in range(3)]
        ollama.hold.set()
    assert [message["type"] for message in heard] == ["subscribed", "ack", "error"]
    assert (heard[2]["id"], heard[2]["code"], heard[2]["error"]) == ("r", 409, "One question at a time")


@pytest.mark.parametrize(
    ("message", "code", "path"),
    [
        ({"type": "ask"}, 400, "query"),
        ({"type": "ask", "query": ""}, 400, "query"),
        ({"type": "ask", "query": "x" * 5001}, 400, "query"),
        ({"type": "ask", "query": "x", "id": 5}, 400, "id"),
        ({"type": "ask", "query": "x", "templateId": "nope"}, 400, "templateId"),
        ({"type": "cancel", "id": "q"}, 404, None),
    ],
)
async def test_what_is_no_question_is_an_error_to_the_asker_alone(
    services_with: OpenServices, message: dict[str, object], code: int, path: str | None
) -> None:
    async with wall(services_with, OllamaStandIn("m")) as (address, _), page(address) as asker, page(address) as other:
        await asker.say(message)
        said = await asker.hear()
        if said["type"] == "ack":
            said = await asker.hear()
        await other.say({"type": "ping"})
        assert (await other.hear())["type"] == "pong"
    assert (said["type"], said["code"], said["originalType"]) == ("error", code, message["type"])
    assert isinstance(said["error"], str)
    if path is not None:
        assert said["details"][0]["path"] == path


async def test_without_ollama_the_asker_hears_of_it(services_with: OpenServices) -> None:
    services = await services_with(ollama_base_url=NOBODY)
    async with running(create_app(services)) as address, page(address) as asker:
        await asker.say(ASK)
        assert (await asker.hear())["type"] == "ack"
        said = await asker.hear()
    assert (said["type"], said["code"], said["errorType"]) == ("error", 500, "connection_error")


async def test_who_may_not_ask_over_http_may_not_over_websocket(services_with: OpenServices) -> None:
    async with wall(services_with, OllamaStandIn("m"), api_key=SecretStr("s3cret")) as (address, _):
        async with page(address) as stranger:
            await stranger.say(ASK)
            assert (await stranger.hear())["type"] == "ack"
            assert (await stranger.hear())["code"] == 401
        async with page(address, "?token=s3cret") as known:
            await known.say(ASK)
            assert (await known.hear_to_the_card())[1]["response"] == "Hello there. 👋"


async def test_questions_count_towards_the_limit_of_http(services_with: OpenServices) -> None:
    async with wall(services_with, OllamaStandIn("m"), ai_limit="2/60") as (address, _), page(address) as asker:
        for _ in range(2):
            await asker.say(ASK)
            await asker.hear_to_the_card()
        await asker.say(ASK)
        assert (await asker.hear())["type"] == "ack"
        refused = await asker.hear()
    assert (refused["type"], refused["code"]) == ("error", 429)
    assert refused["retryAfter"] >= 1


async def test_of_two_answers_one_grows_and_both_end_as_cards(services_with: OpenServices) -> None:
    ollama = OllamaStandIn("m")
    ollama.hold.clear()
    async with wall(services_with, ollama) as (address, _), page(address) as one, page(address) as two:
        await one.say(ASK)
        ack = await one.hear()
        await until(lambda: ollama.running == 1, "the first is being answered")
        first = await one.hear()
        await two.say({**ASK, "query": "And you?"})
        await until(lambda: ollama.running == 2, "both are being answered")
        ollama.hold.set()
        heard = [first["data"]]
        while sum(not data.get("streaming") for data in heard) < 2:
            heard.append((await one.hear())["data"])
    assert {data["id"] for data in heard if data.get("streaming")} == {ack["answerId"]}
    assert {data["query"] for data in heard if not data.get("streaming")} == {"Who are you?", "And you?"}


async def test_an_answer_grows_on_the_pages_of_another_replica_too(
    services_with: OpenServices, redis_server: RedisServer
) -> None:
    async with running(OllamaStandIn("m").app) as ollama_address, AsyncExitStack() as stack:
        addresses = []
        for _ in range(2):
            replica = await services_with(ollama_base_url=f"http://{ollama_address}", redis_url=redis_server.url)
            assert replica.fanout is not None
            stack.push_async_callback(end, [asyncio.create_task(replica.fanout.run())])
            addresses.append(await stack.enter_async_context(running(create_app(replica))))
            await until(replica.fanout.connected.is_set, "the replica hears of the others")
        asker, other = [await stack.enter_async_context(page(address)) for address in addresses]
        await asker.say(ASK)
        (deltas, card), (there, same) = [await one.hear_to_the_card() for one in (asker, other)]
    assert deltas == there
    assert deltas
    assert card == same


@given(st.text() | st.binary())
def test_nothing_that_a_client_says_breaks_it(said: str | bytes) -> None:
    assert read_question(said) is None


@pytest.mark.parametrize("said", ['["ask"]', '{"type":["ask"]}', '{"type":"ask"', b'\xff"ask"', '{"query":"ask"}'])
def test_a_mention_is_no_question(said: str | bytes) -> None:
    assert read_question(said) is None
