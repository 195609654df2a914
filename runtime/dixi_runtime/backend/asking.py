"""Who may ask the model over WebSocket: whoever may do it over HTTP, and as often."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from dixi_runtime.backend.ai.asker import Asker
from dixi_runtime.backend.errors import ApiError
from dixi_runtime.backend.security.credentials import read_credentials
from dixi_runtime.backend.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

_LIKE: Final = ("POST", "/api/ai/infer")


def open_asker(scope: Scope, services: Services, reply: Callable[[dict[str, Any]], None]) -> Asker:
    """What takes the questions of one WebSocket client."""
    refuse = partial(refuse_question, scope, services)
    return Asker(services.ai.conversation, refuse, reply, services.clock, services.tracer)


async def refuse_question(scope: Scope, services: Services) -> ApiError | None:
    """Why the client of that handshake may not ask now; None counts the question."""
    gate, now = services.gate, services.clock()
    if not gate.guard.allows(gate.guard.need(*_LIKE), read_credentials(scope, services.settings.frontend_url), now):
        services.metrics.error("access", "refused")
        return ApiError(401, "Unauthorized", "To ask over WebSocket, connect with ?token=… or the session's cookie")
    address = gate.clients.address(scope)
    for rule in gate.rules.of(*_LIKE):
        spent = await gate.limiter.spend(rule, address)
        if spent.is_over:
            services.metrics.error("limits", rule.name)
            return spent.refusal(now)
    return None
