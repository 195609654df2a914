"""The base of every image: the official one where it can be pulled, else Debian 12 with its own Python, made here."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from hack.images.errors import ImageError
from hack.images.progress import run_logged, say
from hack.images.stamp import stamp_of

OFFICIAL = "docker.io/library/python:3.11-slim-bookworm"
OWN = "localhost/dixi-base:bookworm"
SUITE = "bookworm"
PACKAGES = ("ca-certificates", "python3-venv")
PULL_SECONDS = 300
RECIPE_LABEL = "io.dixi.recipe"
APT_CONF = """\
Acquire::Languages "none";
APT::Keep-Downloaded-Packages "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
"""
# What the official slim images leave out as well.
EXCLUDED = ("usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man")
LEFTOVERS = ("var/cache/apt", "var/lib/apt/lists", "var/log", *EXCLUDED)
REMEDY = "check that this machine reaches a Debian mirror, then run the same command again"


def choose_base(log: Path) -> str | None:
    """The base to pass to a build, None for the one that its Dockerfile names; for buildah only.

    A base made here earlier is used again, so that images do not change with the network.
    """
    if stored_recipe(OWN) == recipe():
        return OWN
    if stored_recipe(OFFICIAL) is not None or pull(OFFICIAL):
        return None
    say(f"base: {OFFICIAL} cannot be pulled; making {OWN} with debootstrap instead (about a minute, once)")
    make_base(log)
    return OWN


def recipe() -> str:
    """The stamp of this file, which says how the base is made."""
    return stamp_of(Path(__file__).parent, [Path(__file__).name])


def stored_recipe(reference: str) -> str | None:
    """The recipe by which an image in buildah's store was made, "" if it has none, None where there is no image."""
    command = ["buildah", "inspect", "--type", "image", reference]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if result.returncode:
        return None
    labels = json.loads(result.stdout)["OCIv1"]["config"].get("Labels") or {}
    return str(labels.get(RECIPE_LABEL, ""))


def pull(reference: str) -> bool:
    """Whether the image could be pulled."""
    try:
        command = ["buildah", "pull", "--quiet", reference]
        return subprocess.run(command, check=False, capture_output=True, timeout=PULL_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def find_mirror(targets: str) -> str:
    """The Debian mirror that this machine's apt uses for the suite, "" for debootstrap's own choice.

    `targets`: lines `ORIGIN SUITE URI`, as `apt-get indextargets` prints them.
    """
    match = re.search(rf"^Debian {SUITE} (\S+)$", targets, re.MULTILINE)
    return match[1].rstrip("/") if match else ""


def sources_list(written: str) -> str:
    """The sources.list of the base: the line that debootstrap wrote, and the suite's updates and security updates.

    Debian's mirrors keep the security archive beside the main one, under the same name with `-security`.
    """
    match = re.search(rf"^deb (\S+) {SUITE} main$", written, re.MULTILINE)
    if match is None:
        raise ImageError(f"debootstrap wrote a sources.list without a line for {SUITE}: {written!r}")
    mirror = match[1].rstrip("/")
    lines = (f"{mirror} {SUITE}", f"{mirror} {SUITE}-updates", f"{mirror}-security {SUITE}-security")
    return "".join(f"deb {line} main\n" for line in lines)


def make_base(log: Path) -> None:
    """Bootstraps Debian into a new container's root file system and commits it as the base."""
    container = _buildah("from", "scratch")
    try:
        root = Path(_buildah("mount", container))
        bootstrap(root, log)
        upgrade(container, root, log)
        trim(root)
        _buildah("umount", container)
        _buildah("config", "--cmd", "python3", "--label", f"{RECIPE_LABEL}={recipe()}", container)
        run_logged(["buildah", "commit", "--quiet", container, OWN], log, "free some disk space and try again")
    finally:
        _buildah("rm", container)


def bootstrap(root: Path, log: Path) -> None:
    """Debian's smallest system with Python, and without what nobody reads in a container."""
    wanted = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(CODENAME) $(REPO_URI)", "Created-By: Packages"]
    targets = subprocess.run(wanted, check=False, capture_output=True, text=True) if shutil.which("apt-get") else None
    mirror = find_mirror(targets.stdout) if targets else ""
    command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(root)]
    run_logged([*command, mirror] if mirror else command, log, REMEDY)
    excludes = "".join(f"path-exclude /{folder}/*\n" for folder in EXCLUDED)
    (root / "etc/dpkg/dpkg.cfg.d/slim").write_text(f"{excludes}path-include /usr/share/doc/*/copyright\n")
    (root / "etc/apt/apt.conf.d/slim").write_text(APT_CONF)
    sources = root / "etc/apt/sources.list"
    sources.write_text(sources_list(sources.read_text()))


def upgrade(container: str, root: Path, log: Path) -> None:
    """Brings the packages to the level of the security archive."""
    run = ["buildah", "run", "--isolation", "chroot", "--network", "host", "--env", "DEBIAN_FRONTEND=noninteractive"]
    inside = [*run, container, "--", "apt-get", "-q"]
    no_services = root / "usr/sbin/policy-rc.d"
    no_services.write_text("#!/bin/sh\nexit 101\n")
    no_services.chmod(0o755)
    run_logged([*inside, "update"], log, REMEDY)
    run_logged([*inside, "upgrade", "-y"], log, REMEDY)


def trim(root: Path) -> None:
    """Removes downloads, lists, logs and documentation, except the licences."""
    for folder in LEFTOVERS:
        for file in (root / folder).rglob("*"):
            if not file.is_dir() and file.name != "copyright":
                file.unlink()


def _buildah(*arguments: str) -> str:
    result = subprocess.run(["buildah", *arguments], check=False, capture_output=True, text=True)
    if result.returncode:
        raise ImageError(f"buildah {' '.join(arguments)} failed: {result.stderr.strip()}")
    return result.stdout.strip()
