"""JSON lines on standard error, one an event; uvicorn's loggers go the same way and log no line a request."""

from __future__ import annotations

import logging
import sys
from collections import deque
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson

from dixi_runtime.tracing.trace import CURRENT

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


_RECENT: Final[deque[str]] = deque(maxlen=500)
_LONGEST_KEPT: Final = 4096


class JsonFormatter(logging.Formatter):
    """Renders a record, its ``extra`` fields and the role as one JSON object."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, without a newline."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "role": self._role,
            "logger": record.name,
            "message": record.getMessage(),
        }
        trace = CURRENT.get()
        if trace is not None:
            line["requestId"] = trace.request_id
            if trace.trace_id:
                line["traceId"] = trace.trace_id
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD and key[0] != "_"}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class _Recent(logging.Handler):
    """Remembers the newest lines, so that an administrator can read them."""

    def emit(self, record: logging.LogRecord) -> None:
        _RECENT.append(self.format(record)[:_LONGEST_KEPT])


def recent_lines(most: int) -> list[str]:
    """The newest lines that this process has logged, as they were written, oldest first."""
    return list(_RECENT)[-most:]


def configure_logging(level: str, role: str, stream: TextIO = sys.stderr) -> None:
    """Send every logger to ``stream`` as JSON; ``level`` is debug, info, warning or error."""
    handlers: list[logging.Handler] = [logging.StreamHandler(stream), _Recent()]
    for handler in handlers:
        handler.setFormatter(JsonFormatter(role))
    root = logging.getLogger()
    root.handlers[:] = handlers
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for noisy in ("uvicorn.error", "asyncio", "httpx", "httpcore", "websockets", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(max(root.level, logging.WARNING))
