"""One message on its way to every client."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from dixi_runtime.backend.hub.profiles import Profile, ui_safe
from dixi_runtime.frames import text_frame
from dixi_runtime.wire import encode


class Broadcast:
    """A message as frames, one for each profile, each made at most once and only when a client wants it."""

    def __init__(self, message: dict[str, Any]) -> None:
        self.kind: str = message["type"]
        self._message = message

    def frame(self, profile: Profile) -> bytes:
        """The frame that a client of ``profile`` gets."""
        return self._full if profile == "full" else self._safe

    @cached_property
    def _full(self) -> bytes:
        return text_frame(encode(self._message))

    @cached_property
    def _safe(self) -> bytes:
        data = self._message.get("data")
        if self.kind != "tracking" or not isinstance(data, dict):
            return self._full
        safe = ui_safe(data)
        return self._full if safe is data else text_frame(encode({**self._message, "data": safe}))
