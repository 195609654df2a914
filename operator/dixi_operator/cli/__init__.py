"""The command line ``dixi``, also ``kubectl dixi``.

Exit statuses are those of ``exits.ExitCode``: 0 well, 1 not Ready or not good, 2 bad input, 3 no cluster.
"""

from __future__ import annotations

from dixi_operator.cli.app import app


def main() -> None:
    """Entry point of ``dixi``."""
    app()
