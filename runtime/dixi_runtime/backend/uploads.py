"""Bounds the memory that bodies which are still coming may take, all together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dixi_runtime.backend.errors import ApiError

MOST_BYTES: Final = 64 << 20
FREE_BYTES: Final = 64 << 10
"""A body up to this size is always taken, so that large ones cannot keep gestures out."""


class Upload:
    """What one body holds of the budget."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads
        self.held = 0

    def hold(self, size: int) -> None:
        """Hold as much as the body has bytes by now; ApiError 503 when all bodies together are too large."""
        if size > FREE_BYTES:
            self._uploads.take(size - self.held)
            self.held = size


class Uploads:
    """The budget; ``most_bytes`` of all bodies that are larger than FREE_BYTES."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._left = most_bytes

    @contextmanager
    def open(self) -> Iterator[Upload]:
        """A body that begins; what it holds is given back at the end."""
        upload = Upload(self)
        try:
            yield upload
        finally:
            self._left += upload.held

    def take(self, size: int) -> None:
        """Take ``size`` bytes; ApiError 503 when they are not there."""
        if size > self._left:
            details = "Too many large bodies are being sent at once; try again in a moment"
            raise ApiError(503, "Service Unavailable", details, "service_error", headers={"retry-after": "2"})
        self._left -= size
