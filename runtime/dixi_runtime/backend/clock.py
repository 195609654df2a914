"""The time, as an argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Gives Unix seconds."""


def milliseconds(seconds: float) -> int:
    """Unix milliseconds, as the wire wants them."""
    return round(seconds * 1000)


def iso(seconds: float) -> str:
    """ISO 8601 in UTC with milliseconds, as JavaScript's ``toISOString``."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
