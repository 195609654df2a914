"""Pulls the configured model when Ollama lacks it."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Final

from dixi_runtime.backend.ai.model import FAILURES, Model, has
from dixi_runtime.metrics import Metrics

FIRST_DELAY: Final = 2.0
LONGEST_DELAY: Final = 300.0
_STEP_PERCENT = 10

_logger = logging.getLogger(__name__)


async def ensure_model(model: Model, metrics: Metrics, *, first_delay: float = FIRST_DELAY) -> None:
    """Return once Ollama has the configured model.

    Tries for ever, after ``first_delay`` seconds and then twice as long up to 5 minutes.
    """
    delay = first_delay
    while True:
        try:
            if has(await model.available(), model.configured):
                _logger.info("Ollama has the model.", extra={"model": model.configured})
                return
            await _pull(model)
        except FAILURES as error:
            metrics.error("ai", "pull_failed")
            _logger.warning(
                "The model %s cannot be pulled: %s; next try in about %.0f s.", model.configured, error, delay
            )
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            delay = min(delay * 2, LONGEST_DELAY)


async def _pull(model: Model) -> None:
    _logger.info("Pulling the model.", extra={"model": model.configured})
    reached = 0
    async for progress in await model.pull(model.configured):
        percent = round(100 * (progress.completed or 0) / progress.total) if progress.total else 0
        if percent >= reached + _STEP_PERCENT or percent < reached:
            reached = percent
            _logger.info("Pulling the model: %d %%.", percent, extra={"model": model.configured})
