"""Images that hold one static program and nothing else."""

import tempfile
from pathlib import Path

from hack.images.archives import archive_path, archives_folder
from hack.images.build import REMEDY, export, locked, place_program
from hack.images.catalogue import REGISTRY
from hack.images.engine import ENVIRONMENT, build_command, find_engine
from hack.images.errors import ImageError
from hack.images.progress import run_logged, say
from hack.images.stamp import stamp_of

# The user that Kubernetes' own images call nobody.
USER = "65534:65534"


def render_dockerfile(program: str) -> str:
    """A Dockerfile for a folder that holds the program."""
    return f'FROM scratch\nCOPY {program} /{program}\nUSER {USER}\nENTRYPOINT ["/{program}"]\n'


def ensure_scratch_archive(name: str, program: Path) -> Path:
    """The archive of localhost/NAME:VERSION (`name` gives both) that runs `program`, built unless it exists."""
    if name.count(":") != 1 or not all(name.split(":")):
        raise ImageError(f"{name!r} is not NAME:VERSION, such as dixi-pause:1")
    if not program.is_file():
        raise ImageError(f"{program} does not exist: build the program first")
    reference = name if name.startswith(f"{REGISTRY}/") else f"{REGISTRY}/{name}"
    dockerfile = render_dockerfile(program.name)
    folder = archives_folder()
    archive = archive_path(folder, reference, stamp_of(program.parent, [program.name], [dockerfile, reference]))
    with locked(archive.with_suffix(".lock")):
        if archive.is_file():
            return archive
        say(f"{reference}: building")
        engine = find_engine()
        with tempfile.TemporaryDirectory(prefix="dixi-image-") as context:
            place_program(program, Path(context) / program.name)
            recipe = Path(context) / "Dockerfile"
            recipe.write_text(dockerfile, encoding="utf-8")
            log = folder / f"{archive.stem}.log"
            run_logged(build_command(engine, reference, recipe, Path(context), {}, {}), log, REMEDY, ENVIRONMENT)
            export(engine, reference, archive, log)
        log.unlink()
    return archive
