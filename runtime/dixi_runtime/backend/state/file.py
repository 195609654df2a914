"""Entries in a file: written whole or not at all, and never overwritten when they cannot be understood."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Mapping
from pathlib import Path

import orjson

from dixi_runtime.wire import encode

_logger = logging.getLogger(__name__)


def read_entries(path: Path) -> dict[str, bytes]:
    """The entries in a state file; one that cannot be understood is put aside, and the log says where.

    Raises OSError when the file is there and cannot be read.
    """
    if not path.exists():
        return {}
    try:
        content = orjson.loads(path.read_bytes())
        if not isinstance(content, dict):
            raise orjson.JSONDecodeError("an object is expected", "", 0)
    except orjson.JSONDecodeError as error:
        aside = _name_aside(path)
        path.replace(aside)
        _logger.error(
            "STATE_FILE %s is not a JSON object (%s); it is kept as %s, and the state starts empty."
            " Repair that file and put it back while the backend is stopped.",
            path,
            error,
            aside,
        )
        return {}
    return {key: encode(value) for key, value in content.items()}


def write_entries(path: Path, entries: Mapping[str, bytes]) -> None:
    """Put the entries on the disk before the old ones go; raises OSError, and then the old ones stand."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = encode({key: orjson.Fragment(value) for key, value in entries.items()})
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _name_aside(path: Path) -> Path:
    """A name that nothing has yet, so that an earlier file put aside stays as well."""
    first = path.with_name(f"{path.name}.unreadable")
    more = (path.with_name(f"{first.name}-{number}") for number in itertools.count(2))
    return next(name for name in itertools.chain([first], more) if not name.exists())
