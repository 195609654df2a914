"""What a language model's service has to offer, whichever it is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final, Literal, Protocol

FailureKind = Literal["connection_error", "service_error"]

Reason = Literal[
    "unreachable", "refused", "busy", "no_model", "bad_answer", "cut_off", "too_long", "timed_out", "gave_nothing"
]
"""Why there is no answer; a closed set, so that it can label a metric."""

LONGEST_ANSWER: Final = 64 * 1024
"""Characters; a model that says more does not stop on its own."""


class ModelError(Exception):
    """The service gave no answer, or half of one; ``sentence`` says what happened."""

    def __init__(self, kind: FailureKind, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.kind: FailureKind = kind
        self.reason: Reason = reason
        self.sentence = sentence


@dataclass(frozen=True)
class Prompt:
    """What the model is told; ``images`` are JPEG, PNG or WebP files."""

    text: str
    system: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Sampling:
    """How the model chooses its words; ``num_predict`` is the longest answer and ``num_ctx`` the context, in tokens."""

    temperature: float = 0.7
    top_p: float = 0.9
    top_k: int = 40
    num_predict: int = 150
    stop: tuple[str, ...] = ("\n\n", "###")
    num_ctx: int = 2048


@dataclass(frozen=True)
class Piece:
    """More text of an answer; the last piece has the number of tokens, where the service counts them."""

    text: str
    tokens: int | None = None


class Provider(Protocol):
    """A service with language models. Every method may raise ModelError."""

    @property
    def name(self) -> str:
        """The service's name, for people."""

    async def choose(self, *, sees: bool) -> str:
        """The model that answers; one that sees images where it ``sees``."""

    def generate(self, model: str, prompt: Prompt, sampling: Sampling) -> AsyncGenerator[Piece, None]:
        """The answer, piece by piece; closing the generator ends the generation at the service."""
