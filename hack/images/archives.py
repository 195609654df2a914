"""Image archives in the cache: one a reference, named by what it was made of."""

from pathlib import Path

from hack.cluster.layout import cache


def archives_folder() -> Path:
    """Where archives are kept."""
    return cache() / "images"


def archive_path(folder: Path, reference: str, stamp: str) -> Path:
    """The file of an image and stamp: dixi-redis_7.0.15_0123456789abcdef.tar."""
    return folder / f"{_stem(reference)}_{stamp}.tar"


def remove_others(archive: Path, reference: str) -> None:
    """Removes what is left of earlier builds of the same reference; archives are large and only the newest is used."""
    for other in archive.parent.glob(f"{_stem(reference)}_*.tar*"):
        if other != archive:
            other.unlink(missing_ok=True)


def _stem(reference: str) -> str:
    return reference.rsplit("/", 1)[-1].replace(":", "_")
