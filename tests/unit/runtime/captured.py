"""What the program logs, as it writes it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from dixi_runtime.logs import configure_logging


@contextmanager
def captured_logs(level: str) -> Iterator[io.StringIO]:
    """The lines of that level and above, while the block runs."""
    root = logging.getLogger()
    handlers, before = root.handlers[:], root.level
    written = io.StringIO()
    configure_logging(level, "backend", written)
    try:
        yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
