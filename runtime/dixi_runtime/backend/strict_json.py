"""JSON read strictly: what RFC 8259 leaves open is refused, and a document cannot grow beyond reason in memory."""

from __future__ import annotations

import json
from typing import Any, Final

import orjson

MAX_VALUES: Final = 500_000
"""Most values in a document; so many empty objects take about 40 MiB."""


_AROUND: Final = 8
"""Levels that an answer or a message may put around a document."""


class MalformedError(ValueError):
    """The bytes are not JSON, or not JSON that is taken; the message says why."""


class DuplicateKeyError(ValueError):
    """An object has the key ``key`` twice, so nobody can tell which one was meant."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The key {key!r} occurs twice in one object")
        self.key = key


def parse(raw: bytes) -> Any:
    """The document in ``raw``.

    Raises MalformedError for what is no UTF-8 JSON (NaN, infinities and numbers beyond a double included), for nesting
    that could not be written again inside an answer (about 240 levels) and for more than MAX_VALUES values, and
    DuplicateKeyError.
    """
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MAX_VALUES:
        raise MalformedError(f"more than {MAX_VALUES} values; send less at once")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedError(str(error)) from error
    try:
        written = orjson.dumps([[[[[[[[value]]]]]]]])
    except orjson.JSONEncodeError as error:
        raise MalformedError("nested too deeply") from error
    # A document that is written again byte by byte has lost nothing; only others are worth the slower look.
    if written[_AROUND:-_AROUND] != raw:
        json.loads(raw, object_pairs_hook=_check_keys)
    return value


def _check_keys(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise DuplicateKeyError(key)
        seen.add(key)
