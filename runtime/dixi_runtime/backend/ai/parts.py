"""The AI's parts, made once."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from dixi_runtime.backend.ai.assistant import Assistant
from dixi_runtime.backend.ai.cache import AnswerCache
from dixi_runtime.backend.ai.conversation import Conversation
from dixi_runtime.backend.ai.gemini import Gemini
from dixi_runtime.backend.ai.library import Library
from dixi_runtime.backend.ai.metrics import create_ai_metrics
from dixi_runtime.backend.ai.ollama import Ollama
from dixi_runtime.backend.ai.provider import Provider
from dixi_runtime.backend.ai.settings import AiSettings
from dixi_runtime.backend.ai.turns import Turns
from dixi_runtime.backend.clock import Clock
from dixi_runtime.backend.state.store import Cache, Store
from dixi_runtime.metrics import Metrics

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ai:
    """What the routes ask; ``provider`` names the service that is asked first, ``pulls`` lets one model be fetched."""

    ollama: Ollama
    conversation: Conversation
    library: Library
    provider: str
    pulls: Turns


@asynccontextmanager
async def open_ai(
    settings: AiSettings,
    metrics: Metrics,
    clock: Clock,
    *,
    cache: Cache,
    templates: Store,
    publish: Callable[[str, dict[str, Any]], None],
) -> AsyncIterator[Ai]:
    """Make the parts and close their connections at the end; ``publish`` tells every client a message's data."""
    async with AsyncExitStack() as stack:
        ollama = Ollama(settings.ollama_base_url, settings.ollama_model, settings.ollama_vision_model)
        stack.push_async_callback(ollama.close)
        providers: list[Provider] = [ollama]
        if settings.ai_provider == "gemini" and not settings.gemini_api_key.get_secret_value():
            _logger.warning("AI_PROVIDER is gemini and there is no GEMINI_API_KEY; Ollama answers instead.")
        elif settings.ai_provider == "gemini":
            gemini = Gemini(settings.gemini_base_url, settings.gemini_api_key, settings.cloud_model)
            stack.push_async_callback(gemini.close)
            providers.insert(0, gemini)
        assistant = Assistant(
            providers,
            settings.sampling(),
            Turns(settings.ai_concurrency, settings.ai_queue),
            AnswerCache(cache, settings.cache_seconds()),
            create_ai_metrics(metrics),
        )
        library = Library(templates)
        yield Ai(
            ollama=ollama,
            conversation=Conversation(assistant, library, publish, clock, settings.answer_times()),
            library=library,
            provider=assistant.provider,
            pulls=Turns(running=1, waiting=0),
        )
