"""The request that is being answered: its id, and the trace that it belongs to.

https://www.w3.org/TR/trace-context/ : without a tracer, ``traceparent`` and ``tracestate`` go on as they came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

REQUEST_ID_HEADER: Final = "x-request-id"

_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,64}")
_TRACEPARENT: Final = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
_LONGEST_STATE: Final = 512


@dataclass(frozen=True)
class Trace:
    """``parent`` and ``state`` are empty for a request of no trace; ``tracer`` makes spans, where they are wanted."""

    request_id: str
    parent: str = ""
    state: str = ""
    tracer: Tracer | None = None

    @property
    def trace_id(self) -> str:
        """The id of the trace, empty for none."""
        return self.parent[3:35]

    def headers(self) -> dict[str, str]:
        """What a call that this request causes should carry."""
        found = {REQUEST_ID_HEADER: self.request_id, "traceparent": self.parent, "tracestate": self.state}
        return {name: value for name, value in found.items() if value}


CURRENT: Final[ContextVar[Trace | None]] = ContextVar("trace", default=None)
"""The trace of the request whose work this is; None outside of requests."""


@contextmanager
def tracing(trace: Trace) -> Iterator[None]:
    """What is done inside, and by the tasks that it starts, is work of that trace."""
    token = CURRENT.set(trace)
    try:
        yield
    finally:
        CURRENT.reset(token)


def read_trace(headers: Iterable[tuple[bytes, bytes]], make_id: Callable[[int], str]) -> Trace:
    """The trace that a request names; ``make_id(8)`` gives the id of one that brings none."""
    given = b""
    parent = b""
    state = b""
    for name, value in headers:
        if name == b"x-request-id":
            given = value
        elif name == b"traceparent":
            parent = value
        elif name == b"tracestate":
            state = value
    request_id = given.decode() if _ID.fullmatch(given) else make_id(8)
    if not _TRACEPARENT.fullmatch(parent):
        return Trace(request_id)
    return Trace(request_id, parent.decode("latin-1"), state.decode("latin-1") if len(state) <= _LONGEST_STATE else "")
