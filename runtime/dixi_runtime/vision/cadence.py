"""When something is told again."""

from __future__ import annotations


def is_due(last: int | None, timestamp: int, interval: int) -> bool:
    """Whether `interval` ms have passed since the last time; also when the clock was set back, or there was none."""
    return last is None or not 0 <= timestamp - last < interval
