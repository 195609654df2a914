"""Who pushes frames now, and how many may."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from dixi_runtime.frames import Link

from ..errors import FrameFault, VisionError
from ..sources.inlet import Inlet
from ..sources.live import Terms
from ..sources.push import PushSource
from .protocol import PushedFrame, decode_frame
from .stream import PushStream, Runner, Tally

_logger = logging.getLogger(__name__)

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
REFUSED: Final = 1008
TRY_LATER: Final = 1013


class IntakeError(VisionError):
    """A client may not push; its connection is closed with `code`, and the text says why."""

    reason = "push_refused"
    code = REFUSED


class IntakeFullError(IntakeError):
    """As many push as may."""

    reason = "push_streams_full"
    code = TRY_LATER


class Intake:
    """The push streams. Lives on the event loop.

    Where VISION_SOURCE is `push`, one of them is the main stream: the first that comes while there is none.
    """

    def __init__(
        self,
        capacity: int,
        terms: Terms,
        make_runner: Callable[[Callable[[], PushSource[PushedFrame]]], Runner],
        *,
        has_main: bool,
    ) -> None:
        """`make_runner` makes the pipeline of a stream that is not the main one."""
        self.capacity = capacity
        self._terms = terms
        self._make_runner = make_runner
        self._has_main = has_main
        self._main_inlet = self._make_inlet(self._count_main)
        self._main: PushStream | None = None
        self._streams: dict[str, PushStream] = {}
        self._ending = 0

    @property
    def streams(self) -> tuple[PushStream, ...]:
        """The streams, oldest first."""
        return tuple(self._streams.values())

    def open_main(self) -> PushSource[PushedFrame]:
        """The source of the main stream, whoever pushes it; on any thread."""
        return PushSource("push", self._main_inlet)

    @asynccontextmanager
    async def admitted(self, name: str, link: Link) -> AsyncIterator[PushStream]:
        """The client's stream until it leaves; IntakeError when it may not push.

        A name that is pushed already is taken over, and the older connection closed: it is most often the same client,
        whose network has changed.
        """
        stream = self._find(name)
        if stream.link is not None:
            stream.link.end(REFUSED, f"a newer connection pushes the stream {name}")
        stream.link = link
        _logger.info("A client pushes the stream %s.", name)
        try:
            yield stream
        finally:
            if stream.link is link:
                await self._close(stream)

    async def _close(self, stream: PushStream) -> None:
        del self._streams[stream.name]
        if self._main is stream:
            self._main = None
        self._ending += 1
        try:
            await asyncio.to_thread(stream.stop)
        finally:
            self._ending -= 1
        _logger.info("Nobody pushes the stream %s any more.", stream.name)

    def _find(self, name: str) -> PushStream:
        if not NAME.fullmatch(name):
            raise IntakeError("stream: expected up to 64 letters, digits, dots, dashes and underscores")
        if name in self._streams:
            return self._streams[name]
        taken = len(self._streams) + self._ending
        if taken >= self.capacity:
            raise IntakeFullError(f"push_streams_full: {taken} of {self.capacity} streams are pushed")
        stream = self._make_stream(name)
        self._streams[name] = stream
        return stream

    def _make_stream(self, name: str) -> PushStream:
        tally = Tally(self._terms.refuse)
        if self._has_main and self._main is None:
            self._main = PushStream(name, self._main_inlet, tally, None)
            return self._main
        inlet = self._make_inlet(tally.count)
        return PushStream(name, inlet, tally, self._make_runner(lambda: PushSource(name, inlet)))

    def _make_inlet(self, refuse: Callable[[FrameFault], None]) -> Inlet[PushedFrame]:
        return Inlet(decode_frame, self._terms.fps, refuse)

    def _count_main(self, fault: FrameFault) -> None:
        main = self._main
        (main.tally.count if main is not None else self._terms.refuse)(fault)
