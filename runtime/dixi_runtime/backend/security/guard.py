"""Decides whether a request may pass; knows nothing of how it came."""

from __future__ import annotations

from typing import Final, Literal

from dixi_runtime.backend.security.credentials import Credentials
from dixi_runtime.backend.security.keys import Key
from dixi_runtime.backend.security.settings import Protects
from dixi_runtime.backend.security.tokens import Scope, Tokens

Need = Literal["nothing", "view", "control"]

_READING: Final = frozenset({"GET", "HEAD"})
_OPEN: Final = ("/health", "/api/health", "/metrics", "/api/metrics", "/api/auth", "/api/admin")
"""Probes and scrapers have no key; the last two check their own."""


class Guard:
    """The rules of one backend; without a key nothing is asked for."""

    def __init__(self, key: Key, tokens: Tokens | None, protects: Protects) -> None:
        self.key = key
        self.tokens = tokens
        self._protects: Protects = protects if key else "nothing"

    def need(self, method: str, path: str) -> Need:
        """What an HTTP request has to show."""
        if self._protects == "nothing" or method == "OPTIONS" or is_under(path, _OPEN):
            return "nothing"
        if method in _READING:
            return self.need_of_socket()
        return "control"

    def need_of_socket(self) -> Need:
        """What a WebSocket client has to show."""
        return "view" if self._protects == "everything" else "nothing"

    def allows(self, need: Need, given: Credentials, now: float) -> bool:
        """Whether ``given`` is enough; ``now`` is in Unix seconds."""
        if need == "nothing":
            return True
        shown = tuple(filter(None, (given.header, given.bearer, given.query, given.cookie)))
        if any(self.key.matches(secret) for secret in shown):
            return True
        enough: tuple[Scope, ...] = ("control",) if need == "control" else ("view", "control")
        tokens = self.tokens
        return tokens is not None and any(tokens.scope(token, now) in enough for token in shown)


def is_under(path: str, prefixes: tuple[str, ...]) -> bool:
    """Whether ``path`` is one of ``prefixes`` or lies below one."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in prefixes)
