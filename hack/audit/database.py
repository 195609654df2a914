"""A checkout of the Python Packaging Advisory Database, https://github.com/pypa/advisory-database."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name

from hack.audit.advisories import Advisory
from hack.audit.errors import AuditError


class Database:
    """Reads a package's advisories when they are asked for."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            AuditError: the folder holds no advisories.
        """
        self._packages = folder / "vulns"
        if not self._packages.is_dir():
            raise AuditError(
                f"{folder} has no folder vulns; expected a checkout of the Python Packaging Advisory Database: "
                "git clone https://github.com/pypa/advisory-database"
            )
        self.read = cache(self._read)

    def _read(self, name: str) -> tuple[Advisory, ...]:
        folder = self._packages / canonicalize_name(name)
        return tuple(_parse(file) for file in sorted(folder.glob("*.yaml")))

    def tell_age(self) -> str:
        """The day of the checkout's last commit, for a stale copy knows nothing of what was found since."""
        command = ["git", "-C", str(self._packages), "log", "-1", "--format=%cs"]
        told = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
        return f"of {told}" if told else "of an unknown day, since it is no git checkout"


def _parse(file: Path) -> Advisory:
    # The base loader leaves versions and times as the text they are.
    try:
        record = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        raise AuditError(f"{file} is no YAML: {error}; check it out again") from error
    if not isinstance(record, dict):
        raise AuditError(f"{file} is no record of the OSV schema, expected a mapping; check it out again")
    return record
