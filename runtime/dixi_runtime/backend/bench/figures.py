"""From moments to figures; nothing here reads a clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True)
class HttpFigures:
    """What a load of requests came to; times are in milliseconds."""

    path: str
    connections: int
    requests_a_second: float
    p50: float
    p95: float
    p99: float
    refused: int
    """Answers that were no 2xx, and connections that were lost."""


@dataclass(frozen=True)
class FanoutFigures:
    """What a broadcast to many clients came to; times are in milliseconds, until the last client had the message."""

    clients: int
    published: int
    delivered_share: float
    """Of ``published`` times ``clients``."""
    p50: float
    p95: float
    p99: float
    closed: int
    """Connections that the server ended."""


@dataclass
class Deliveries:
    """Who got what when, in seconds of one clock, by the number of the message."""

    sent: dict[int, float] = field(default_factory=dict)
    last: dict[int, float] = field(default_factory=dict)
    count: dict[int, int] = field(default_factory=dict)

    def note(self, number: int, now: float) -> None:
        """A client has got message ``number``; one that was not sent here is none of ours."""
        if number in self.sent:
            self.last[number] = now
            self.count[number] = self.count.get(number, 0) + 1

    def is_complete(self, clients: int) -> bool:
        """Whether every client got every message."""
        return all(self.count.get(number, 0) >= clients for number in self.sent)

    def summarise(self, clients: int, closed: int) -> FanoutFigures:
        """The figures; the delays are those of messages that all clients got, NaN when there was none."""
        delays = [
            (self.last[number] - sent) * 1000 for number, sent in self.sent.items() if self.count.get(number) == clients
        ]
        due = len(self.sent) * clients
        share = sum(self.count.values()) / due if due else float("nan")
        p50, p95, p99 = quantiles(delays)
        return FanoutFigures(clients, len(self.sent), share, p50, p95, p99, closed)


def quantiles(values: Sequence[float], shares: Sequence[float] = (0.5, 0.95, 0.99)) -> list[float]:
    """For each share the least value that is not below it of all (nearest rank); NaN when there are none."""
    if not values:
        return [float("nan")] * len(shares)
    ordered = sorted(values)
    return [ordered[max(1, ceil(share * len(ordered))) - 1] for share in shares]


def tabulate(rows: Sequence[Mapping[str, str]]) -> str:
    """A Markdown table of rows that all have the same columns."""
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns), *([row[column] for column in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def describe_http(found: HttpFigures) -> dict[str, str]:
    """The figures as a row of a table."""
    return {
        "path": f"`{found.path}`",
        "connections": str(found.connections),
        "requests a second": f"{found.requests_a_second:.0f}",
        "p50, ms": f"{found.p50:.1f}",
        "p95, ms": f"{found.p95:.1f}",
        "p99, ms": f"{found.p99:.1f}",
        "refused": str(found.refused),
    }


def describe_fanout(found: FanoutFigures) -> dict[str, str]:
    """The figures as a row of a table."""
    return {
        "clients": str(found.clients),
        "messages": str(found.published),
        "delivered": f"{found.delivered_share:.2%}",
        "last client p50, ms": f"{found.p50:.1f}",
        "p95, ms": f"{found.p95:.1f}",
        "p99, ms": f"{found.p99:.1f}",
        "closed": str(found.closed),
    }
