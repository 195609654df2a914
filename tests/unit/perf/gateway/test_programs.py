import json
from pathlib import Path

import pytest

from tests.perf.gateway.programs import NODE, MissingProgramError, require
from tests.perf.gateway.requests import tabulate_requests
from tests.perf.gateway.wrk import Answered


def test_a_missing_program_is_a_sentence_that_says_how_to_get_it() -> None:
    with pytest.raises(MissingProgramError, match=r"no-such-program is not on this machine.*: ask for it"):
        require("no-such-program", "ask for it")
    assert Path(require("sh", "")).exists()


def test_every_package_of_the_rivals_is_pinned_by_its_hash_and_by_no_address() -> None:
    packages = json.loads((NODE / "package-lock.json").read_text())["packages"]
    wanted = json.loads((NODE / "package.json").read_text())["dependencies"]
    assert all(packages[f"node_modules/{name}"]["version"] == version for name, version in wanted.items())
    installed = [package for name, package in packages.items() if name]
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in installed)


def test_the_table_of_requests_has_the_ratio_to_express_on_the_same_path() -> None:
    found = {
        ("/a", "backend"): [Answered(300, 1, 2, 0), Answered(200, 3, 4, 1), Answered(100, 5, 6, 0)],
        ("/a", "Express"): [Answered(100, 1, 2, 0)],
    }
    ours, _ = tabulate_requests(found)
    assert (ours["requests a second"], ours["to Express"], ours["p50, ms"], ours["refused"]) == (
        "200",
        "2.00",
        "3.0",
        "1",
    )
