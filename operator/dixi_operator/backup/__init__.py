"""Backups of one install: what the CronJob ``dixi-backup`` runs, and what reads its archives."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one backup as the environment says and exit with its status; see ``program.py``."""
    # The command line verifies archives too, and should not wait for the cluster client to load.
    from dixi_operator.backup.program import main as run_program

    sys.exit(run_program())
