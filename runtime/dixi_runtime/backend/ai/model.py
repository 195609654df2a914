"""The local language model, behind Ollama."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
import ollama

from dixi_runtime.backend.ai.prompts import SYSTEM_PROMPT
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.metrics import Metrics

PREFERRED: Final = ("gemma3:4b", "llama3.2:latest")
LIST_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 60.0
CONNECT_SECONDS: Final = 5.0

OPTIONS: Final[Mapping[str, Any]] = {
    "temperature": 0.7,
    "top_p": 0.9,
    "top_k": 40,
    "num_predict": 150,
    "stop": ["\n\n", "###"],
    "num_ctx": 2048,
}
"""The sampling parameters; Ollama takes them under ``options`` and ignores them anywhere else."""

_UNREACHABLE: Final = (ConnectionError, httpx.HTTPError)

FAILURES: Final = (*_UNREACHABLE, ollama.ResponseError, ValueError)
"""What the client raises: Ollama does not answer, refuses, or says what is not its protocol."""


@dataclass(frozen=True)
class Answer:
    """The model's text, its name, the number of tokens it made and the time in seconds."""

    text: str
    model: str
    tokens: int
    seconds: float


class Model:
    """Answers queries; ``name`` is the configured model, empty for whatever Ollama has."""

    def __init__(self, url: str, name: str, metrics: Metrics) -> None:
        self.url = url
        self.configured = name
        self._metrics = metrics
        self._client = ollama.AsyncClient(host=self.url, timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS))
        self._lister = ollama.AsyncClient(host=self.url, timeout=LIST_SECONDS)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()  # type: ignore[no-untyped-call]
        await self._lister.close()  # type: ignore[no-untyped-call]

    async def available(self) -> list[str]:
        """The names of the models that Ollama has; raises one of FAILURES."""
        listed = await self._lister.list()
        return [found.model for found in listed.models if found.model]

    async def name(self) -> str:
        """The model that answers: the configured one, else the best that Ollama has."""
        if self.configured:
            return self.configured
        chosen = choose(await self.available())
        if chosen is None:
            raise ollama.ResponseError("Ollama has no model; pull one or set OLLAMA_MODEL", 404)
        return chosen

    async def answer(self, prompt: str) -> Answer:
        """Ask the model; ApiError 500 of type connection_error or service_error when there is no answer."""
        started = time.perf_counter()
        try:
            model = await self.name()
            reply = await self._client.generate(
                model=model, prompt=prompt, system=SYSTEM_PROMPT, options=OPTIONS, stream=False
            )
        except ollama.ResponseError as error:
            self._metrics.error("ai", "refused")
            raise ApiError(500, "AI service error", error.error, "service_error") from error
        except _UNREACHABLE as error:
            self._metrics.error("ai", "unreachable")
            reason = f"No answer from {self.url}: {str(error) or type(error).__name__}"
            raise ApiError(500, "AI service unavailable", reason, "connection_error") from error
        except ValueError as error:
            self._metrics.error("ai", "bad_answer")
            raise ApiError(500, "AI service error", "The answer is not Ollama's protocol", "service_error") from error
        seconds = time.perf_counter() - started
        self._metrics.inference_seconds.labels(model).observe(seconds)
        text = (reply.response or "").strip()
        return Answer(text=text, model=model, tokens=reply.eval_count or len(text.split()), seconds=seconds)

    async def pull(self, name: str) -> Any:
        """The progress of Ollama's pull of ``name``, as it comes."""
        return await self._client.pull(name, stream=True)


def choose(available: Sequence[str]) -> str | None:
    """The model to use when none is configured."""
    return next((name for name in PREFERRED if name in available), next(iter(available), None))


def has(available: Sequence[str], name: str) -> bool:
    """Whether Ollama has the model; a name without a tag means ``:latest``."""
    return name in available or f"{name}:latest" in available
