"""The command line of hack/audit."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hack.audit.database import Database
from hack.audit.errors import AuditError
from hack.audit.service import serving

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("--require-hashes", "--disable-pip", "--strict", "--progress-spinner=off", "--aliases=on", "--desc=off")
"""Strict, since without it a package that PyPI could not be asked about passes."""


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """What is audited, and against what."""
    parser = argparse.ArgumentParser(
        prog="python hack/audit", description="Look up the pinned packages among the known vulnerabilities."
    )
    parser.add_argument(
        "--advisories",
        type=Path,
        metavar="FOLDER",
        help="a checkout of the Python Packaging Advisory Database, for machines that cannot ask PyPI",
    )
    parser.add_argument(
        "files", nargs="*", type=Path, default=sorted((ROOT / "requirements").glob("*.txt")), help="what is audited"
    )
    return parser.parse_args(arguments)


def audit(files: Sequence[Path], *service: str) -> None:
    """Runs pip-audit over each file.

    Raises:
        AuditError: a pin has a known vulnerability, or pip-audit could not ask.
    """
    program = str(Path(sys.executable).parent / "pip-audit")
    failed = []
    for file in files:
        print(f"audit: {file.name}", flush=True)
        if subprocess.run([program, *OPTIONS, *service, "--requirement", str(file)], check=False).returncode:
            failed.append(file.name)
    if failed:
        raise AuditError(
            f"{', '.join(failed)} did not pass; raise the pins that are named above and run make lock, or, "
            "if PyPI could not be asked, name a checkout of https://github.com/pypa/advisory-database: "
            "make audit ADVISORIES=FOLDER"
        )


def main(arguments: Sequence[str]) -> int:
    """0 when no pin has a known vulnerability, 1 with a sentence on stderr otherwise."""
    options = parse_arguments(arguments)
    try:
        if options.advisories is None:
            audit(options.files, "--vulnerability-service=pypi")
            return 0
        database = Database(options.advisories)
        print(f"audit: against the advisories in {options.advisories}, {database.tell_age()}", flush=True)
        with serving(database) as address:
            audit(options.files, "--vulnerability-service=osv", f"--osv-url={address}")
    except AuditError as error:
        print(f"audit: {error}", file=sys.stderr)
        return 1
    return 0
