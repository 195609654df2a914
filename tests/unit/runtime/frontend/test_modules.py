"""Runs the tests of the page's modules, which are JavaScript, in Node."""

import shutil
import subprocess
from pathlib import Path

import pytest

MODULES = Path(__file__).parent / "modules"


def test_the_modules_of_the_page_do_what_their_tests_say() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is missing; install Node.js 20.19 or newer to test the page's modules")
    tests = sorted(str(path) for path in MODULES.glob("*.test.mjs"))
    done = subprocess.run([node, "--test", *tests], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
