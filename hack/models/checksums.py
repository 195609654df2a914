"""Lists of SHA-256 digests in the format of sha256sum(1): a line a file, digest, two spaces, name."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_checksums(path: Path) -> dict[str, str]:
    """Name to digest, as the list at `path` states them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def render_checksums(digests: Mapping[str, str]) -> str:
    """The text of a list, in the order of the names, so that the same files give the same text."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))


def differing(expected: Mapping[str, str], folder: Path, names: Iterable[str]) -> list[str]:
    """Those of `names` that are missing from `folder` or do not have the expected digest."""
    return [name for name in names if not (folder / name).is_file() or digest_of(folder / name) != expected[name]]
