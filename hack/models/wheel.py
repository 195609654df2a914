"""The pinned wheel: which one, how pip fetches it, and the models inside."""

import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from hack.models.checksums import digest_of
from hack.models.errors import ModelError

PIN = Path(__file__).with_name("wheel.txt")
PLATFORM = [
    "--python-version",
    "3.11",
    "--implementation",
    "cp",
    "--abi",
    "cp311",
    "--platform",
    "manylinux_2_28_x86_64",
]


def pinned_digest(requirements: str) -> str:
    """The SHA-256 in a hash-pinned requirements text that pins one file."""
    digests = re.findall(r"--hash=sha256:([0-9a-f]{64})", requirements)
    if len(digests) != 1:
        raise ModelError(f"{PIN.name} holds {len(digests)} sha256 hashes where one is expected: pin exactly one wheel")
    return str(digests[0])


def download_command(pip: list[str], folder: Path) -> list[str]:
    """The pip call that puts the pinned wheel into `folder` and refuses any other content."""
    options = ["--no-deps", "--only-binary=:all:", "--require-hashes", *PLATFORM]
    return [*pip, "download", *options, "--dest", str(folder), "--requirement", str(PIN)]


def find_pip() -> list[str]:
    """How to call pip here: this interpreter's own, else the one on PATH."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip3") or shutil.which("pip")
    if pip is None:
        raise ModelError(
            "pip fetches the MediaPipe wheel, and is neither in this Python nor on PATH: install python3-pip"
        )
    return [pip]


def fetch_wheel(folder: Path) -> Path:
    """The verified wheel in `folder`, downloaded when it is not there yet."""
    wheel = find_wheel(folder)
    if wheel is None:
        folder.mkdir(parents=True, exist_ok=True)
        run = subprocess.run(download_command(find_pip(), folder), check=False, capture_output=True, text=True)
        if run.returncode:
            raise ModelError(
                f"pip could not fetch the MediaPipe wheel: check the package index and its certificates\n{run.stderr}"
            )
        wheel = find_wheel(folder)
    if wheel is None:
        raise ModelError(f"pip left no wheel in {folder} that {PIN.name} accepts: remove that folder and run again")
    return wheel


def find_wheel(folder: Path) -> Path | None:
    """The pinned wheel, if `folder` holds it; files of other content are passed over."""
    expected = pinned_digest(PIN.read_text(encoding="utf-8"))
    return next((wheel for wheel in sorted(folder.glob("mediapipe-*.whl")) if digest_of(wheel) == expected), None)


def read_model(wheel: zipfile.ZipFile, model: str) -> bytes:
    """The TFLite flatbuffer of a model, named as `hand_landmark/hand_landmark_full` below mediapipe/modules."""
    return wheel.read(f"mediapipe/modules/{model}.tflite")
