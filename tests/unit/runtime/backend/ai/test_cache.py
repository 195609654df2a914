from __future__ import annotations

from dataclasses import replace

import pytest

from dixi_runtime.backend.ai.cache import AnswerCache, KeptAnswer, make_key
from dixi_runtime.backend.ai.provider import Prompt, Sampling
from dixi_runtime.backend.state.cache import MemoryCache
from tests.unit.runtime.backend.conftest import ManualClock

PROMPT = Prompt("Who are you?", "You are Dixi.")
SAMPLING = Sampling()
HELLO = KeptAnswer("Hello", 7)


def key(provider: str = "ollama", model: str = "m", prompt: Prompt = PROMPT, sampling: Sampling = SAMPLING) -> str:
    return make_key(provider, model, prompt, sampling)


def test_case_and_spacing_make_no_difference() -> None:
    assert key(prompt=replace(PROMPT, text=" who ARE  you?")) == key()


@pytest.mark.parametrize(
    "other",
    [
        key(provider="gemini"),
        key(model="n"),
        key(prompt=replace(PROMPT, text="The person waves. Who are you?")),
        key(prompt=replace(PROMPT, system="You are a poet.")),
        key(prompt=replace(PROMPT, images=(b"one",))),
        key(sampling=replace(SAMPLING, temperature=0.1)),
        key(sampling=replace(SAMPLING, num_predict=10)),
    ],
)
def test_everything_that_shapes_an_answer_does(other: str) -> None:
    assert other != key()


def test_another_image_is_another_question() -> None:
    one, other = (key(prompt=replace(PROMPT, images=(image,))) for image in (b"one", b"other"))
    assert one != other


async def test_an_answer_is_kept_for_its_time(clock: ManualClock) -> None:
    cache = AnswerCache(MemoryCache(clock), 10)
    await cache.keep("k", HELLO)
    clock.advance(9.9)
    assert await cache.find("k") == HELLO
    clock.advance(0.1)
    assert await cache.find("k") is None


async def test_an_empty_answer_is_not_kept(clock: ManualClock) -> None:
    cache = AnswerCache(MemoryCache(clock), 10)
    await cache.keep("k", KeptAnswer("", 0))
    assert await cache.find("k") is None


async def test_no_time_keeps_nothing(clock: ManualClock) -> None:
    cache = AnswerCache(MemoryCache(clock), 0)
    await cache.keep("k", HELLO)
    assert await cache.find("k") is None


@pytest.mark.parametrize("kept", [b"", b"no json", b"[]", b'{"text":1,"tokens":2}', b'{"text":"x"}'])
async def test_what_is_no_answer_of_ours_is_not_found(clock: ManualClock, kept: bytes) -> None:
    below = MemoryCache(clock)
    await below.set("ai:k", kept, 10)
    assert await AnswerCache(below, 10).find("k") is None
