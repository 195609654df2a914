"""Reads what a store holds, which others may have written."""

from __future__ import annotations

import logging
from typing import Any

import orjson

_logger = logging.getLogger(__name__)


def read_object(key: str, value: bytes) -> dict[str, Any] | None:
    """The JSON object under ``key``; None, and a line in the log, when it is none. What is stored stays as it is."""
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        _logger.error("What is stored as %s is not JSON (%s); it is left out: %r", key, error, value[:80])
        return None
    if not isinstance(found, dict):
        _logger.error("What is stored as %s is not a JSON object; it is left out: %r", key, value[:80])
        return None
    return found


def read_list(key: str, value: bytes) -> list[Any]:
    """The JSON list under ``key``; empty, and a line in the log, when it is none. What is stored stays as it is."""
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, list):
        _logger.error("What is stored as %s is not a JSON list; it is taken for empty: %r", key, value[:80])
        return []
    return found
