"""Resolves the dependency sets of pyproject.toml and pins them with hashes: ``python hack/lock.py``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETS = {"operator": ["--extra", "operator"], "runtime": ["--extra", "runtime"], "dev": ["--all-extras"]}
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate"]


def main() -> None:
    """Write requirements/<set>.txt; each is the whole closure, so it installs with --no-deps."""
    for name, extras in SETS.items():
        output = ROOT / "requirements" / f"{name}.txt"
        command = [
            str(Path(sys.executable).parent / "uv"),
            "pip",
            "compile",
            "--quiet",
            "--no-header",
            *OPTIONS,
            *extras,
        ]
        subprocess.run([*command, "-o", str(output), "pyproject.toml"], cwd=ROOT, check=True)
        print(f"lock: wrote {output.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
