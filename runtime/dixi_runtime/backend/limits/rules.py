"""Which limits apply to a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dixi_runtime.backend.limits.settings import Allowance, LimitSettings
from dixi_runtime.backend.security.guard import is_under

_REQUESTS: Final = "Too many requests"
_VISION: Final = "Too many vision requests"
_GESTURES: Final = "Too many gesture control requests"

_EXEMPT: Final = ("/api/health", "/api/metrics", "/api/openapi.json")
_READ_OFTEN: Final = frozenset({"/api/tracking", "/api/projection/live", "/api/auth/session"})
_OUTPUTS: Final = ("/api/projection/projectors",)
_AI: Final = frozenset({"/api/ai/infer", "/api/ai/stream"})
_ANALYZE: Final = frozenset({"/api/ai/vision/analyze", "/api/tracking/analyze"})
_CONTROL: Final = frozenset(
    f"/api/{what}/{action}" for what in ("gestures", "gesture", "faces") for action in ("start", "stop")
)
_INGEST: Final = frozenset(f"/api/{what}/process" for what in ("gestures", "gesture", "faces", "tracking"))


@dataclass(frozen=True)
class Rule:
    """A limit of ``most`` requests in ``seconds``.

    ``failures_only`` forgets those that succeeded. ``for_machines`` is counted by each replica alone and told of only
    when it is reached, since it stands in the way of every frame.
    """

    name: str
    most: int
    seconds: int
    error: str
    failures_only: bool = False
    for_machines: bool = False


class Rules:
    """The limits of one backend; an allowance of 0 is no limit."""

    def __init__(self, settings: LimitSettings) -> None:
        self.api = _rule("api", settings.api_limit, _REQUESTS)
        self.ai = _rule("ai", settings.ai_limit, _REQUESTS)
        self.vision = _rule("vision", settings.vision_limit, _VISION)
        self.gesture = _rule("gesture", settings.gesture_limit, _GESTURES, failures_only=True)
        self.ingest = _rule("ingest", settings.ingest_limit, _REQUESTS, for_machines=True)

    def of(self, method: str, path: str) -> list[Rule]:
        """The rules of a request, the general one first.

        What machines send has a limit of its own, and what pages ask for again and again has none: the newest frame,
        status, health and metrics, and what a projector reads whenever it connects. A slash at the end of a path means
        nothing, as in the routes.
        """
        path = path.rstrip("/")
        if not path.startswith("/api/") or method == "OPTIONS" or is_under(path, _EXEMPT):
            return []
        if method in ("GET", "HEAD") and (path in _READ_OFTEN or path.endswith("/status") or is_under(path, _OUTPUTS)):
            return []
        if method == "POST" and path in _INGEST:
            return [self.ingest] if self.ingest.most else []
        return [rule for rule in (self.api, self._special(method, path)) if rule is not None and rule.most]

    def _special(self, method: str, path: str) -> Rule | None:
        if method != "POST":
            return None
        for rule, paths in ((self.ai, _AI), (self.vision, _ANALYZE), (self.gesture, _CONTROL)):
            if path in paths:
                return rule
        return None


def _rule(
    name: str, allowance: Allowance, error: str, *, failures_only: bool = False, for_machines: bool = False
) -> Rule:
    return Rule(name, allowance.most, allowance.seconds, error, failures_only, for_machines)
