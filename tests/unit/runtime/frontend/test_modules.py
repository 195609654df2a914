"""Runs the tests of the page's modules, which are JavaScript, in the Node that Playwright brings."""

import subprocess
from pathlib import Path

from hack.web.node import NODE

MODULES = Path(__file__).parent / "modules"


def test_the_modules_of_the_page_do_what_their_tests_say() -> None:
    tests = sorted(str(path) for path in MODULES.rglob("*.test.mjs"))
    done = subprocess.run([NODE, "--test", *tests], check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
