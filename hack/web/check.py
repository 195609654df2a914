"""Types and style of the page's modules: tsc on their JSDoc, and eslint."""

import json
import subprocess
from pathlib import Path

from hack.web.node import NODE
from hack.web.npm import HERE, WebError, ensure_packages
from hack.web.vendor import STATIC

ROOT = HERE.parents[1]
MODULES = STATIC / "modules"


def check_modules() -> None:
    """WebError where one of the two finds something; what it is stands above."""
    packages = ensure_packages()
    programs = packages / "node_modules" / ".bin"
    settings = packages / "eslint.config.mjs"
    settings.write_text((HERE / "eslint.config.mjs").read_text(encoding="utf-8"), encoding="utf-8")
    commands: dict[str, list[str | Path]] = {
        "tsc": ["--project", _write_project(packages)],
        "eslint": ["--max-warnings", "0", "--config", settings, MODULES],
    }
    failed = [
        name
        for name, arguments in commands.items()
        if subprocess.run([NODE, programs / name, *arguments], cwd=ROOT, check=False).returncode
    ]
    if failed:
        raise WebError(f"{' and '.join(failed)} found something in the page's modules; see above")


def _write_project(packages: Path) -> Path:
    """tsc's project file; it stands beside the packages, which lie outside of the repository."""
    project = packages / "tsconfig.json"
    content = {
        "extends": str(HERE / "tsconfig.json"),
        "compilerOptions": {"paths": {"three": ["./node_modules/@types/three"]}},
        "include": [f"{MODULES}/**/*.js"],
    }
    project.write_text(json.dumps(content), encoding="utf-8")
    return project
