"""What has been counted, in the shapes and under the names of the existing backend."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from dixi_runtime.backend.clock import Clock, milliseconds
from dixi_runtime.backend.machine import cpu_percent, describe_system, resident_bytes
from dixi_runtime.metrics import Metrics

_MS: Final = 1000
_FAILED: Final = "4"
"""A status from this first digit on is a failure."""


class Tally:
    """Remembers of what clients are told what no series keeps."""

    def __init__(self) -> None:
        self.messages = 0
        self.last_gesture: str | None = None
        self._confidences = 0
        self._confidence_sum = 0.0

    def listen(self, message: dict[str, Any], source: str) -> None:
        """Hear a message to every client; see ``events.Listener``."""
        self.messages += 1
        data = message.get("data")
        if message["type"] != "gesture" or not isinstance(data, dict):
            return
        kind, confidence = data.get("type"), data.get("confidence")
        if isinstance(kind, str):
            self.last_gesture = kind
        if isinstance(confidence, int | float):
            self._confidences += 1
            self._confidence_sum += confidence

    @property
    def mean_confidence(self) -> float:
        """Mean confidence of all gestures that had one, 0..1."""
        return self._confidence_sum / self._confidences if self._confidences else 0.0


class Figures:
    """Sums up the series of a registry. Latencies are in milliseconds, the cache's hit rate in percent."""

    def __init__(self, metrics: Metrics, tally: Tally, clock: Clock) -> None:
        self._metrics = metrics
        self._tally = tally
        self._clock = clock
        self._started = clock()

    def everything(self, clients: int, model: str) -> dict[str, Any]:
        """All of the below, and when."""
        return {
            "system": self.system(),
            "requests": self.requests(),
            "gestures": self.gestures(),
            "ai": self.ai(model),
            "websocket": self.websocket(clients),
            "timestamp": milliseconds(self._clock()),
        }

    def system(self) -> dict[str, Any]:
        """CPU, memory and uptime of the machine."""
        return {**describe_system(self._seconds), "timestamp": milliseconds(self._clock())}

    def requests(self) -> dict[str, float]:
        """HTTP requests to every route."""
        answered = list(self._samples("dixi_api_requests_total"))
        failed = sum(sample.value for sample in answered if sample.labels["status"] >= _FAILED)
        total = sum(sample.value for sample in answered)
        buckets = self._buckets("dixi_api_request_duration_seconds_bucket")
        return {
            "total": total,
            "successful": total - failed,
            "failed": failed,
            "averageLatency": self._mean("dixi_api_request_duration_seconds") * _MS,
            "p95Latency": quantile(buckets, 0.95) * _MS,
            "p99Latency": quantile(buckets, 0.99) * _MS,
            "requestsPerSecond": total / self._seconds,
        }

    def gestures(self) -> dict[str, Any]:
        """Gestures that were processed."""
        counts = {sample.labels["gesture"]: sample.value for sample in self._samples("dixi_gesture_detections_total")}
        total = sum(counts.values())
        return {
            "total": total,
            "byType": counts,
            "averageConfidence": self._tally.mean_confidence,
            "gesturesPerSecond": total / self._seconds,
            "lastGesture": self._tally.last_gesture,
        }

    def ai(self, model: str) -> dict[str, Any]:
        """Questions to the model; ``model`` is the one that answers now."""
        outcomes = Counter(
            {sample.labels["outcome"]: sample.value for sample in self._samples("dixi_ai_questions_total")}
        )
        inferred = self._sum("dixi_ai_inference_duration_seconds_count")
        asked = outcomes["cached"] + inferred
        return {
            "totalInferences": inferred,
            "averageLatency": self._mean("dixi_ai_inference_duration_seconds") * _MS,
            "cacheHitRate": 100 * outcomes["cached"] / asked if asked else 0.0,
            "modelInUse": model,
            "tokensGenerated": self._sum("dixi_ai_tokens_total"),
        }

    def websocket(self, clients: int) -> dict[str, float]:
        """Messages to all clients; they are written at once, so none has a latency worth telling."""
        messages = self._tally.messages
        return {
            "connectedClients": clients,
            "totalMessages": messages,
            "messagesPerSecond": messages / self._seconds,
            "averageLatency": 0.0,
        }

    def clients(self) -> float:
        """WebSocket clients now."""
        return self._sum("dixi_websocket_connections")

    @property
    def _seconds(self) -> float:
        return max(1.0, self._clock() - self._started)

    def _samples(self, name: str) -> Iterable[Sample]:
        registry: CollectorRegistry = self._metrics.registry
        for family in registry.restricted_registry([name]).collect():
            yield from family.samples

    def _sum(self, name: str) -> float:
        return sum(sample.value for sample in self._samples(name))

    def _mean(self, name: str) -> float:
        count = self._sum(f"{name}_count")
        return self._sum(f"{name}_sum") / count if count else 0.0

    def _buckets(self, name: str) -> dict[float, float]:
        found: dict[float, float] = defaultdict(float)
        for sample in self._samples(name):
            found[float(sample.labels["le"])] += sample.value
        return found


