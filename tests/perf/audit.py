"""The API server's audit log as records: who asked for what, when, and what came of it.

https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

WRITES = frozenset({"create", "update", "patch", "delete", "deletecollection"})
HARNESS = "dixi-perf"
"""User-Agent of the measuring program itself."""
OTHERS = ("kube", "kwok", HARNESS)
"""How the User-Agents begin of all who are not measured: Kubernetes, kubectl and kwok among them."""


@dataclass(frozen=True, slots=True)
class Record:
    """One answered request; times are in seconds since the epoch."""

    received: float
    answered: float
    verb: str
    agent: str
    resource: str
    namespace: str
    name: str
    subresource: str
    code: int

    @property
    def is_write(self) -> bool:
        """Whether it changed something, or tried to; keeping a Lease does not count."""
        return self.verb in WRITES and self.resource != "leases"

    @property
    def is_measured(self) -> bool:
        """Whether it came from a contestant."""
        return not self.agent.startswith(OTHERS)

    @property
    def has_created(self) -> bool:
        """Whether there is a new object since."""
        return self.is_write and self.code == 201

    def concerns(self, install: str) -> bool:
        """Whether it is about an install, whose namespace bears its name, or about one of its objects."""
        return install in (self.namespace, self.name)


def read_audit(folder: Path) -> list[Record]:
    """Every answered request in the audit logs of a folder, rotated ones included, in the order of their arrival."""
    files = sorted(folder.glob("audit*.log"))
    records = [record for file in files for record in parse_audit(file.read_bytes().splitlines())]
    return sorted(records, key=lambda record: record.received)


def parse_audit(lines: Iterable[bytes]) -> Iterator[Record]:
    """Records of the lines of an audit log; a line that is still being written is left out."""
    for line in lines:
        if line.endswith(b"}"):
            event = orjson.loads(line)
            if event["stage"] == "ResponseComplete":
                yield _read_event(event)


def _read_event(event: dict[str, Any]) -> Record:
    about = event.get("objectRef") or {}
    return Record(
        received=datetime.fromisoformat(event["requestReceivedTimestamp"]).timestamp(),
        answered=datetime.fromisoformat(event["stageTimestamp"]).timestamp(),
        verb=event["verb"],
        agent=event.get("userAgent", ""),
        resource=about.get("resource", ""),
        namespace=about.get("namespace", ""),
        name=about.get("name", ""),
        subresource=about.get("subresource", ""),
        code=(event.get("responseStatus") or {}).get("code", 0),
    )
