"""How a server that stops hands its clients over to the others: in time, and not all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

SETTLE_SECONDS: Final = 8.0
"""New clients are sent to a pod that leaves until every node's rules for its Service have changed.

A node of two busy cores took up to a second, the pause of kube-proxy between two changes; a slow disk below etcd, or
many nodes, make it several.
"""

GAP_SECONDS: Final = 0.04
"""Between the ends of two connections, where there is time enough: 25 clients a second come back elsewhere."""


class Connection(Protocol):
    """A connection that can be asked to come to its end."""

    def leave(self) -> None:
        """See to it that the client goes elsewhere."""


@dataclass(frozen=True)
class Departure:
    """Seconds during which everything goes on, and then seconds over which connections are closed one by one."""

    settle_seconds: float = 0.0
    close_seconds: float = 0.0

    @staticmethod
    def within(seconds: float) -> Departure:
        """One that takes at most ``seconds``; with less than twice what settling takes, half of it goes on that."""
        settle = min(SETTLE_SECONDS, seconds / 2)
        return Departure(settle, seconds - settle)

    def choose_gap(self, connections: int) -> float:
        """Seconds from one end to the next, so that the last is in time."""
        return min(GAP_SECONDS, self.close_seconds / connections) if connections else 0.0


async def hand_over(connections: Collection[Connection], departure: Departure) -> None:
    """Have one after the other leave."""
    gap = departure.choose_gap(len(connections))
    for connection in connections:
        connection.leave()
        await asyncio.sleep(gap)
