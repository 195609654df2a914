"""What the start and stop routes switch: upstream has several trackers, here they share one pipeline."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, Protocol

from .demand import Demand
from .inference.supervisor import ModelStatus
from .landmarks.seen import Part
from .pipeline import SourceStatus

_logger = logging.getLogger(__name__)

Switch = Literal["gesture", "face", "tracking"]

HANDS: Final[frozenset[Part]] = frozenset({"hands"})
STARTS: Final[Mapping[Switch, frozenset[Part]]] = MappingProxyType(
    {
        "gesture": frozenset[Part]({"hands", "face"}),
        "face": frozenset[Part]({"face"}),
        "tracking": frozenset[Part]({"hands", "face", "body"}),
    }
)
"""What each switch looks for once a client started it; upstream's gesture tracking finds faces, too."""


class Runner(Protocol):
    """What runs while a switch is on; a pipeline is one."""

    @property
    def source(self) -> SourceStatus:
        """How the source is."""

    @property
    def model(self) -> ModelStatus:
        """How the model is that finds hands."""

    def start(self) -> None:
        """Runs; a second start changes nothing."""

    def stop(self) -> None:
        """Stops; returns when all has stopped."""


class Switches:
    """The runner runs while at least one is on. Used inside one event loop; the last that was asked for holds."""

    def __init__(self, demand: Demand, runner: Runner, forget: Callable[[], None]) -> None:
        """`forget` is called when nothing is looked for any more."""
        self._demand = demand
        self._runner = runner
        self._forget = forget
        self._on: dict[Switch, frozenset[Part]] = {}
        self._applying = asyncio.Lock()

    def is_on(self, switch: Switch) -> bool:
        """Whether this switch is on."""
        return switch in self._on

    def looks_for(self, part: Part) -> bool:
        """Whether a switch looks for this part."""
        return any(part in parts for parts in self._on.values())

    async def start(self, switch: Switch, parts: frozenset[Part] | None = None) -> bool:
        """Looks for these parts, by default those of STARTS, besides what the switch looks for.

        False when that is what was done already. A source or model that has failed is tried again at once.
        """
        before = self._on.get(switch)
        after = (before or frozenset[Part]()) | (STARTS[switch] if parts is None else parts)
        self._on[switch] = after
        has_failed = self.has_failed
        await self._apply(again=has_failed)
        if before == after and not has_failed:
            return False
        _logger.info("Started %s: %s.", switch, ", ".join(sorted(after)))
        return True

    async def stop(self, switch: Switch) -> None:
        """Switches off; without `face`, no other switch looks for a face either. Fine when it was off."""
        if self._on.pop(switch, None) is not None:
            _logger.info("Stopped %s.", switch)
        # Stopped is stopped, though somebody has asked just before.
        self._demand.drop(STARTS[switch])
        if switch == "face":
            self._on = {other: parts - {"face"} for other, parts in self._on.items()}
        await self._apply()

    async def stop_all(self) -> None:
        """Switches everything off."""
        self._on.clear()
        await self._apply()

    @property
    def has_failed(self) -> bool:
        """Whether nothing can be seen although it runs: without a camera, or without a model."""
        return self._runner.source.state == "failed" or bool(self._runner.model.error)

    async def _apply(self, *, again: bool = False) -> None:
        for switch in STARTS:
            self._demand.keep(switch, self._on.get(switch, frozenset()))
        async with self._applying:
            if again or not self._on:
                await asyncio.to_thread(self._runner.stop)
            if self._on:
                self._runner.start()
            else:
                self._forget()
