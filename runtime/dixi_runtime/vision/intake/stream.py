"""One client's frames on their way into a pipeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from dixi_runtime.frames import Link

from ..errors import FrameError, FrameFault
from ..sources.inlet import Inlet
from .protocol import PushedFrame, follow_clock, parse_frame


class Runner(Protocol):
    """A pipeline, of which only this matters here."""

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""

    def start(self) -> None:
        """Starts it; fine when it runs."""

    def stop(self) -> None:
        """Stops it, and waits."""


@dataclass
class Tally:
    """What came of a stream's messages; by reason where they were not taken, of which `refuse` hears, too."""

    refuse: Callable[[FrameFault], None]
    received: int = 0
    refused: Counter[FrameFault] = field(default_factory=Counter)

    def count(self, fault: FrameFault) -> None:
        """Counts a frame that was not taken; on any thread."""
        self.refused[fault] += 1
        self.refuse(fault)


class PushStream:
    """Takes the messages of one client at a time, on the event loop."""

    def __init__(self, name: str, inlet: Inlet[PushedFrame], tally: Tally, runner: Runner | None) -> None:
        """`runner` reads the inlet and is started by the first frame; None where something else runs it."""
        self.name = name
        self.tally = tally
        self.link: Link | None = None
        self._inlet = inlet
        self._runner = runner
        self._clock = 0

    @property
    def is_main(self) -> bool:
        """Whether this stream is what the service itself shows."""
        return self._runner is None

    def offer(self, message: bytes | None, moment: float) -> None:
        """Takes a message that came at `moment`, in seconds of time.monotonic; None for a text. Never waits."""
        self.tally.received += 1
        if message is None:
            self.tally.count("text")
            return
        try:
            pushed = parse_frame(message, self.name)
        except FrameError as error:
            self.tally.count(error.fault)
            return
        self._clock, is_next = follow_clock(self._clock, pushed.timestamp)
        if not is_next:
            self.tally.count("time")
            return
        self._inlet.put(pushed, moment)
        if self._runner is not None and not self._runner.running:
            self._runner.start()

    def stop(self) -> None:
        """Stops the runner, and waits."""
        if self._runner is not None:
            self._runner.stop()
