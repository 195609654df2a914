"""The installs themselves as last seen, so that a pass need not ask for what a watch has told."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import orjson

from dixi_operator.api.types import Manifest
from dixi_operator.cluster.sightings import read_version

FASTEST = 1


@dataclass(frozen=True, slots=True)
class _Packed:
    version: int
    body: bytes


class Installs:
    """The newest version seen of each install; compressed, since a thousand of them are ten megabytes."""

    def __init__(self) -> None:
        self._packed: dict[str, _Packed] = {}

    def put(self, item: Manifest) -> None:
        """Remember an install, unless a newer version of it is known."""
        name, version = item["metadata"]["name"], read_version(item)
        known = self._packed.get(name)
        if known is None or version > known.version:
            self._packed[name] = _Packed(version, zlib.compress(orjson.dumps(item), FASTEST))

    def find(self, name: str) -> Manifest | None:
        """The install of that name; None when it has to be asked for."""
        known = self._packed.get(name)
        if known is None:
            return None
        item: Manifest = orjson.loads(zlib.decompress(known.body))
        return item

    def discard(self, name: str) -> None:
        """Forget an install that is gone, or of which what is known is in doubt."""
        self._packed.pop(name, None)
