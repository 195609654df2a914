"""A MediaPipe task bundle: an uncompressed ZIP whose members are aligned, so that they are mapped and not copied."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

ALIGNMENT = 64
EPOCH = (1980, 1, 1, 0, 0, 0)
# A local file header is 30 bytes and the name (APPNOTE.TXT 4.3.7); members here have no extra field.
HEADER_SIZE = 30


class Member(NamedTuple):
    """A file of a bundle."""

    name: str
    data: bytes


def padding(offset: int, name: str) -> int:
    """How many bytes to leave before the header at `offset` (bytes) so that the data after it is aligned."""
    return -(offset + HEADER_SIZE + len(name)) % ALIGNMENT


def write_bundle(path: Path, members: Iterable[Member]) -> None:
    """Writes the bundle; the same members give the same bytes."""
    with path.open("wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as bundle:
        for member in members:
            stream.write(bytes(padding(stream.tell(), member.name)))
            # The next member goes where the last one ended, unless told that the padding belongs to the past too.
            bundle.start_dir = stream.tell()
            bundle.writestr(zipfile.ZipInfo(member.name, EPOCH), member.data)
