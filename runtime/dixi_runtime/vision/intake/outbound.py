"""Where the messages of a push stream beside the main one go, as far as the backend is posted to: nowhere.

What is posted is for a backend that knows one camera; one that follows /ws hears of every stream.
"""

from __future__ import annotations


class Unposted:
    """Takes messages and drops them."""

    def offer_frame(self, message: bytes, timestamp: int) -> None:
        """A unified frame."""

    def offer_gesture(self, message: bytes) -> None:
        """A gesture."""

    def offer_face(self, message: bytes) -> None:
        """A face."""
