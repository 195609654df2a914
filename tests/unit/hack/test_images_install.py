"""One package of the project, installed under a prefix with the scripts that belong to it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hack.images.install import install, launcher, scripts_of

SCRIPTS = {"greet": "greeting.__main__:main", "greet-again": "greeting.cli:main", "other": "greetings.__main__:main"}


def test_only_the_scripts_of_the_package_itself_belong_to_it() -> None:
    assert set(scripts_of("greeting", SCRIPTS)) == {"greet", "greet-again"}


def test_a_launcher_calls_the_function_of_the_module() -> None:
    assert launcher("/opt/bin/python", "a.b:run").splitlines() == [
        "#!/opt/bin/python",
        "import sys",
        "",
        "from a.b import run",
        "",
        "sys.exit(run())",
    ]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "greeting"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "__main__.py").write_text("def main() -> int:\n    print('hello')\n    return 7\n")
    return folder


def test_an_installed_script_runs_its_package(package: Path, tmp_path: Path) -> None:
    prefix = tmp_path / "prefix"
    install(package, prefix, SCRIPTS, sys.executable)
    (site,) = prefix.glob("lib/python3*/site-packages")
    run = subprocess.run(
        [prefix / "bin" / "greet"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(site)},
    )
    assert (run.stdout, run.returncode) == ("hello\n", 7)
    assert list(site.glob("greeting/__pycache__/__main__.*.pyc"))


def test_a_file_that_does_not_compile_ends_the_build(package: Path, tmp_path: Path) -> None:
    (package / "broken.py").write_text("def\n")
    with pytest.raises(SystemExit, match="does not compile"):
        install(package, tmp_path / "prefix", SCRIPTS, sys.executable)
