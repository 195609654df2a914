"""The last log lines, kept for GET /logs."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

LINES = 100


class LogBook(logging.Handler):
    """Keeps the last LINES records as `[HH:MM:SS] text`, in UTC."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[str] = deque(maxlen=LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the record's text."""
        self._lines.append(f"[{time.strftime('%H:%M:%S', time.gmtime(record.created))}] {record.getMessage()}")

    def lines(self) -> list[str]:
        """The kept lines, oldest first."""
        return list(self._lines)

    @contextmanager
    def attached(self, name: str) -> Iterator[None]:
        """Listens to a logger while inside."""
        logger = logging.getLogger(name)
        logger.addHandler(self)
        try:
            yield
        finally:
            logger.removeHandler(self)
