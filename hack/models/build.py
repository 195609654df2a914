"""Makes the bundles, and only those that are not there yet or are damaged."""

import zipfile
from pathlib import Path

from hack.models.bundle import write_bundle
from hack.models.checksums import differing, digest_of, read_checksums, render_checksums
from hack.models.errors import ModelError

CHECKSUMS = "SHA256SUMS"
EXPECTED = Path(__file__).with_name(CHECKSUMS)


def missing_bundles(folder: Path) -> list[str]:
    """The bundles that `folder` lacks or holds with a content other than the expected one."""
    expected = read_checksums(EXPECTED)
    return differing(expected, folder, expected)


def build_bundles(wheel: Path, folder: Path, names: list[str]) -> None:
    """Makes the named bundles from the wheel; each appears in `folder` whole and verified, or not at all."""
    # MediaPipe and its libraries take a second to import, which a run that finds everything in place need not wait for.
    from hack.models.catalogue import members_of

    expected = read_checksums(EXPECTED)
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name in names:
            partial = folder / f"{name}.partial"
            write_bundle(partial, members_of(name, archive))
            verify_bundle(partial, name, expected[name])
            partial.replace(folder / name)


def verify_bundle(path: Path, name: str, expected: str) -> None:
    """Removes and refuses a bundle whose digest is not the expected one."""
    found = digest_of(path)
    if found == expected:
        return
    path.unlink()
    raise ModelError(
        f"{name} came out with sha256 {found}, expected {expected} ({EXPECTED.name}): another version"
        " of flatbuffers lays a model out differently, so run with the versions that requirements/runtime.txt pins"
    )


def write_checksums(folder: Path) -> None:
    """Puts the list of digests beside the bundles, for `sha256sum --check`."""
    (folder / CHECKSUMS).write_text(render_checksums(read_checksums(EXPECTED)), encoding="utf-8")
