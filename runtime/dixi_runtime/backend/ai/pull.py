"""Pulls the configured model when Ollama lacks it."""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import aclosing
from typing import Any, Final

from dixi_runtime.backend.ai.lines import read_count
from dixi_runtime.backend.ai.ollama import Ollama, has
from dixi_runtime.backend.ai.provider import ModelError
from dixi_runtime.metrics import Metrics

FIRST_DELAY: Final = 2.0
LONGEST_DELAY: Final = 300.0
_STEP_PERCENT = 10

_logger = logging.getLogger(__name__)


async def ensure_model(ollama: Ollama, metrics: Metrics, *, first_delay: float = FIRST_DELAY) -> None:
    """Return once Ollama has the configured model.

    Tries for ever, after ``first_delay`` seconds and then twice as long up to 5 minutes.
    """
    delay = first_delay
    while True:
        try:
            if has(await ollama.available(), ollama.configured):
                _logger.info("Ollama has the model.", extra={"model": ollama.configured})
                return
            await _pull(ollama)
        except ModelError as error:
            metrics.error("ai", "pull_failed")
            _logger.warning(
                "The model %s cannot be pulled: %s; next try in about %.0f s.", ollama.configured, error, delay
            )
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            delay = min(delay * 2, LONGEST_DELAY)


async def _pull(ollama: Ollama) -> None:
    _logger.info("Pulling the model.", extra={"model": ollama.configured})
    reached = 0
    async with aclosing(ollama.pull(ollama.configured)) as said:
        async for progress in said:
            percent = _percent(progress)
            if percent >= reached + _STEP_PERCENT or percent < reached:
                reached = percent
                _logger.info("Pulling the model: %d %%.", percent, extra={"model": ollama.configured})


def _percent(progress: dict[str, Any]) -> int:
    """How much of what is fetched now is there; 0 while nobody knows."""
    total = read_count(progress, "total")
    return round(100 * (read_count(progress, "completed") or 0) / total) if total else 0
