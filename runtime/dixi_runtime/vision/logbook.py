"""The last log lines, kept for GET /logs."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LINES: Final = 100
LONGEST: Final = 500
"""Characters of a line; the rest is in the log itself."""


class LogBook(logging.Handler):
    """Keeps the last LINES records as `[HH:MM:SS] text`, in UTC."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[str] = deque(maxlen=LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the record's text, as one line."""
        moment = time.strftime("%H:%M:%S", time.gmtime(record.created))
        try:
            text = " ".join(record.getMessage().split())
        except (TypeError, ValueError):
            self.handleError(record)  # the message does not fit its arguments
            return
        self._lines.append(f"[{moment}] {text[:LONGEST]}")

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
