"""From sources to an archive, doing nothing when the archive of these sources is there."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hack.cluster.layout import cache
from hack.images import base
from hack.images.archives import archive_path, archives_folder, remove_others
from hack.images.catalogue import ROOT, Image
from hack.images.engine import ENVIRONMENT, Engine, build_command, export_command, find_engine
from hack.images.errors import ImageError
from hack.images.pip_settings import find_ca, read_settings, render_pip_conf
from hack.images.progress import run_logged, say
from hack.images.stamp import stamp_of
from hack.web.npm import WebError

REMEDY = "correct what the last lines tell, then run the same command again: finished steps are kept"


def ensure_archive(image: Image) -> Path:
    """The archive of an image as its sources are now, built unless it exists."""
    folder = archives_folder()
    with locked(folder / f"{image.name}.lock"):
        prepare(image)
        archive = archive_path(folder, image.reference, current_stamp(image, binaries_folder()))
        if archive.is_file():
            say(f"{image.name}: unchanged")
            return archive
        started = time.monotonic()
        log = folder / f"{image.name}.log"
        log.unlink(missing_ok=True)
        say(f"{image.name}: building {image.reference}")
        engine = find_engine()
        arguments = base_arguments(engine, image)
        with tempfile.TemporaryDirectory(prefix="dixi-image-") as scratch:
            context = context_of(image, binaries_folder(), Path(scratch))
            command = build_command(
                engine, image.reference, ROOT / image.dockerfile, context, arguments, build_secrets(Path(scratch))
            )
            run_logged(command, log, REMEDY, ENVIRONMENT)
        export(engine, image.reference, archive, log)
        say(f"{image.name}: done in {time.monotonic() - started:.0f} s")
        return archive


def prepare(image: Image) -> None:
    """Brings what belongs to the image's sources and is not in the repository."""
    try:
        if image.prepare is not None:
            image.prepare()
    except WebError as error:
        raise ImageError(str(error)) from error


def current_stamp(image: Image, binaries: Path) -> str:
    """The stamp of what the image would be built from now."""
    stamp = stamp_of(ROOT, (image.dockerfile, *image.sources), (image.reference, base.recipe()))
    return stamp_of(binaries, [image.binary], [stamp]) if image.binary else stamp


def is_buildable(image: Image, binaries: Path) -> bool:
    """Whether the program that the image wraps, if it wraps one, is there."""
    return not image.binary or (binaries / image.binary).is_file()


def program_command(image: Image) -> str:
    """What to run to get the program that the image wraps."""
    return f"`python hack/cluster install-binaries --only {image.binary}`"


def binaries_folder() -> Path:
    """Where hack/cluster keeps the programs it builds."""
    return cache() / "bin"


def context_of(image: Image, binaries: Path, scratch: Path) -> Path:
    """The folder that the build sees: the repository, or one that holds just the image's program."""
    if not image.binary:
        return ROOT
    binary = binaries / image.binary
    if not binary.is_file():
        raise ImageError(f"{binary} is missing, and {image.name} is made of it: run {program_command(image)} first")
    context = scratch / "context"
    context.mkdir()
    place_program(binary, context / image.binary)
    return context


def place_program(program: Path, target: Path) -> None:
    """Puts a program at `target`, by a link where the file systems allow it."""
    try:
        os.link(program, target)
    except OSError:
        shutil.copy2(program, target)


def export(engine: Engine, reference: str, archive: Path, log: Path) -> None:
    """Writes the archive whole or not at all, then drops those of earlier builds."""
    partial = archive.with_suffix(".tar.partial")
    partial.unlink(missing_ok=True)
    run_logged(export_command(engine, reference, partial), log, "free some disk space and try again")
    partial.replace(archive)
    remove_others(archive, reference)


def base_arguments(engine: Engine, image: Image) -> dict[str, str]:
    if engine is Engine.DOCKER:
        return {}
    folder = archives_folder()
    with locked(folder / "base.lock"):
        chosen = base.choose_base(folder / "base.log")
    return {image.base_argument: chosen} if chosen else {}


def build_secrets(folder: Path) -> dict[str, Path]:
    """The pip configuration and authorities of this machine, for the build to mount."""
    ca = find_ca(os.environ)
    pip = shutil.which("pip3") or shutil.which("pip")
    listing = subprocess.run([pip, "config", "list"], check=False, capture_output=True, text=True).stdout if pip else ""
    conf = folder / "pip.conf"
    conf.write_text(render_pip_conf(read_settings(listing), ca is not None), encoding="utf-8")
    return {"pip.conf": conf} | ({"ca.crt": ca} if ca else {})


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lets one process at a time do the same work; the others wait and find it done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
