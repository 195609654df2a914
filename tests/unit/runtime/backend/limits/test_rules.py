from __future__ import annotations

import pytest

from dixi_runtime.backend.limits.rules import Rules
from dixi_runtime.backend.limits.settings import LimitSettings


def names(method: str, path: str, **settings: object) -> list[str]:
    return [rule.name for rule in Rules(LimitSettings.model_validate(settings)).of(method, path)]


@pytest.mark.parametrize(
    ("method", "path", "rules"),
    [
        ("POST", "/api/ai/infer", ["api", "ai"]),
        ("POST", "/api/ai/stream", ["api", "ai"]),
        ("POST", "/api/ai/vision/analyze", ["api", "vision"]),
        ("POST", "/api/tracking/analyze", ["api", "vision"]),
        ("POST", "/api/gestures/start", ["api", "gesture"]),
        ("POST", "/api/gesture/stop", ["api", "gesture"]),
        ("POST", "/api/faces/stop", ["api", "gesture"]),
        ("POST", "/api/projection/mapping", ["api"]),
        ("GET", "/api/gestures", ["api"]),
        ("GET", "/api/no/such/route", ["api"]),
        ("POST", "/api/gestures/process", ["ingest"]),
        ("POST", "/api/faces/process", ["ingest"]),
        ("POST", "/api/tracking/process", ["ingest"]),
        ("GET", "/api/tracking", []),
        ("GET", "/api/projection/live", []),
        ("PUT", "/api/projection/live", ["api"]),
        ("GET", "/api/projection/projectors/left", []),
        ("PUT", "/api/projection/projectors/left", ["api"]),
        ("GET", "/api/ai/status", []),
        ("GET", "/api/gestures/continuous-analysis/status", []),
        ("GET", "/api/health/deep", []),
        ("GET", "/api/metrics/prometheus", []),
        ("GET", "/health", []),
        ("GET", "/metrics", []),
        ("OPTIONS", "/api/ai/infer", []),
        ("POST", "/api/ai/status", ["api"]),
        ("POST", "/api/ai/infer/", ["api", "ai"]),
        ("POST", "/api/tracking/process//", ["ingest"]),
        ("GET", "/api/tracking/", []),
        ("HEAD", "/api/tracking", []),
        ("POST", "/api/tracking", ["api"]),
    ],
)
def test_which_limits_apply(method: str, path: str, rules: list[str]) -> None:
    assert names(method, path) == rules


def test_an_allowance_of_nothing_is_no_limit() -> None:
    assert names("POST", "/api/ai/infer", api_limit="0/900") == ["ai"]
    assert names("POST", "/api/tracking/process", ingest_limit="0/1") == []
