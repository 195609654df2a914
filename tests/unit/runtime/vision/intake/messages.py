"""Messages as a push client sends them."""

from __future__ import annotations

from dixi_runtime.vision.intake.protocol import HEADER, JPEG, MAGIC
from tests.unit.runtime.vision.sources.cameras import RED, encode

PICTURE = encode(RED)


def make_message(
    picture: bytes = PICTURE,
    *,
    layout: int = JPEG,
    flags: int = 0,
    size: tuple[int, int] = (0, 0),
    spare: int = 0,
    timestamp: int = 0,
) -> bytes:
    """A header and a picture."""
    return HEADER.pack(MAGIC, layout, flags, *size, spare, timestamp) + picture
