"""Run inside an image build: puts one package of the project, and its console scripts, under a prefix.

The project is one distribution of two packages; an image gets only its own, which a pip install cannot do. Uses the
standard library alone, for the build has nothing else: `python install.py PACKAGE PREFIX`, with pyproject.toml here.
"""

import compileall
import py_compile
import shutil
import sys
import sysconfig
import tomllib
from collections.abc import Mapping
from pathlib import Path


def scripts_of(package: str, scripts: Mapping[str, str]) -> dict[str, str]:
    """Those of [project.scripts], name to `module:function`, whose module lies in `package`."""
    return {name: target for name, target in scripts.items() if target.split(":")[0].split(".")[0] == package}


def launcher(interpreter: str, target: str) -> str:
    """The text of a console script that calls `module:function` and exits with what it returns."""
    module, function = target.split(":")
    return f"#!{interpreter}\nimport sys\n\nfrom {module} import {function}\n\nsys.exit({function}())\n"


def install(package: Path, prefix: Path, scripts: Mapping[str, str], interpreter: str) -> None:
    """Copies the package to where an environment at `prefix` looks for it, compiles it, writes its scripts."""
    target = Path(sysconfig.get_path("purelib", "venv", {"base": str(prefix)})) / package.name
    shutil.copytree(package, target)
    # Bytecode that is never checked against its source: an image's files do not change.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(target, quiet=1, invalidation_mode=mode):
        raise SystemExit(f"{package} has a file that does not compile; see the message above")
    folder = prefix / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, entry in scripts_of(package.name, scripts).items():
        (folder / name).write_text(launcher(interpreter, entry), encoding="utf-8")
        (folder / name).chmod(0o755)


def main(package: str, prefix: str) -> None:
    """Installs `package` from the current folder for the interpreter that runs this."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    install(Path(package), Path(prefix), project["scripts"], sys.executable)


if __name__ == "__main__":
    main(*sys.argv[1:])
