"""The real pip-audit, over pins of which one is known to be vulnerable."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hack.audit.cli import main
from hack.audit.database import Database

PINS = "".join(f"{pin} --hash=sha256:{'0' * 64}\n" for pin in ("dixi-safe==2.0", "dixi-broken==1.5"))
RECORD = """\
id: PYSEC-2026-1
aliases: [CVE-2026-1]
details: Lets anybody wave.
modified: 2026-11-02T10:00:00Z
affected:
- package: {name: dixi-broken, ecosystem: PyPI}
  ranges:
  - type: ECOSYSTEM
    events: [{introduced: 0}, {fixed: FIXED}]
"""


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    file = tmp_path / "pins.txt"
    file.write_text(PINS)
    return file


def write_advisory(folder: Path, fixed: str, record: str = RECORD) -> Path:
    file = folder / "vulns" / "dixi-broken" / "PYSEC-2026-1.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(record.replace("FIXED", fixed))
    return folder


def test_a_vulnerable_pin_fails_the_audit_by_name(
    pins: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = write_advisory(tmp_path / "advisories", "1.6")
    assert main(["--advisories", str(folder), str(pins)]) == 1
    told = capfd.readouterr()
    assert "of an unknown day" in told.out
    (row,) = [line for line in told.out.splitlines() if line.startswith("dixi-broken")]
    assert row.split()[:4] == ["dixi-broken", "1.5", "PYSEC-2026-1", "1.6"]
    assert "pins.txt did not pass" in told.err


def test_pins_without_known_vulnerabilities_pass(pins: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--advisories", str(write_advisory(tmp_path / "advisories", "1.5")), str(pins)]) == 0
    assert "No known vulnerabilities found" in capfd.readouterr().err


def test_the_age_of_a_checkout_is_told(tmp_path: Path) -> None:
    folder = write_advisory(tmp_path / "advisories", "1.5")
    day = {"GIT_COMMITTER_DATE": "2026-11-02T10:00:00Z"}
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "New"],
    ):
        subprocess.run(["git", *command], cwd=folder, env={**os.environ, **day}, check=True)
    assert Database(folder).tell_age() == "of 2026-11-02"


def test_a_folder_without_advisories_is_named(pins: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--advisories", str(tmp_path / "nothing"), str(pins)]) == 1
    assert "nothing has no folder vulns; expected a checkout" in capsys.readouterr().err


@pytest.mark.parametrize("record", ["- a list", "a: [", ""])
def test_a_record_that_cannot_be_read_fails_the_audit_and_is_named(
    pins: Path, tmp_path: Path, record: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--advisories", str(write_advisory(tmp_path / "advisories", "1.6", record)), str(pins)]) == 1
    assert "PYSEC-2026-1.yaml is no " in capfd.readouterr().err
