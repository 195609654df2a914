"""Everything that stands between a client and the routes."""

from __future__ import annotations

from dataclasses import dataclass

from dixi_runtime.backend.clients import Clients
from dixi_runtime.backend.clock import Clock
from dixi_runtime.backend.limits.limiter import Limiter
from dixi_runtime.backend.limits.rules import Rules
from dixi_runtime.backend.security.guard import Guard
from dixi_runtime.backend.security.keys import Key
from dixi_runtime.backend.security.tokens import Tokens
from dixi_runtime.backend.settings import BackendSettings
from dixi_runtime.backend.state.counters import MemoryCounters
from dixi_runtime.backend.state.store import Counters
from dixi_runtime.backend.uploads import Uploads


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Who may do what (``guard``, ``admin``), who that is (``clients``), how often, and with how much at once."""

    guard: Guard
    admin: Key
    clients: Clients
    rules: Rules
    limiter: Limiter
    uploads: Uploads


def make_gate(settings: BackendSettings, counters: Counters, clock: Clock) -> Gate:
    """The gate that the settings ask for; ``counters`` are those of all replicas."""
    secret = settings.jwt_secret.get_secret_value()
    key = Key(settings.api_key.get_secret_value())
    return Gate(
        guard=Guard(key, Tokens(secret) if secret else None, settings.api_key_protects),
        admin=Key(settings.admin_api_key.get_secret_value()),
        clients=Clients(settings.believed_proxies),
        rules=Rules(settings),
        limiter=Limiter(counters, MemoryCounters(clock)),
        uploads=Uploads(),
    )
