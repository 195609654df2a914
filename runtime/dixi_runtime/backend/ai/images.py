"""An image that a client sends along with a question."""

from __future__ import annotations

import base64
import binascii
from typing import Final

LARGEST_IMAGE: Final = 5 << 20
"""Bytes of the file."""

_LONGEST_TEXT = (LARGEST_IMAGE + 2) // 3 * 4


def decode_image(text: str) -> bytes:
    """The file in base64, with or without a ``data:`` head; ValueError unless it is a JPEG, PNG or WebP of 5 MiB."""
    head, comma, tail = text.partition(",")
    encoded = tail if comma and head.startswith("data:") and head.endswith(";base64") else text
    if len(encoded) > _LONGEST_TEXT:
        raise ValueError(f"The image may have at most {LARGEST_IMAGE} bytes")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("The image must be base64") from error
    if name_type(content) is None:
        raise ValueError("The image must be a JPEG, PNG or WebP file")
    return content


def name_type(content: bytes) -> str | None:
    """The media type by the file's first bytes; None for anything that a model would not take."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return None
