"""How routes take what they are given and answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from dixi_runtime.backend.errors import ApiError, invalid, validation_failed
from dixi_runtime.backend.services import Services
from dixi_runtime.backend.strict_json import DuplicateKeyError, MalformedError, parse
from dixi_runtime.wire import encode

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

MAX_BODY_BYTES: Final = 10 * 1024 * 1024
BODY_SECONDS: Final = 30.0
"""How long a client may take to send a body."""

_JSON_TYPES: Final = ("application/json", "text/json")


class Json(Response):
    """An answer encoded with the wire's one encoder."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        return encode(content)


class StrictRequest(Request):
    """A request whose body is JSON as ``strict_json`` takes it, of at most 10 MiB, that comes within 30 s."""

    _document: Any

    async def read_document(self) -> None:
        """Read the body once; ApiError 400, 408, 413, 415 or 503 says why it is not taken."""
        self._body = await self._read()
        if not self._body:
            return
        self._check_type()
        try:
            self._document = parse(self._body)
        except DuplicateKeyError as error:
            raise validation_failed([invalid(error.key, "Duplicate key")]) from error
        except MalformedError as error:
            raise ApiError(400, "Malformed JSON", str(error), "validation_error") from error

    async def json(self) -> Any:
        """The document."""
        return self._document

    async def _read(self) -> bytes:
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > MAX_BODY_BYTES:
            raise _too_large()
        services: Services = self.app.state.services
        read = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                with services.gate.uploads.open() as upload:
                    async for chunk in self.stream():
                        read += chunk
                        if len(read) > MAX_BODY_BYTES:
                            raise _too_large()
                        upload.hold(len(read))
        except ClientDisconnect as error:
            raise ApiError(400, "Bad Request", "The client left before its body was complete") from error
        except TimeoutError as error:
            raise ApiError(408, "Request Timeout", f"The body did not come within {BODY_SECONDS:.0f} s") from error
        return bytes(read)

    def _check_type(self) -> None:
        given = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given and given not in _JSON_TYPES and not given.endswith("+json"):
            wanted = f"{given} is not taken; send JSON with Content-Type: application/json"
            raise ApiError(415, "Unsupported Media Type", wanted, "validation_error")


class StrictRoute(APIRoute):
    """A route that reads its body strictly; a body without a Content-Type is taken for JSON."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **{**given, "strict_content_type": False})
        if _needs_services_alone(self.dependant):
            self.app = _answer_directly(self.dependant)

    def get_route_handler(self) -> Any:
        """The handler, given a StrictRequest."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            taken = StrictRequest(request.scope, request.receive)
            if self.body_field is not None:
                await taken.read_document()
            response: Response = await handle(taken)
            return response

        return strict


def _needs_services_alone(dependant: Dependant) -> bool:
    """Whether a route takes nothing of its request, so that there is nothing to read or to check."""
    taken = (dependant.path_params, dependant.query_params, dependant.header_params, dependant.cookie_params)
    given = (dependant.body_params, dependant.request_param_name, dependant.http_connection_param_name)
    calls = [needed.call for needed in dependant.dependencies]
    return not any(taken) and not any(given) and calls == [services_of]


def _answer_directly(dependant: Dependant) -> ASGIApp:
    """The app of such a route: FastAPI's own way takes half of the time of a short answer."""
    endpoint, name = dependant.call, dependant.dependencies[0].name
    assert endpoint is not None
    assert name is not None

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response: Response = await endpoint(**{name: scope["app"].state.services})
        await response(scope, receive, send)

    return app


def _too_large() -> ApiError:
    details = f"The body may have at most {MAX_BODY_BYTES} bytes"
    return ApiError(413, "Payload Too Large", details, "validation_error")


async def services_of(request: Request) -> Services:
    """The services of the app that handles ``request``."""
    services: Services = request.app.state.services
    return services


Given = Annotated[Services, Depends(services_of)]
"""A route's parameter that receives the services."""
