"""Holds the limits on every HTTP route."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, Final

from dixi_runtime.backend.errors import answer
from dixi_runtime.backend.limits.limiter import Spent

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from dixi_runtime.backend.limits.rules import Rule
    from dixi_runtime.backend.services import Services

_FAILED: Final = 400


class LimitRequests:
    """ASGI middleware: 429 for the request that is one too many, and headers that say how many are left."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request and pass it on."""
        rules = self._services.gate.rules.of(scope["method"], scope["path"]) if scope["type"] == "http" else []
        if not rules:
            await self._app(scope, receive, send)
            return
        address = self._services.gate.clients.address(scope)
        spent = await self._spend(rules, address)
        now = self._services.clock()
        if spent.is_over:
            self._services.metrics.error("limits", spent.rule.name)
            await answer(scope, spent.refusal(now))(scope, receive, send)
            return
        if spent.rule.for_machines:
            await self._app(scope, receive, send)
            return
        await self._pass(spent, now, address, scope, receive, send)

    async def _pass(self, spent: Spent, now: float, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name.encode(), value.encode()) for name, value in spent.headers(now).items()]
        status = 500

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            if spent.rule.failures_only and status < _FAILED:
                await self._services.gate.limiter.give_back(spent.rule, address)

    async def _spend(self, rules: list[Rule], address: str) -> Spent:
        """The first rule that is used up, else the most special one."""
        spent = None
        for rule in rules:
            spent = await self._services.gate.limiter.spend(rule, address)
            if spent.is_over:
                break
        assert spent is not None
        return spent
