"""How long to wait before the next try."""

from __future__ import annotations


def wait_seconds(failures: int, first: float, longest: float) -> float:
    """`first` after the first failure in a row, doubled after each further one, never above `longest`."""
    return float(min(longest, first * 2 ** min(max(failures, 1) - 1, 30)))
