"""What cameras tell, whether they post it or vision's event stream brings it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from dixi_runtime.backend.events import Events
from dixi_runtime.backend.gestures import GestureBody, shorten
from dixi_runtime.backend.latest import SEEN_KINDS
from dixi_runtime.metrics import Metrics

if TYPE_CHECKING:
    from starlette.requests import Request

    from dixi_runtime.backend.services import Services

_LONGEST_NAME: Final = 100


class Ingest:
    """Counts what is seen and tells it on."""

    def __init__(self, events: Events, metrics: Metrics) -> None:
        self._events = events
        self._metrics = metrics

    def publish(self, kind: str, data: dict[str, Any], source: str) -> None:
        """Tell all replicas what a client posted to this one; an empty object says nothing."""
        told = self._prepare(kind, data)
        if told is not None:
            self._events.publish(kind, told, source)

    def deliver(self, kind: object, data: object, source: str) -> bool:
        """Tell this replica's clients what vision told every replica; False when it is nothing that vision tells."""
        if not isinstance(kind, str) or kind not in SEEN_KINDS or not isinstance(data, dict):
            return False
        if kind == "gesture":
            try:
                data = GestureBody.model_validate(data).model_dump(exclude_unset=True)
            except ValidationError:
                return False
        told = self._prepare(kind, data)
        if told is not None:
            self._events.deliver({"type": kind, "data": told}, f"{source}/{name_stream(data)}")
        return True

    def _prepare(self, kind: str, data: dict[str, Any]) -> dict[str, Any] | None:
        if kind != "gesture":
            return data or None
        if data.get("type") is None:
            return None
        self._metrics.gestures.labels(data["type"]).inc()
        return shorten(data)


def tell_source(services: Services, request: Request, data: dict[str, Any]) -> str:
    """Which camera a post comes from: the client's address, and the stream that it names, if any."""
    return f"{services.gate.clients.address(request.scope)}/{name_stream(data)}"


def name_stream(data: dict[str, Any]) -> str:
    """The stream that a message names; empty when it names none."""
    name = data.get("stream")
    return name[:_LONGEST_NAME] if isinstance(name, str) else ""
