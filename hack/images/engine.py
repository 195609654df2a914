"""The program that builds images: Docker where it answers, else buildah."""

import os
import subprocess
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from hack.cluster.commands import found
from hack.cluster.packages import install
from hack.images.errors import ImageError


class Engine(StrEnum):
    """What the command lines are written for."""

    DOCKER = "docker"
    BUILDAH = "buildah"


# Docker before 23 mounts secrets only when told to use its newer builder.
ENVIRONMENT = {"DOCKER_BUILDKIT": "1"}

# There is no container runtime to start build steps with: chroot needs none. The steps use this machine's network.
BUILDAH_BUILD = ("buildah", "build", "--isolation", "chroot", "--network", "host", "--layers", "--pull=false")
DOCKER_SECONDS = 20
TOOLS = {"buildah": "buildah", "debootstrap": "debootstrap"}


def find_engine() -> Engine:
    """Docker if its daemon answers; else buildah, installed when it is missing."""
    if found("docker") and docker_answers():
        return Engine.DOCKER
    if os.geteuid() != 0:
        raise ImageError("building images takes a running Docker daemon, or root: start Docker or run this as root")
    install(TOOLS, os.geteuid())
    return Engine.BUILDAH


def docker_answers() -> bool:
    """Whether Docker's daemon is there; one that does not answer in time is not."""
    try:
        info = subprocess.run(["docker", "info"], check=False, capture_output=True, timeout=DOCKER_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return info.returncode == 0


def build_command(
    engine: Engine,
    reference: str,
    dockerfile: Path,
    context: Path,
    arguments: Mapping[str, str],
    secrets: Mapping[str, Path],
) -> list[str]:
    """The call that builds `context`; arguments and secrets (id to file) have the names that the Dockerfile uses."""
    command = list(BUILDAH_BUILD) if engine is Engine.BUILDAH else ["docker", "build", "--progress=plain"]
    command += ["--file", str(dockerfile), "--tag", reference]
    for name, value in arguments.items():
        command += ["--build-arg", f"{name}={value}"]
    for name, path in secrets.items():
        command += ["--secret", f"id={name},src={path}"]
    return [*command, str(context)]


def export_command(engine: Engine, reference: str, archive: Path) -> list[str]:
    """The call that writes a built image to an archive that containerd imports under the same reference."""
    if engine is Engine.DOCKER:
        return ["docker", "save", "--output", str(archive), reference]
    # The form that `docker save` writes. An oci-archive compresses its layers, which takes three times as long.
    return ["buildah", "push", "--quiet", reference, f"docker-archive:{archive}:{reference}"]
