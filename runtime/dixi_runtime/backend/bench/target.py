"""Where a measured backend answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_PORTS = {"http": 80, "ws": 80}


@dataclass(frozen=True)
class Target:
    """Address and path of an ``http://`` or ``ws://`` URL, and the headers that requests to it carry."""

    host: str
    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self, method: str, **more: str) -> bytes:
        """The head of a request, with ``more`` headers, whose names have underscores for hyphens."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        host = f"[{self.host}]" if ":" in self.host else self.host
        lines = [f"{name}: {value}" for name, value in {"host": f"{host}:{self.port}", **self.headers, **named}.items()]
        return "\r\n".join([f"{method} {self.path} HTTP/1.1", *lines, "", ""]).encode("latin-1")


def parse_target(url: str, path: str | None = None, headers: Mapping[str, str] | None = None) -> Target:
    """The target of ``url``, with another path if given; ValueError when it is no URL that can be measured."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"{url!r} cannot be measured: expected http:// or ws://, a host and a port")
    found = path if path is not None else parts.path + (f"?{parts.query}" if parts.query else "")
    return Target(parts.hostname, parts.port or _PORTS[parts.scheme], found or "/", headers or {})
