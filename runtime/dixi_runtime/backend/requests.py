"""How routes take what they are given and answer."""

from __future__ import annotations

from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dixi_runtime.backend.services import Services
from dixi_runtime.wire import encode

MAX_BODY_BYTES: Final = 10 * 1024 * 1024


class Json(Response):
    """An answer encoded with the wire's one encoder."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        return encode(content)


class StrictRequest(Request):
    """A request whose JSON must be JSON (no NaN, no infinity, valid UTF-8, no bottomless nesting) of at most 10 MiB."""

    async def body(self) -> bytes:
        """The body; HTTPException 413 when it is too large."""
        if not hasattr(self, "_body"):
            read = bytearray()
            async for chunk in self.stream():
                read += chunk
                if len(read) > MAX_BODY_BYTES:
                    raise HTTPException(413, f"The body may have at most {MAX_BODY_BYTES} bytes")
            self._body = bytes(read)
        return self._body

    async def json(self) -> Any:
        """The body; raises orjson.JSONDecodeError, which is a json.JSONDecodeError."""
        return orjson.loads(await self.body())


class StrictRoute(APIRoute):
    """A route that reads its body strictly."""

    def get_route_handler(self) -> Any:
        """The handler, given a StrictRequest."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            response: Response = await handle(StrictRequest(request.scope, request.receive))
            return response

        return strict


async def services_of(request: Request) -> Services:
    """The services of the app that handles ``request``."""
    services: Services = request.app.state.services
    return services


Given = Annotated[Services, Depends(services_of)]
"""A route's parameter that receives the services."""
