"""Garbage for the collector."""

from __future__ import annotations


class Knot:
    """Found by nobody but the collector, once it is let go."""

    def __init__(self) -> None:
        self.end = self
