"""Tells the events of a recording again, as fast as they came or faster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.recorder.recorder import CONTROL
from dixi_runtime.tasks import end

SOURCE: Final = "recording/"
"""Start of the source of what is told again."""

Messages = Sequence[tuple[int, str, dict[str, Any]]]
"""Offset in milliseconds, kind and data, in order."""

Publish = Callable[[str, Any, str], None]


class Player:
    """Plays one recording at a time; any replica may be asked to stop it."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._task: asyncio.Task[None] | None = None
        self._playing: str | None = None

    @property
    def playing(self) -> str | None:
        """The recording that this replica plays."""
        return self._playing if self._task is not None and not self._task.done() else None

    def play(self, recording_id: str, messages: Messages, speed: float) -> None:
        """Start telling; ApiError 409 while another is played here."""
        if self.playing is not None:
            raise ApiError(409, "Already playing", f"Recording {self.playing} is being played; stop it first")
        self._playing = recording_id
        self._task = asyncio.create_task(self._tell(messages, speed, SOURCE + recording_id))

    def stop(self, recording_id: str) -> None:
        """Stop the recording, on whatever replica it is played."""
        self._publish(CONTROL, {"action": "silence", "id": recording_id}, "")

    def listen(self, message: dict[str, Any], source: str) -> None:
        """Hear that a recording is to stop."""
        data = message.get("data")
        if message["type"] != CONTROL or not isinstance(data, dict) or data.get("action") != "silence":
            return
        if self._task is not None and data.get("id") == self.playing:
            self._task.cancel()

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            await end([self._task])

    async def _tell(self, messages: Messages, speed: float, source: str) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        for offset, kind, data in messages:
            await asyncio.sleep(max(0.0, started + offset / 1000 / speed - loop.time()))
            self._publish(kind, data, source)
