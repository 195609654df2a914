"""A stamp says what an image is made of: the same content, the same stamp."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

LENGTH = 16
IGNORED = "__pycache__"


def files_of(path: Path) -> Iterator[Path]:
    """The files at or below a path, in a fixed order, without bytecode caches."""
    if path.is_file():
        yield path
        return
    for entry in sorted(path.rglob("*")):
        if entry.is_file() and IGNORED not in entry.parts:
            yield entry


def stamp_of(root: Path, sources: Iterable[str], extra: Iterable[str] = ()) -> str:
    """The stamp of files and folders given relative to `root`, and of `extra` texts; absent sources count as empty."""
    digest = hashlib.sha256()
    for text in extra:
        digest.update(f"text {text}\0".encode())
    for source in sources:
        for file in files_of(root / source):
            with file.open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").hexdigest()
            executable = bool(file.stat().st_mode & 0o100)
            digest.update(f"file {file.relative_to(root)} {executable} {content}\0".encode())
    return digest.hexdigest()[:LENGTH]