def quantile(buckets: Mapping[float, float], share: float) -> float:
    """The value that ``share`` of the observations do not exceed, interpolated within its bucket.

    ``buckets`` maps upper bounds to cumulative counts, as in a histogram of Prometheus; beyond the last finite bound
    nothing is known, and it is the answer.
    """
    bounds = sorted(buckets)
    total = buckets[bounds[-1]] if bounds else 0.0
    if not total:
        return 0.0
    wanted, below, before = share * total, 0.0, 0.0
    for bound in bounds:
        if buckets[bound] >= wanted:
            if math.isinf(bound):
                return below
            return below + (bound - below) * (wanted - before) / (buckets[bound] - before)
        below, before = bound, buckets[bound]
    return below


class Aliases(Collector):
    """The series of the existing backend, derived from ours whenever they are scraped."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def describe(self) -> Iterable[Metric]:
        """Names alone, since nothing is counted yet when this is registered."""
        return _make_aliases({}, {}, {}, {})

    def collect(self) -> Iterable[Metric]:
        """The values of now."""
        figures = self._figures
        now = {"cpu": cpu_percent(), "memory": float(resident_bytes()), "clients": figures.clients()}
        return _make_aliases(now, figures.requests(), figures.gestures(), figures.ai(""))


def _make_aliases(
    now: Mapping[str, float], requests: Mapping[str, float], gestures: Mapping[str, Any], ai: Mapping[str, Any]
) -> list[Metric]:
    total = requests.get("total", 0)
    spent = requests.get("averageLatency", 0) * total
    return [
        GaugeMetricFamily("dixi_cpu_usage_percent", "CPU use of the machine.", now.get("cpu", 0)),
        GaugeMetricFamily("dixi_memory_usage_bytes", "Memory of this process.", now.get("memory", 0)),
        CounterMetricFamily("dixi_http_requests", "HTTP requests answered, whatever they were.", total),
        SummaryMetricFamily("dixi_http_request_duration_ms", "Time to the end of the answer.", int(total), spent),
        CounterMetricFamily("dixi_gestures", "Gestures that were processed, of any kind.", gestures.get("total", 0)),
        GaugeMetricFamily(
            "dixi_gesture_confidence", "Mean confidence of the gestures.", gestures.get("averageConfidence", 0)
        ),
        CounterMetricFamily("dixi_ai_inferences", "Answers that a model made.", ai.get("totalInferences", 0)),
        GaugeMetricFamily("dixi_ai_cache_hit_rate", "Answers from the cache, in percent.", ai.get("cacheHitRate", 0)),
        GaugeMetricFamily("dixi_websocket_clients", "WebSocket clients now.", now.get("clients", 0)),
    ]
