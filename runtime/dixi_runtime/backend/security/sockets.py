"""Who may join the WebSocket hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dixi_runtime.backend.security.credentials import read_credentials
from dixi_runtime.backend.services import Services

if TYPE_CHECKING:
    from starlette.types import Scope


def may_join(scope: Scope, services: Services) -> bool:
    """Whether a handshake shows what is asked for: ``?token=``, a cookie of our own origin, or a header."""
    need = services.gate.guard.need_of_socket()
    if need == "nothing":
        return True
    given = read_credentials(scope, services.settings.frontend_url)
    return services.gate.guard.allows(need, given, services.clock())
