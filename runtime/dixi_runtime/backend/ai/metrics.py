"""The series about questions to the model, beside those that every role has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from prometheus_client import Counter, Gauge

from dixi_runtime.backend.ai.turns import Turns
from dixi_runtime.metrics import Metrics

Outcome = Literal["answered", "cached", "cancelled", "queue_full", "failed"]


@dataclass(frozen=True, kw_only=True)
class AiMetrics:
    """The series."""

    shared: Metrics
    questions: Counter
    tokens: Counter
    running: Gauge
    waiting: Gauge

    def count(self, outcome: Outcome) -> None:
        """Count a question by how it ended."""
        self.questions.labels(outcome).inc()

    def watch(self, turns: Turns) -> None:
        """Show who asks and who waits."""
        self.running.set_function(lambda: turns.running)
        self.waiting.set_function(lambda: turns.waiting)


def create_ai_metrics(shared: Metrics) -> AiMetrics:
    """Register the series beside the shared ones."""
    registry = shared.registry
    return AiMetrics(
        shared=shared,
        questions=Counter(
            "dixi_ai_questions",
            "Questions by how they ended: answered, cached, cancelled (the asker left), queue_full or failed.",
            ["outcome"],
            registry=registry,
        ),
        tokens=Counter("dixi_ai_tokens", "Tokens that the models generated.", registry=registry),
        running=Gauge("dixi_ai_running", "Questions that a model answers now.", registry=registry),
        waiting=Gauge("dixi_ai_waiting", "Questions that wait for a turn.", registry=registry),
    )
