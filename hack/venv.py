"""Makes a virtual environment from a hash-pinned requirements file: ``python hack/venv.py DIRECTORY REQUIREMENTS``.

Only the standard library is used, since this runs before anything is installed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)


def find_python() -> str:
    """An interpreter of a supported version: this one, else one on the path."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    sys.exit(
        f"venv: Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]} is needed, this is "
        f"{sys.version_info[0]}.{sys.version_info[1]}; install one, or name it: make PYTHON=python3.12 …"
    )


def ensure_venv_module() -> None:
    """Debian keeps ``ensurepip`` in a package of its own."""
    if importlib.util.find_spec("ensurepip") is not None:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit("venv: this Python lacks ensurepip; install the package python3-venv and run again")
    print("venv: installing python3-venv", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv"], check=True)


def main() -> None:
    """Create the environment and put exactly the pinned packages into it."""
    directory, requirements = Path(sys.argv[1]), Path(sys.argv[2])
    python = find_python()
    ensure_venv_module()
    print(f"venv: making {directory} from {requirements}", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", str(directory)], check=True)
    pip = [str(directory / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # --no-deps: the file is the whole closure, with mediapipe's desktop OpenCV left out on purpose.
    subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", str(requirements)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True)


if __name__ == "__main__":
    main()
