"""Puts three where the frontend serves it: ES modules as npm has them, and their licence."""

import shutil
from pathlib import Path

from hack.web.npm import ensure_packages, version_of

STATIC = Path(__file__).resolve().parents[2] / "runtime" / "dixi_runtime" / "frontend" / "static"
TARGET = STATIC / "vendor" / "three"
FILES = ("build/three.module.js", "build/three.core.js", "LICENSE")
VERSION = "VERSION"


def ensure_three() -> Path:
    """The folder with three; nothing is done where the pinned version is there already."""
    version = version_of("three")
    stamp = TARGET / VERSION
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == version:
        return TARGET
    package = ensure_packages() / "node_modules" / "three"
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for name in FILES:
        shutil.copy2(package / name, TARGET)
    stamp.write_text(version, encoding="utf-8")
    return TARGET
