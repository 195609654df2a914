"""Installs Debian packages that are missing: ``python hack/packages.py NAME...``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def is_installed(package: str) -> bool:
    """Whether dpkg knows the package as installed."""
    query = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Status}", package], capture_output=True, text=True, check=False
    )
    return query.stdout == "install ok installed"


def install(packages: list[str]) -> None:
    """Install what is missing of ``packages``, or say what to do."""
    if shutil.which("dpkg-query") is None:
        sys.exit(f"packages: this is no Debian; install by hand: {' '.join(packages)}")
    missing = [package for package in packages if not is_installed(package)]
    if not missing:
        return
    if os.geteuid() != 0:
        sys.exit(f"packages: missing: {' '.join(missing)}; run as root, or: sudo apt-get install {' '.join(missing)}")
    print(f"packages: installing {' '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Services of the packages must not start: the tests start their own.
    quiet = ["-o", "Dpkg::Use-Pty=0", "-qq", "-y", "--no-install-recommends"]
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", *quiet, *missing]):
        if subprocess.run(command, env=environment, check=False).returncode != 0:
            sys.exit(f"packages: '{' '.join(command)}' failed; its output above says why")


if __name__ == "__main__":
    install(sys.argv[1:])
