"""The pinned npm packages, installed beside the repository's other downloads."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from hack.cluster.errors import ClusterError
from hack.cluster.layout import cache
from hack.cluster.packages import install

HERE = Path(__file__).resolve().parent
LOCK = HERE / "package-lock.json"


class WebError(Exception):
    """What went wrong, and what to do."""


def ensure_packages() -> Path:
    """The folder whose ``node_modules`` has what package-lock.json names; WebError where npm cannot bring it."""
    manifests = [HERE / "package.json", LOCK]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in manifests)).hexdigest()[:12]
    folder = cache() / f"web-{digest}"
    if (folder / "node_modules" / ".package-lock.json").is_file():
        return folder
    try:
        install({"npm": "npm"}, os.geteuid())
    except ClusterError as error:
        raise WebError(str(error)) from error
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for file in manifests:
        shutil.copy2(file, partial)
    print("web: fetching the pinned npm packages", flush=True)
    try:
        subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--silent", "--ignore-scripts"], cwd=partial, check=True
        )
    except subprocess.CalledProcessError as error:
        raise WebError("npm could not fetch the packages; see its message above, then try again") from error
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder


def version_of(package: str) -> str:
    """The version that is pinned."""
    pinned = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    return str(pinned[f"node_modules/{package}"]["version"])
